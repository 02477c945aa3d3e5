/// Looking at queues, and doing things to them. Each change is durable and audited, and holds on every node.
extension JobQueue {
  /// Every queue of every tenant that has jobs, settings or pauses.
  public func queues() async throws(StoreError) -> [QueueStatus] {
    try await store.queues()
  }

  /// Stops new starts in a scope; what runs goes on (P11). Pausing twice keeps the first.
  ///
  /// - Parameters:
  ///   - scope: A queue, a tenant, a queue of a tenant, or everything.
  ///   - note: Why, for whoever asks.
  public func pause(_ scope: QueueScope, note: String? = nil) async throws(StoreError) {
    try await store.perform(.pause(scope, note: note), by: actor)
  }

  /// Undoes a pause of exactly this scope.
  ///
  /// - Returns: Whether there was one.
  @discardableResult
  public func resume(_ scope: QueueScope) async throws(StoreError) -> Bool {
    try await store.perform(.resume(scope), by: actor) > 0
  }

  /// Sets the workers of a queue on every node, instead of their configurations; nil gives it back to those.
  ///
  /// - Throws: ``JobRefused`` for a negative number, ``StoreError``.
  public func scale(_ queue: String, partition: String? = nil, to workers: Int?) async throws {
    let scope = QueueScope(partition: partition, queue: queue)
    guard let workers else {
      try await store.perform(.unset(scope), by: actor)
      return
    }
    try await set(QueueSettings(scope, workers: workers))
  }

  /// Changes limits; what is nil stays as it is.
  ///
  /// - Throws: ``JobRefused`` for numbers out of range and scopes that do not fit, ``StoreError``.
  public func set(_ settings: QueueSettings) async throws {
    try settings.validate()
    try await store.perform(.set(settings), by: actor)
  }

  /// Deletes jobs of a scope that neither run nor are final, and frees their keys (P15, Q5).
  ///
  /// - Returns: How many.
  @discardableResult
  public func purge(_ scope: QueueScope) async throws(StoreError) -> Int {
    try await store.perform(.purge(scope), by: actor)
  }
}
