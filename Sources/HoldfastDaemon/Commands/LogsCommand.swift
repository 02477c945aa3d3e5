import ArgumentParser

struct LogsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Show what programs wrote, from the lines kept in memory.")

  @Argument(help: "Programs, replicas (web-2) or groups. Default: all.")
  var names: [String] = []

  @Flag(name: .shortAndLong, help: "Go on with lines as they come.")
  var follow = false

  @Option(name: [.customShort("n"), .long], help: "The last lines of each program.")
  var lines = 100

  @Option(help: "Only lines of the last such time, as in 5m.")
  var since: String?

  @Flag(help: "Only lines of the run before the current one.")
  var previous = false

  @Option(help: "Only out or err.")
  var stream: LogQuery.Stream?

  @Option(help: "Only lines that contain this text.")
  var grep: String?

  @OptionGroup var client: ClientOptions

  func validate() throws {
    if !(0...100_000).contains(lines) { throw ValidationError("-n takes a number from 0 to 100000.") }
    if let since, DurationText.parse(since) == nil {
      throw ValidationError("--since takes a duration such as 30s, 5m or 2h, not `\(since)`.")
    }
  }

  func run() throws {
    let since = since.flatMap(DurationText.parse).map {
      Double($0.components.seconds) + Double($0.components.attoseconds) * 1e-18
    }
    let query = LogQuery(lines: lines, follow: follow, since: since, previous: previous, stream: stream, grep: grep)
    var width = 8
    try client.ask(ControlRequest(command: .logs, names: names, logs: query)) { (line: LogLine) in
      width = max(width, min(24, line.name.count))
      if let dropped = line.dropped { Terminal.output.line(LogText.dropped(dropped, line.name, for: .output)) }
      Terminal.output.line(LogText.line(line, width: width, for: .output))
    }
  }
}

extension LogQuery.Stream: ExpressibleByArgument {}
