import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `holdfast alarms show` for people.
enum AlarmText {
  static func lines(_ details: AlarmDetails, now: Date = Date()) -> [String] {
    let (alarm, incident) = (details.alarm, details.incident)
    let fields: [(String, String?)] = [
      ("alarm", alarm.alarm), ("state", alarm.state), ("severity", alarm.severity),
      ("since", alarm.since.map { "\(Timestamp.second($0)) (\(Timestamp.span(now.timeIntervalSince($0))))" }),
      ("description", alarm.description), ("note", AlarmTable.note(alarm, now)), ("rule", details.rule),
      ("incident", incident.map { "\($0.id), raised \($0.raises) time\($0.raises == 1 ? "" : "s")" }),
      ("remedy", details.remedy.map { "\($0.remedy): \($0.exhausted ? "exhausted" : $0.state)" }),
    ]
    let shown = fields.compactMap { name, text in text.flatMap { $0.isEmpty ? nil : (name, $0) } }
    let head = shown.map { name, text in name + String(repeating: " ", count: 13 - name.count) + text }
    return
      (head + section("now", details.parts ?? []) + section("because", incident?.causes.map(cause) ?? [])
      + section("attempts", incident?.attempts.map { attempt($0) } ?? [])).map(Terminal.harmless)
  }

  private static func section(_ name: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["\(name):"] + lines.map { "  " + $0 }
  }

  private static func cause(_ cause: IncidentCause) -> String {
    String(repeating: "  ", count: max(0, cause.depth - 1)) + "\(cause.alarm) was \(cause.state.rawValue)"
      + (cause.description.map { ": \($0)" } ?? "")
  }

  private static func attempt(_ attempt: IncidentAttempt) -> String {
    let outcome =
      switch attempt.outcome {
      case nil: attempt.isDryRun ? "only said (dry run)" : "runs"
      case .finished: "finished"
      case .failed(let reason): "failed: \(reason)"
      case .timedOut: "stopped at its limit"
      case .cancelled: "cancelled"
      }
    return "\(attempt.number)  \(Timestamp.second(attempt.started.date))  \(outcome)"
  }
}
