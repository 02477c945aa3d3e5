/// Where a job stands, as it is stored.
///
/// *Scheduled*, *available* and *retrying* are views of ``queued`` by due time and attempt (``JobRecord/view(at:)``), so a
/// job that becomes due costs no write.
public enum JobState: Int, Sendable, Hashable, Codable, CaseIterable {
  /// Waits for its due time, a free worker, or the end of a pause.
  case queued = 0
  /// Waits behind another job of its execution key, in order and without a worker.
  case waiting = 1
  /// Taken by a node: running, or about to.
  case executing = 2
  /// Ended well.
  case completed = 3
  /// Ended by a person or by its handler, before or while it ran.
  case cancelled = 4
  /// Failed and used up its attempts (Roger's *buried*).
  case discarded = 5
  /// Cannot be run by this binary: unknown kind, undecodable or newer payload, or quarantined after crashes.
  case parked = 6

  /// Whether nothing more will happen by itself.
  public var isFinal: Bool { self == .completed || self == .cancelled || self == .discarded }

  /// The state's name, such as `queued`.
  public var name: String { String(describing: self) }

  /// The state of a name; nil for another word.
  public init?(name: some StringProtocol) {
    guard let state = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = state
  }
}

/// A job's state as a person sees it: the stored one, with *queued* told apart by due time and attempt.
public enum JobView: String, Sendable, Hashable, Codable, CaseIterable {
  /// Due in the future, not tried yet.
  case scheduled
  /// Due, waiting for a worker.
  case available
  /// Failed or snoozed before and due in the future.
  case retrying
  /// See ``JobState``.
  case waiting, executing, completed, cancelled, discarded, parked
}
