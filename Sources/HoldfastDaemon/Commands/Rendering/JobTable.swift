#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `holdfast jobs list` for people.
enum JobTable {
  static let header = ["ID", "KIND", "STATE", "QUEUE", "ATTEMPT", "WHEN", "NOTE"]

  static func lines(_ jobs: [JobDetails], _ end: JobPageEnd?, for terminal: Terminal, now: Date = Date()) -> [String] {
    if jobs.isEmpty, end == nil { return ["no job matches"] }
    var table = Table(header: header)
    table.rows = jobs.map { row($0, now) }
    let more = end.map { end in
      let why = end.partial ? "the search looked at as many jobs as it may" : "there are more"
      return [terminal.paint("… \(why): go on with --after \(end.next)", .grey)]
    }
    return table.lines(for: terminal) + (more ?? [])
  }

  private static func row(_ job: JobDetails, _ now: Date) -> [Table.Cell] {
    [
      Table.Cell("\(job.id)"),
      Table.Cell(Terminal.harmless(job.kind)),
      Table.Cell(job.cancelling == true ? "cancelling" : job.state, colour(of: job.state)),
      Table.Cell(Terminal.harmless(job.partition == "default" ? job.queue : "\(job.partition)/\(job.queue)")),
      Table.Cell(job.allowed > 1 ? "\(job.attempt)/\(job.allowed)" : "\(job.attempt)"),
      Table.Cell(moment(job, now)),
      Table.Cell(note(job)),
    ]
  }

  /// The one time that matters in this state.
  static func moment(_ job: JobDetails, _ now: Date) -> String {
    switch job.state {
    case "scheduled", "retrying": Timestamp.distance(job.due, from: now)
    case "executing": "since \(Timestamp.span(now.timeIntervalSince(job.started ?? now)))"
    case "available", "waiting": "since \(Timestamp.span(now.timeIntervalSince(max(job.due, job.enqueued))))"
    default: Timestamp.distance(job.finished ?? job.due, from: now)
    }
  }

  private static func note(_ job: JobDetails) -> String {
    let progress = job.state == "executing" ? job.progress.map(words) : nil
    let text = progress ?? job.reason ?? job.name ?? job.executionKey.map { "key \($0)" } ?? ""
    return String(Terminal.harmless(text.replacing("\n", with: " ")).prefix(80))
  }

  static func words(_ progress: JobDetails.Progress) -> String { words(progress.fraction, progress.note) }

  /// `40 % copying`.
  static func words(_ fraction: Double?, _ note: String?) -> String {
    [fraction.map { "\(Int(($0 * 100).rounded())) %" }, note].compactMap { $0 }.joined(separator: " ")
  }

  /// The colour of a state, the same on every screen.
  static func colour(of state: String) -> Terminal.Colour? {
    switch state {
    case "completed", "executing": .green
    case "scheduled", "retrying", "waiting": .yellow
    case "discarded", "parked": .red
    case "cancelled": .grey
    default: nil
    }
  }
}

extension JobDetails {
  /// Attempts that there may be: those that took the whole process down do not count against the job.
  var allowed: Int { maxAttempts + crashes }
}
