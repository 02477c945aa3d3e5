import Holdfast

/// A job that somebody wants to be stored; what is nil is as the file says of its kind.
struct EnqueueRequest: Codable, Equatable, Sendable {
  var kind: String
  /// JSON. Default `{}`.
  var payload: String?
  var queue: String?
  /// Default `default`.
  var partition: String?
  var priority: Int?
  /// Seconds from now, ≥ 0.
  var delay: Double?
  /// A time; not together with ``delay``.
  var at: WallTime?
  var uniqueKey: String?
  var executionKey: String?
  var name: String?
  var attempts: Int?
  /// Seconds, > 0.
  var timeout: Double?
  var metadata: [String: String]?
  var correlation: String?
  var causation: String?
  /// Copies, 1…10,000. Default 1.
  var count: Int?
}

/// What became of one job that was to be stored.
struct EnqueueReport: Codable, Equatable, Sendable {
  /// The new job, or the one that was there.
  var id: JobID
  var kind: String
  /// Whether a job with the same unique key or name is there already; nothing was stored then.
  var duplicate: Bool
  /// Of the job that was there.
  var state: String?
}
