/// What becomes of an occurrence while the job of an earlier one is not finished (SC22).
///
/// It is decided when the occurrence fires, by what jobs have anyway: unique keys, execution keys and cancellation. So it
/// holds on every node, and a job that waits for its retry or is parked counts as not finished.
public enum ScheduleOverlap: String, Sendable, Hashable, Codable, CaseIterable {
  /// It does not run, and is recorded as overlapped. The default.
  case skip
  /// One waits until the earlier one has finished; further ones are recorded as overlapped.
  case bufferOne
  /// All wait, and run one after another.
  case bufferAll
  /// All run, as many at once as there are workers.
  case allowAll
  /// The earlier one is cancelled; this one starts when it has ended. Of several that are late together, the newest fires.
  case cancelOther
  /// The same without a grace period: the earlier one loses its worker, and its process, at once.
  case terminateOther

  /// Whether an occurrence ends the one before it.
  var endsPredecessor: Bool { self == .cancelOther || self == .terminateOther }

  /// Whether the schedule needs the unique key of its jobs for itself.
  var takesUniqueKey: Bool { self == .skip || self == .bufferOne }
}
