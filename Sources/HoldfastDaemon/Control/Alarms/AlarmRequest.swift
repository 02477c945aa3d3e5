import Holdfast

/// What somebody wants of alarms and remedies.
struct AlarmRequest: Codable, Equatable, Sendable {
  enum Action: String, Codable, Sendable {
    case list, show, set, clear, acknowledge, unacknowledge, shelve, unshelve, history, lint, remedies, runRemedy
  }

  var action: Action
  /// The alarm, as it is written; for list, shelve and unshelve a pattern.
  var alarm: String?
  /// For list: whether those that are clear are shown, too.
  var cleared: Bool?
  /// For set and list: how bad it is (at least).
  var severity: String?
  /// For set: what is to be said about it.
  var description: String?
  /// Why, for acknowledge and shelve.
  var note: String?
  /// Seconds, for acknowledge and shelve; nil for no such end.
  var duration: Double?
  /// For acknowledge: until anything about it changes. For shelve: until its alarms have cleared.
  var untilChange: Bool?
  /// For shelve: whether remedies wait, too.
  var pausesRemedies: Bool?
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
