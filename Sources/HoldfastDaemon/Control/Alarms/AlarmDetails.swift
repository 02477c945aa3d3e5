import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Everything about one alarm: why it is set, what was done, what is going to be done.
struct AlarmDetails: Codable, Equatable, Sendable {
  var alarm: AlarmRow
  /// The rule that it follows from, as it is written.
  var rule: String?
  /// The value of each part of the rule, a line each.
  var parts: [String]?
  /// The incident that goes on.
  var incident: Incident?
  var remedy: RemedyReport?
}

/// One remedy, as operators and scripts see it.
struct RemedyReport: Codable, Equatable, Sendable {
  var alarm: String
  /// What it does, in words.
  var remedy: String
  /// `clear`, `running`, `waitingToRetry` or `finishingRun`.
  var state: String
  /// Of the present incident.
  var attempts: Int
  /// Whether they are used up.
  var exhausted: Bool
  /// When it acts next.
  var next: Date?

  init(_ status: RemedyStatus) {
    (alarm, remedy, state) = ("\(status.alarm)", status.words, status.state.rawValue)
    (attempts, exhausted, next) = (status.attempts, status.isExhausted, status.next?.date)
  }
}

/// One thing that happened to an alarm.
struct AlarmHistoryReport: Codable, Equatable, Sendable {
  /// Grows; `history --before` continues from it.
  var number: Int64
  var at: Date
  var alarm: String
  /// `raised`, `cleared`, `acknowledged`, `remedyStarted` …
  var event: String
  /// Who did it; nil for what happened by itself.
  var by: String?
  var severity: String?
  var text: String?
  var incident: Int64?

  init(_ entry: AlarmHistoryEntry) {
    (number, at, alarm) = (entry.number, entry.at.date, entry.alarm)
    (event, by, text) = (entry.note.kind.rawValue, entry.note.by, entry.note.text)
    (severity, incident) = (entry.note.severity.map { "\($0)" }, entry.note.incident)
  }
}

/// Something about alarms that is probably a slip of the pen.
struct AlarmLintReport: Codable, Equatable, Sendable {
  var alarm: String
  var problem: String
}
