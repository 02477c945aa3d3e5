import ArgumentParser
import Holdfast

struct JobsListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show jobs, newest first.",
    discussion: "With --json the last line is {\"next\":…} when there are more: go on with --after.")

  @OptionGroup var filters: JobFilters

  @Option(name: [.customShort("n"), .long], help: "Jobs to show, 1 to 1000.")
  var limit = 50

  @Option(help: "Go on after this job.")
  var after: Int64?

  @Flag(help: "Oldest first.")
  var oldestFirst = false

  @OptionGroup var client: ClientOptions

  func validate() throws {
    if !(1...1000).contains(limit) { throw ValidationError("-n takes a number from 1 to 1000.") }
  }

  func run() async throws {
    var request = ControlRequest(command: .jobs)
    var query = filters.query(at: .now)
    (query.limit, query.newestFirst, query.after) = (limit, !oldestFirst, after.map { JobID($0) })
    request.query = query
    var jobs: [JobDetails] = []
    var end: JobPageEnd?
    try await client.askStore(request) { (line: JobLine) in
      switch line {
      case .job(let job): jobs.append(job)
      case .end(let page): end = page
      }
    }
    if !client.json { JobTable.lines(jobs, end, for: .output).forEach(Terminal.output.line) }
  }
}

/// One line of a list.
enum JobLine: Decodable {
  case job(JobDetails)
  case end(JobPageEnd)

  init(from decoder: any Decoder) throws {
    if let end = try? JobPageEnd(from: decoder) { self = .end(end) } else { self = .job(try JobDetails(from: decoder)) }
  }
}
