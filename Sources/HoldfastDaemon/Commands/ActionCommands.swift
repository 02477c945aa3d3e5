import ArgumentParser

/// What `start`, `stop` and `restart` have in common.
struct ActionOptions: ParsableArguments {
  @Argument(help: "Programs, replicas (web-2) or groups.")
  var names: [String] = []

  @Flag(help: "All programs.")
  var all = false

  @OptionGroup var client: ClientOptions

  func validate() throws {
    if names.isEmpty != all { throw ValidationError("Name programs, or use --all for all of them.") }
  }

  func perform(_ command: ControlRequest.Command) throws {
    try client.ask(ControlRequest(command: command, names: names)) { (report: ActionReport) in
      Terminal.output.line("\(report.name) \(Terminal.harmless(report.result))")
    }
  }
}

struct StartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Start programs that are stopped, waiting or parked.")

  @OptionGroup var options: ActionOptions

  func run() throws {
    try options.perform(.start)
  }
}

struct RestartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restart", abstract: "Restart programs, or start waiting ones at once.")

  @OptionGroup var options: ActionOptions

  func run() throws {
    try options.perform(.restart)
  }
}

struct StopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stop programs; they stay stopped until they are started again.")

  @Flag(name: .shortAndLong, help: "Do not ask; needed with --all where there is no terminal.")
  var yes = false

  @OptionGroup var options: ActionOptions

  func run() throws {
    if options.all, !yes { try confirm() }
    try options.perform(.stop)
  }

  private func confirm() throws {
    guard Terminal(0).isInteractive else {
      throw Failure(.usage, "`stop --all` stops everything: add --yes when there is no terminal to ask at")
    }
    Terminal.errors.line("Stop all programs? Type yes:")
    guard readLine() == "yes" else { throw Failure(.failed, "nothing was stopped") }
  }
}
