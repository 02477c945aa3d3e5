import ArgumentParser

struct JobsExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Say in words why a job is where it is.")

  @Argument(help: "The job's number or name.")
  var job: String

  @OptionGroup var client: ClientOptions

  func run() throws {
    try client.ask(ControlRequest(command: .explain, names: [job])) { (report: ExplanationReport) in
      for sentence in report.sentences { Terminal.output.line(Terminal.harmless(sentence)) }
    }
  }
}
