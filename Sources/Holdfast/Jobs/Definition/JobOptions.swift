/// What one call of enqueue says beyond the job and its policy; what is nil is the policy's or the job's own.
public struct JobOptions: Sendable {
  /// When it may run first. Default now.
  public var start = JobStart.now
  /// The queue.
  public var queue: String?
  /// The tenant; nil for the queue object's.
  public var partition: String?
  /// −100…100.
  public var priority: Int?
  /// Failures until it is discarded.
  public var maxAttempts: Int?
  /// How long one attempt may take.
  public var timeout: Duration?
  /// The caller's name for it (SC4).
  public var name: String?
  /// The unique key, instead of the job's.
  public var unique: UniqueKey = .own
  /// The execution key, instead of the job's.
  public var executionKey: String?
  /// Metadata, correlation and causation. Default the running handler's correlation, when there is one.
  public var envelope: JobEnvelope?

  /// All as the job and its policy say.
  public init() {}

  /// Where a unique key comes from.
  public enum UniqueKey: Sendable, Hashable {
    /// From ``Job/uniqueKey``.
    case own
    /// Given here.
    case key(String)
    /// None, whatever the job says.
    case none
  }
}
