#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Looking at jobs, and doing things to them. Each change is durable and audited, and holds on every node.
extension JobQueue {
  /// A job; nil when there is none, or no longer.
  public func get(_ id: JobID) async throws(StoreError) -> JobRecord? {
    var query = JobQuery()
    query.ids = [id]
    return try await store.jobs(query).jobs.first
  }

  /// The job of a name in this partition; nil when there is none, or no longer.
  public func get(named name: String) async throws(StoreError) -> JobRecord? {
    var query = JobQuery()
    query.name = name
    query.partition = partition
    return try await store.jobs(query).jobs.first
  }

  /// Jobs that match, one page.
  public func list(_ query: JobQuery = JobQuery()) async throws(StoreError) -> JobPage {
    try await store.jobs(query)
  }

  /// A job's failures, newest first, at most ten.
  public func failures(of id: JobID) async throws(StoreError) -> [JobFailure] {
    try await store.failures(of: id)
  }

  /// Ends a job: at once when it does not run, otherwise as soon as its handler has stopped (C2, C4).
  ///
  /// - Parameters:
  ///   - id: The job.
  ///   - reason: Why, in words. Default `cancelled`.
  ///   - atOnce: Whether a run has no grace period: its worker is free, and its process is killed, now. Default false.
  @discardableResult
  public func cancel(
    _ id: JobID, reason: String = "cancelled", atOnce: Bool = false
  ) async throws(StoreError) -> JobCommandResult {
    try await perform(.cancel(reason: reason, atOnce: atOnce), on: id)
  }

  /// Runs a job again: queued now, its attempts counted from zero.
  @discardableResult
  public func retry(_ id: JobID) async throws(StoreError) -> JobCommandResult {
    try await perform(.retry(payload: nil), on: id)
  }

  /// The same, with another payload of the same kind.
  ///
  /// - Throws: ``JobRefused`` when the payload does not encode or is too large, ``StoreError``.
  @discardableResult
  public func retry(_ id: JobID, with job: some Job) async throws -> JobCommandResult {
    let draft = try draft(for: job)
    return try await perform(.retry(payload: draft.payload, version: draft.version), on: id)
  }

  /// Gives up on a job that does not run.
  @discardableResult
  public func discard(_ id: JobID, reason: String = "discarded") async throws(StoreError) -> JobCommandResult {
    try await perform(.discard(reason: reason), on: id)
  }

  /// Moves a queued job's due time.
  @discardableResult
  public func reschedule(_ id: JobID, to time: WallTime) async throws(StoreError) -> JobCommandResult {
    try await perform(.reschedule(time), on: id)
  }

  /// Lets a queued job sleep for so long from now, by the store's clock.
  ///
  /// - Throws: ``JobRefused`` for a negative time, ``StoreError``.
  @discardableResult
  public func snooze(_ id: JobID, for duration: Duration) async throws -> JobCommandResult {
    guard duration >= .zero else { throw JobRefused("start", "is \(duration) from now; a delay cannot be negative") }
    return try await perform(.reschedule(store.clock.wallTime.advanced(by: duration)), on: id)
  }

  /// Changes the priority of a job that does not run.
  ///
  /// - Throws: ``JobRefused`` for one outside −100…100, ``StoreError``.
  @discardableResult
  public func prioritize(_ id: JobID, _ priority: Int) async throws -> JobCommandResult {
    guard JobLimits.priorities.contains(priority) else {
      throw JobRefused("priority", "is \(priority), outside -100…100")
    }
    return try await perform(.prioritize(priority), on: id)
  }

  /// Forgets a final or parked job.
  @discardableResult
  public func delete(_ id: JobID) async throws(StoreError) -> JobCommandResult {
    try await perform(.delete, on: id)
  }

  /// Does one thing to many jobs.
  ///
  /// - Returns: A result for each, in order.
  @discardableResult
  public func perform(_ command: JobCommand, on ids: [JobID]) async throws(StoreError) -> [JobCommandResult] {
    try await store.perform(command, on: ids, by: actor)
  }

  private func perform(_ command: JobCommand, on id: JobID) async throws(StoreError) -> JobCommandResult {
    try await store.perform(command, on: [id], by: actor).first ?? .unknown
  }
}
