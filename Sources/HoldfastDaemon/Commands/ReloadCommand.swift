import ArgumentParser

struct ReloadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload",
    abstract: "Read the file again; only what changed is started, stopped or restarted.")

  @OptionGroup var client: ClientOptions

  func run() throws {
    try client.ask(ControlRequest(command: .reload)) { (report: ReloadReport) in
      ReloadText.lines(report).forEach(Terminal.output.line)
    }
  }
}

/// `holdfast reload` for people.
enum ReloadText {
  static func lines(_ report: ReloadReport) -> [String] {
    let parts = [
      ("added", report.added), ("changed", report.changed), ("removed", report.removed),
      ("now as the file says", report.jobs),
      ("takes effect only when the daemon is started again", report.ignored),
    ]
    let lines =
      parts.filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1.joined(separator: ", "))" }
      + report.failures.map { "did not start, is retried: \(Terminal.harmless($0))" }
    return lines.isEmpty ? ["nothing changed"] : lines
  }
}
