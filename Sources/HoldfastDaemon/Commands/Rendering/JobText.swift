#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `holdfast jobs show` for people: one fact a line.
enum JobText {
  static func lines(_ job: JobDetails, for terminal: Terminal, now: Date = Date()) -> [String] {
    let state = terminal.paint(job.state, JobTable.colour(of: job.state))
    let facts = identity(job) + times(job, now) + keys(job) + contents(job)
    return ["job \(job.id) \(state) \(Terminal.harmless(job.kind))"]
      + facts.map { "  \(terminal.paint($0.0.padded(to: 14), .grey)) \(Terminal.harmless($0.1))" }
      + failures(job, terminal)
  }

  private static func identity(_ job: JobDetails) -> [(String, String)] {
    let progress = job.progress.map(JobTable.words)
    return [
      ("name", job.name), ("reason", job.reason), ("progress", progress),
      ("queue", job.partition == "default" ? job.queue : "\(job.queue) of partition \(job.partition)"),
      ("priority", job.priority == 0 ? nil : "\(job.priority)"),
      ("attempt", "\(job.attempt) of \(job.allowed)" + crashes(job)),
      ("timeout", job.timeout.map { DurationText.text(.seconds($0)) }), ("node", job.node),
    ].compactMap { name, value in value.map { (name, $0) } }
  }

  private static func crashes(_ job: JobDetails) -> String {
    switch job.crashes {
    case 0: ""
    case 1: ", one more because its process crashed"
    default: ", \(job.crashes) more because its process crashed"
    }
  }

  private static func times(_ job: JobDetails, _ now: Date) -> [(String, String)] {
    [("enqueued", job.enqueued), ("due", job.due), ("taken", job.started), ("finished", job.finished)]
      .compactMap { name, date in date.map { (name, "\(Timestamp.iso($0)), \(Timestamp.distance($0, from: now))") } }
  }

  private static func keys(_ job: JobDetails) -> [(String, String)] {
    let metadata = (job.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return [
      ("unique key", job.uniqueKey), ("execution key", job.executionKey),
      ("metadata", metadata.isEmpty ? nil : metadata.joined(separator: " ")), ("correlation", job.correlation),
      ("caused by", job.causation),
    ].compactMap { name, value in value.map { (name, $0) } }
  }

  private static func contents(_ job: JobDetails) -> [(String, String)] {
    [("payload", job.payload), ("output", job.output)].compactMap { name, value in value.map { (name, text($0)) } }
  }

  /// Text as it is, without its last line feed; anything else as JSON.
  private static func text(_ value: JSONValue) -> String {
    guard case .string(let text) = value else { return (try? JSONLine.encode(value)) ?? "" }
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }

  private static func failures(_ job: JobDetails, _ terminal: Terminal) -> [String] {
    (job.failures ?? []).flatMap { failure in
      [
        "  "
          + terminal.paint(
            "failed         attempt \(failure.attempt), \(failure.kind), \(Timestamp.iso(failure.at))", .red)
      ]
        + failure.message.split(separator: "\n").map { "    " + Terminal.harmless(String($0)) }
    }
  }
}
