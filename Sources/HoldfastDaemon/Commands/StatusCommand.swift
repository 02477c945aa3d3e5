import ArgumentParser

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "status", abstract: "Show every program and its state.")

  @Argument(help: "Programs, replicas (web-2) or groups. Default: all.")
  var names: [String] = []

  @OptionGroup var client: ClientOptions

  func run() throws {
    try client.ask(ControlRequest(command: .status, names: names)) { (report: StatusReport) in
      StatusTable.lines(report, for: .output).forEach(Terminal.output.line)
    }
  }
}
