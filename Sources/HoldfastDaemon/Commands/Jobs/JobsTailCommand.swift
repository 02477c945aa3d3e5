import ArgumentParser
import Holdfast

struct JobsTailCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tail", abstract: "Show what happens to jobs, as it happens, until Ctrl-C.")

  @Option(help: "Only jobs of this kind.")
  var kind: String?

  @Option(help: "Only jobs of this queue.")
  var queue: String?

  @Option(help: "Only jobs of this partition.")
  var partition: String?

  @Argument(help: "Only jobs of these numbers.")
  var jobs: [Int64] = []

  @OptionGroup var client: ClientOptions

  func run() throws {
    var request = ControlRequest(command: .tail)
    var query = JobQuery()
    (query.kind, query.queue, query.partition) = (kind, queue, partition)
    query.ids = jobs.isEmpty ? nil : jobs.map { JobID($0) }
    request.query = query
    try client.ask(request) { (event: JobEventReport) in
      Terminal.output.line(JobEventText.line(event, for: .output))
    }
  }
}
