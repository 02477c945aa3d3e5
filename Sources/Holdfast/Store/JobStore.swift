/// Where jobs live: everything durable about them, and nothing else.
///
/// A call that returns has committed (law 3). Every call takes and gives batches, throws ``StoreError`` only, and has no
/// effect when it throws. `MemoryStore` is the model; `HoldfastSQLite` has the embedded one; the conformance suite in
/// HoldfastTesting says exactly what each must do, and runs against a store of your own.
public protocol JobStore: AnyObject, Sendable {
  /// The clock that due times and leases are measured by (law 7).
  var clock: any Timeline { get }

  /// Stores jobs, all or none; each gets its receipt in order. The drafts are valid (``JobDraft/validate()``).
  func enqueue(_ drafts: [JobDraft]) async throws(StoreError) -> [JobReceipt]

  /// Begins to serve a node, recovers what dead nodes left, and queues parked jobs again that this node can run.
  func attach(_ node: any JobNode) async throws(StoreError)

  /// Stops serving a node; whatever it still has is treated as the work of a dead one.
  func detach(_ node: NodeIdentity) async

  /// Says that a node has something to exchange. Never blocks and never fails; the answer is ``JobNode/concluded(_:_:)``.
  /// A store for which a commit costs nothing may take every exchange as urgent.
  func wake(_ node: NodeIdentity, _ urgency: ExchangeUrgency)

  /// Notes that a run is about to begin, so that its process's death is blamed on it and not on jobs that only waited.
  /// Never blocks; must survive the death of the process, not that of the machine.
  func began(_ run: RunReference)

  /// Notes that a run has ended in memory, whatever becomes of its settlement.
  func ended(_ run: RunReference)

  /// Jobs that match, page by page.
  func jobs(_ query: JobQuery) async throws(StoreError) -> JobPage

  /// A job's failures, newest first, at most ten.
  func failures(of job: JobID) async throws(StoreError) -> [JobFailure]

  /// The executing jobs of a tenant that hold an execution key.
  func holders(of executionKey: String, partition: String) async throws(StoreError) -> [JobRecord]

  /// The jobs that wait for an execution key in a queue of a tenant before another job, the first first, at most `limit`.
  /// Costs no more than what it gives, however many jobs there are.
  func waiting(
    for executionKey: String, partition: String, queue: String, before job: JobID, limit: Int
  ) async throws(StoreError) -> [JobID]

  /// Every queue of every tenant that has jobs, settings or pauses.
  func queues() async throws(StoreError) -> [QueueStatus]

  /// Pauses in force, whether or not their scope has jobs.
  func pauses() async throws(StoreError) -> [QueuePause]

  /// Nodes that are attached, without those whose lease has ended and of which nothing was heard since (M1).
  func nodes() async throws(StoreError) -> [NodeStatus]

  /// Does something to jobs; one result for each id, in order.
  func perform(_ command: JobCommand, on jobs: [JobID], by actor: String) async throws(StoreError) -> [JobCommandResult]

  /// Does something to queues; returns how many jobs or settings it concerned.
  @discardableResult
  func perform(_ command: QueueCommand, by actor: String) async throws(StoreError) -> Int

  /// What operators did, newest first. At most 1,000; the newest 10,000 are kept.
  func audit(limit: Int) async throws(StoreError) -> [AuditEntry]

  /// Deletes finished jobs that are older than they need to be, at most `limit` of them, and returns how many.
  func prune(_ retention: JobRetention, limit: Int) async throws(StoreError) -> Int
}

/// How long finished jobs stay, for one scope.
public struct JobRetention: Sendable, Hashable, Codable {
  /// The scope. Default everything.
  public var scope = QueueScope.everything
  /// Completed jobs. Default 24 h.
  public var completed = Duration.seconds(24 * 3600)
  /// Cancelled and discarded ones. Default 7 days. Parked jobs stay.
  public var others = Duration.seconds(7 * 24 * 3600)
  /// Discarded jobs of one queue of one tenant; the oldest beyond are deleted. Default no limit (Roger: 100, T5).
  public var maxDiscarded: Int?

  /// The defaults.
  public init() {}
}
