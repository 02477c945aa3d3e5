#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Hands in messages that shall be handled at a time: durable, each once by its id, however far ahead.
///
/// ```swift
/// let deliveries = Deliveries(queue)
/// try await deliveries.deliver(ReminderDue(order: id), at: date, id: "reminder-\(id)")
/// ```
///
/// A delivery *is* a job with a due time: it has the job's queue, priority, keys, history and commands, and ``JobHandler``
/// runs it, best ``JobHandler/delivering(_:policy:timeout:_:responded:)``. A call that returns has committed.
public struct Deliveries: Sendable {
  /// Where the deliveries are.
  public let queue: JobQueue

  /// The deliveries of a queue's store, for its tenant.
  public init(_ queue: JobQueue) {
    self.queue = queue
  }

  /// When an id may be used again.
  public enum Reuse: Sendable, Hashable {
    /// When its delivery was pruned from the history (``JobRetention``): until then the same id is a duplicate.
    case afterHistory
    /// As soon as its delivery is over: that one is forgotten, with its history, when the id is used again.
    case afterEnd
  }

  /// What one delivery says beyond its message and its time.
  public struct Options: Sendable {
    /// The caller's words that travel with the message, through every attempt. Default none; at most 1 MiB.
    public var assigns: [String: String] = [:]
    /// How long each attempt's answer may take, instead of the handler's.
    public var timeout: Duration?
    /// Attempts in all, ≥ 1. Default the message's policy when that has more than one, otherwise 20.
    public var attempts: Int?
    /// When the id may be used again. Default when it was pruned from the history.
    public var reuse = Reuse.afterHistory
    /// What it belongs to. Default the correlation of the job whose handler hands it in, or the first one's own id (MS1).
    public var correlation: String?
    /// What caused it. Default the job whose handler hands it in (MS1).
    public var causation: String?
    /// Queue, tenant, priority and keys, as for any job; start, name, timeout, attempts and envelope are set by the
    /// delivery.
    public var job = JobOptions()

    /// The defaults.
    public init() {}
  }

  /// Delivers a message at a time; one that has passed means at once, and late (SC1).
  ///
  /// - Parameters:
  ///   - message: The message.
  ///   - time: When, by the store's clock.
  ///   - id: The caller's name for it, 1 to 512 bytes and not a number; the same one again is a duplicate (SC4). Default
  ///     none: its number names it.
  ///   - options: Everything else.
  /// - Returns: The new delivery, the one that has the id, or that the message is halted (MS2).
  /// - Throws: ``JobRefused`` before any effect, ``StoreError`` when the store could not.
  @discardableResult
  public func deliver(
    _ message: some Job, at time: WallTime, id: String? = nil, options: Options = Options()
  ) async throws -> DeliveryReceipt {
    try await deliver(message, .at(time), id, options)
  }

  /// Delivers a message at a date, to the nearest microsecond.
  @discardableResult
  public func deliver(
    _ message: some Job, at date: Date, id: String? = nil, options: Options = Options()
  ) async throws -> DeliveryReceipt {
    try await deliver(message, .at(WallTime(date)), id, options)
  }

  /// Delivers a message so long after it was stored, by the store's clock; ≥ 0.
  @discardableResult
  public func deliver(
    _ message: some Job, after delay: Duration, id: String? = nil, options: Options = Options()
  ) async throws -> DeliveryReceipt {
    try await deliver(message, .after(delay), id, options)
  }

  private func deliver(
    _ message: some Job, _ start: JobStart, _ id: String?, _ options: Options
  ) async throws -> DeliveryReceipt {
    if let message = message as? any HaltingMessage, message.isHalted { return .halted }
    let draft = try draft(for: message, start, id, options)
    // The one that had the id may go away between the two looks; a third time is nobody's race any more.
    for _ in 0..<3 {
      switch try await queue.store(draft) {
      case .enqueued(let id): return .scheduled(id)
      case .duplicate(let id, let state) where options.reuse == .afterEnd && state.isFinal: try await queue.delete(id)
      case .duplicate(let id, _): if let job = try await queue.get(id) { return .duplicate(Delivery(job)) }
      }
    }
    throw StoreError(
      .unavailable, store: "\(type(of: queue.store))", "the id of a delivery was taken and freed again and again; retry"
    )
  }

  private func draft<Message: Job>(
    for message: Message, _ start: JobStart, _ id: String?, _ options: Options
  ) throws(JobRefused) -> JobDraft {
    var job = options.job
    job.start = start
    job.name = id
    job.timeout = options.timeout
    job.maxAttempts = options.attempts ?? (Message.policy.maxAttempts > 1 ? nil : Self.attempts)
    job.envelope = JobEnvelope(
      metadata: options.assigns, correlation: options.correlation, causation: options.causation)
    return try queue.draft(for: message, options: job)
  }

  /// Attempts of a delivery whose message does not say.
  static let attempts = 20
}
