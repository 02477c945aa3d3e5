import ArgumentParser

struct JobsShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show everything that is kept of a job.")

  @Argument(help: "The job's number or name.")
  var job: String

  @OptionGroup var client: ClientOptions

  func run() async throws {
    try await client.askStore(ControlRequest(command: .job, names: [job])) { (report: JobDetails) in
      JobText.lines(report, for: .output).forEach(Terminal.output.line)
    }
  }
}
