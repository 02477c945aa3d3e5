import Holdfast

/// What an operator wants done to jobs: to these, or to all that match.
struct JobChange: Codable, Equatable, Sendable {
  enum Action: String, Codable, CaseIterable, Sendable {
    case cancel, retry, discard, delete, reschedule, prioritize
  }

  var action: Action
  /// Numbers or names; nil with a ``query``.
  var jobs: [String]?
  /// For those who name none.
  var query: JobQuery?
  /// Whether only to tell what would be concerned.
  var preview: Bool?
  /// Why, for cancel and discard.
  var reason: String?
  /// JSON that replaces the old one, for retry.
  var payload: String?
  /// For reschedule.
  var at: WallTime?
  /// For prioritize.
  var priority: Int?
}

/// What became of a change of one job.
struct JobChangeReport: Codable, Equatable, Sendable {
  /// As it was asked for: a number, or a name.
  var job: String
  /// Whether what was wanted is now so, or will be.
  var ok: Bool
  /// In words.
  var result: String
}

/// What a change of all jobs that match would concern.
struct BulkPreview: Codable, Equatable, Sendable {
  /// How many; ``isMore`` when only so many were counted.
  var count: Int
  var isMore: Bool
  /// The first few.
  var sample: [JobDetails]
  /// Jobs that come after this time are not touched.
  var before: WallTime
}

/// How far a change of all jobs that match has come.
struct BulkReport: Codable, Equatable, Sendable {
  /// Jobs for which it is done.
  var changed: Int
  /// Jobs whose state did not allow it, or that were gone.
  var refused: Int
  /// Whether there are no more.
  var finished: Bool
}

/// What an operator wants done to a queue, a partition, or everything.
struct QueueChange: Codable, Equatable, Sendable {
  enum Action: String, Codable, Sendable {
    case pause, resume, set, reset, purge
  }

  var action: Action
  var scope: QueueScope
  /// Why, for pause.
  var note: String?
  /// For set; what is nil is left as it is.
  var settings: QueueSettings?
}

/// What came of it.
struct QueueChangeReport: Codable, Equatable, Sendable {
  var scope: String
  /// In words.
  var result: String
  /// Jobs or settings that it concerned.
  var count: Int
}
