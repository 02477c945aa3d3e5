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

extension QueueSettings {
  /// Checks every number.
  ///
  /// - Throws: ``JobRefused`` for the first that does not fit.
  public func validate() throws(JobRefused) {
    if let queue = scope.queue { try JobRefused.check(name: queue, as: "queue") }
    if let partition = scope.partition { try JobRefused.check(name: partition, as: "partition") }
    if let workers {
      guard workers >= 0 else { throw JobRefused("workers", "is \(workers); 0 is the least, and takes nothing") }
      guard scope.queue != nil else { throw JobRefused("workers", "needs a queue, and \(scope) names none") }
    }
    if let running, running < 1 {
      throw JobRefused("running", "is \(running); at least 1 is needed, and a pause stops everything")
    }
    if let weight {
      guard weight > 0, weight.isFinite else { throw JobRefused("weight", "is \(weight); it must be positive") }
      guard scope.partition != nil else { throw JobRefused("weight", "needs a tenant, and \(scope) names none") }
    }
    try validateRate()
  }

  private func validateRate() throws(JobRefused) {
    guard let rate else { return }
    guard scope.queue != nil else { throw JobRefused("rate", "needs a queue, and \(scope) names none") }
    guard rate.count >= 1 else { throw JobRefused("rate", "allows \(rate.count) starts; at least 1 is needed") }
    guard rate.period > .zero else { throw JobRefused("rate", "is per \(rate.period); the period must be positive") }
  }
}
