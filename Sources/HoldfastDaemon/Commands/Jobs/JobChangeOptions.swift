import ArgumentParser
import Holdfast

/// What `cancel`, `retry`, `discard` and `delete` have in common: jobs by number or name, or all that match.
struct JobChangeOptions: ParsableArguments {
  @Argument(help: "Numbers or names of jobs.")
  var jobs: [String] = []

  @Flag(help: "All jobs that match the filters, as far as they are there now.")
  var matching = false

  @OptionGroup(title: "Filters, with --matching") var filters: JobFilters

  @Flag(name: .shortAndLong, help: "Do not ask; needed with --matching where there is no terminal.")
  var yes = false

  @OptionGroup var client: ClientOptions

  func validate() throws {
    if jobs.isEmpty != matching { throw ValidationError("Name jobs, or use --matching with filters.") }
    if matching, filters.isEmpty { throw ValidationError("--matching needs a filter, such as --state discarded.") }
    if !matching, !filters.isEmpty { throw ValidationError("Filters need --matching.") }
  }

  func perform(_ change: JobChange) throws {
    var request = ControlRequest(command: .change)
    request.actor = Actor.current
    request.change = change
    if matching { return try performOnAll(&request) }
    request.change?.jobs = jobs
    try client.ask(request) { (report: JobChangeReport) in
      Terminal.output.line("job \(report.job) \(Terminal.harmless(report.result))")
    }
  }

  /// Shows what would be concerned, asks, and does it to exactly that.
  private func performOnAll(_ request: inout ControlRequest) throws {
    request.change?.query = filters.query(at: .now)
    request.change?.preview = true
    var preview: BulkPreview?
    try client.collect(request) { preview = $0 }
    guard let preview else { throw Failure(.failed, "the daemon gave no preview: use the same version on both sides") }
    guard preview.count > 0 else { throw Failure(.notFound, "no job matches: nothing was done") }
    if !yes { try confirm(preview, request.change?.action ?? .cancel) }
    request.change?.preview = nil
    request.change?.query?.enqueuedBefore = preview.before
    try client.ask(request) { (report: BulkReport) in
      guard report.finished else { return }
      let refused = report.refused > 0 ? ", \(report.refused) were in a state that does not allow it" : ""
      Terminal.output.line(
        "\(report.changed) job\(report.changed == 1 ? "" : "s") \(request.change?.action.done ?? "changed")\(refused)")
    }
  }

  private func confirm(_ preview: BulkPreview, _ action: JobChange.Action) throws {
    let count = (preview.isMore ? "more than " : "") + "\(preview.count) job\(preview.count == 1 ? "" : "s")"
    guard Terminal(0).isInteractive else {
      throw Failure(.usage, "this would concern \(count): add --yes when there is no terminal to ask at")
    }
    JobTable.lines(preview.sample, nil, for: .errors).forEach(Terminal.errors.line)
    Terminal.errors.line("\(action.rawValue.prefix(1).uppercased() + action.rawValue.dropFirst()) \(count)? Type yes:")
    guard readLine() == "yes" else { throw Failure(.failed, "nothing was changed") }
  }
}
