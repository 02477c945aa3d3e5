import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What somebody wants of alarms and remedies.
struct AlarmRequest: Codable, Equatable, Sendable {
  enum Action: String, Codable, Sendable {
    case list, show, set, clear, acknowledge, unacknowledge, shelve, unshelve, history, lint, remedies, runRemedy
    case shelves, maintenance, startMaintenance, endMaintenance
  }

  var action: Action
  /// The alarm, as it is written; for list, shelve and unshelve a pattern; for maintenance its name.
  var alarm: String?
  /// For list: whether those that are clear are shown, too.
  var cleared: Bool?
  /// For set and list: how bad it is (at least).
  var severity: String?
  /// For set: what is to be said about it.
  var description: String?
  /// Why, for acknowledge, shelve and maintenance.
  var note: String?
  /// Seconds, for acknowledge, shelve and maintenance; nil for no such end, which maintenance must have.
  var duration: Double?
  /// For acknowledge: until anything about it changes. For shelve: until its alarms have cleared.
  var untilChange: Bool?
  /// For shelve and maintenance: whether remedies wait, too. Default not, and they do.
  var pausesRemedies: Bool?
  /// For maintenance: the alarms, and when it begins; nil for now.
  var patterns: [String]?
  var start: Date?
  /// For history: entries in the answer. Default 50.
  var count: Int?
  /// For history: only entries before this one.
  var before: Int64?
}

/// What became of one change.
struct AlarmChangeReport: Codable, Equatable, Sendable {
  /// The alarm or the pattern.
  var alarm: String
  /// In words.
  var result: String
}
