public import Holdfast
import Synchronization

/// A store in front of another that fails when a test says so: for everything that must survive a full disk or a lost
/// connection.
///
/// ```swift
/// let store = FaultyStore(MemoryStore(clock: time))
/// store.fail(.exchange, with: .init(.diskFull, store: "faulty", "no room"), times: 3)
/// ```
///
/// A call that fails has no effect in the store behind. Nodes see a failing exchange as they would see a failing commit.
public final class FaultyStore: Store {
  /// What can fail.
  public enum Operation: Sendable, Hashable, CaseIterable {
    /// ``FaultyStore/enqueue(_:)``.
    case enqueue
    /// ``FaultyStore/attach(_:)``.
    case attach
    /// An exchange of a node.
    case exchange
    /// Changes of records, and pruning their journals.
    case record
    /// Every question.
    case read
    /// Commands and pruning.
    case command
  }

  private struct Fault {
    let error: StoreError
    var times: Int
  }

  /// The store behind.
  public let base: any Store
  private let faults = Mutex<[Operation: Fault]>([:])

  /// A store that passes everything on.
  public init(_ base: any Store) {
    self.base = base
  }

  /// Makes calls fail from now on.
  ///
  /// - Parameters:
  ///   - operation: Which.
  ///   - error: What they throw.
  ///   - times: How many; all until ``heal(_:)`` by default.
  public func fail(_ operation: Operation, with error: StoreError, times: Int = .max) {
    faults.withLock { $0[operation] = Fault(error: error, times: times) }
  }

  /// Ends a fault; every one by default.
  public func heal(_ operation: Operation? = nil) {
    faults.withLock { faults in
      if let operation { faults[operation] = nil } else { faults = [:] }
    }
  }

  /// The error of the next call, if it fails.
  func fault(_ operation: Operation) -> StoreError? {
    faults.withLock { faults in
      guard let fault = faults[operation], fault.times > 0 else { return nil }
      faults[operation]?.times -= 1
      return fault.error
    }
  }

  func pass(_ operation: Operation) throws(StoreError) {
    if let error = fault(operation) { throw error }
  }

  // MARK: JobStore

  /// The clock of the store behind.
  public var clock: any Timeline { base.clock }

  /// See `JobStore/enqueue(_:)`.
  public func enqueue(_ drafts: [JobDraft]) async throws(StoreError) -> [JobReceipt] {
    try pass(.enqueue)
    return try await base.enqueue(drafts)
  }

  /// See `JobStore/attach(_:)`.
  public func attach(_ node: any JobNode) async throws(StoreError) {
    try pass(.attach)
    try await base.attach(FaultyNode(node, self))
  }

  /// See `JobStore/detach(_:)`.
  public func detach(_ node: NodeIdentity) async {
    await base.detach(node)
  }

  /// See `JobStore/wake(_:_:)`.
  public func wake(_ node: NodeIdentity, _ urgency: ExchangeUrgency) { base.wake(node, urgency) }

  /// See `JobStore/began(_:)`.
  public func began(_ run: RunReference) { base.began(run) }

  /// See `JobStore/ended(_:)`.
  public func ended(_ run: RunReference) { base.ended(run) }

  /// See `JobStore/jobs(_:)`.
  public func jobs(_ query: JobQuery) async throws(StoreError) -> JobPage {
    try pass(.read)
    return try await base.jobs(query)
  }

  /// See `JobStore/failures(of:)`.
  public func failures(of job: JobID) async throws(StoreError) -> [JobFailure] {
    try pass(.read)
    return try await base.failures(of: job)
  }

  /// See `JobStore/holders(of:partition:)`.
  public func holders(of executionKey: String, partition: String) async throws(StoreError) -> [JobRecord] {
    try pass(.read)
    return try await base.holders(of: executionKey, partition: partition)
  }

  /// See `JobStore/waiting(for:partition:queue:before:limit:)`.
  public func waiting(
    for executionKey: String, partition: String, queue: String, before job: JobID, limit: Int
  ) async throws(StoreError) -> [JobID] {
    try pass(.read)
    return try await base.waiting(for: executionKey, partition: partition, queue: queue, before: job, limit: limit)
  }

  /// See `JobStore/queues()`.
  public func queues() async throws(StoreError) -> [QueueStatus] {
    try pass(.read)
    return try await base.queues()
  }

  /// See `JobStore/pauses()`.
  public func pauses() async throws(StoreError) -> [QueuePause] {
    try pass(.read)
    return try await base.pauses()
  }

  /// See `JobStore/nodes()`.
  public func nodes() async throws(StoreError) -> [NodeStatus] {
    try pass(.read)
    return try await base.nodes()
  }

  /// See `JobStore/perform(_:on:by:)`.
  public func perform(
    _ command: JobCommand, on jobs: [JobID], by actor: String
  ) async throws(StoreError) -> [JobCommandResult] {
    try pass(.command)
    return try await base.perform(command, on: jobs, by: actor)
  }

  /// See `JobStore/perform(_:by:)`.
  @discardableResult
  public func perform(_ command: QueueCommand, by actor: String) async throws(StoreError) -> Int {
    try pass(.command)
    return try await base.perform(command, by: actor)
  }

  /// See `JobStore/audit(limit:)`.
  public func audit(limit: Int) async throws(StoreError) -> [AuditEntry] {
    try pass(.read)
    return try await base.audit(limit: limit)
  }

  /// See `JobStore/prune(_:limit:)`.
  public func prune(_ retention: JobRetention, limit: Int) async throws(StoreError) -> Int {
    try pass(.command)
    return try await base.prune(retention, limit: limit)
  }
}

/// Stands between a node and the store: a failing exchange never reaches the store, and the node is told at once.
private final class FaultyNode: JobNode {
  private let node: any JobNode
  private weak let store: FaultyStore?

  init(_ node: any JobNode, _ store: FaultyStore) {
    self.node = node
    self.store = store
  }

  var identity: NodeIdentity { node.identity }

  func exchange() -> JobExchange? {
    guard let exchange = node.exchange() else { return nil }
    guard let error = store?.fault(.exchange) else { return exchange }
    node.concluded(exchange, .failure(error))
    return nil
  }

  func concluded(_ exchange: JobExchange, _ result: Result<JobExchangeReply, StoreError>) {
    node.concluded(exchange, result)
  }
}
