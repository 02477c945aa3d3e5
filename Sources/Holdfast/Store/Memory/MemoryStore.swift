import Synchronization

/// A store that forgets when the process ends: for tests, and for work that may be lost.
///
/// It is the model of every store: complete, exact, and as quick as one lock allows. Time, leases included, is the
/// clock's. What it holds is bounded by what is enqueued and pruned (``JobStore/prune(_:limit:)``).
public final class MemoryStore: JobStore {
  /// See ``JobStore/clock``.
  public let clock: any Timeline

  struct State {
    var book = JobBook()
    var records = RecordBook()
    var nodes: [any JobNode] = []
    /// Whether some thread asks the nodes just now; others only leave word.
    var isServing = false
    var mustServeAgain = false
  }

  let state: Mutex<State>
  let watchers = Watchers<String>()
  let holds = ServiceHolds()

  /// An empty store.
  ///
  /// - Parameter clock: What due times and leases are measured by. Default real time.
  public init(clock: any Timeline = .system) {
    self.clock = clock
    state = Mutex(State())
  }

  /// See ``JobStore/enqueue(_:)``.
  public func enqueue(_ drafts: [JobDraft]) async throws(StoreError) -> [JobReceipt] {
    guard drafts.count <= JobLimits.batch else {
      throw invalid("\(drafts.count) jobs in one call, over \(JobLimits.batch); send them in slices")
    }
    return write { $0.book.enqueue(drafts) }
  }

  /// See ``JobStore/attach(_:)``.
  public func attach(_ node: any JobNode) async throws(StoreError) {
    let identity = node.identity
    let isNew = write { state in
      guard state.book.attach(identity) else { return false }
      state.nodes.append(node)
      return true
    }
    guard isNew else { throw invalid("node '\(identity.id)' is attached already; give each start a fresh id") }
  }

  /// See ``JobStore/detach(_:)``.
  public func detach(_ node: NodeIdentity) async {
    forget(node)
  }

  func forget(_ node: NodeIdentity) {
    write { state in
      state.book.detach(node.id)
      state.nodes.removeAll { $0.identity.id == node.id }
    }
  }

  /// See ``JobStore/wake(_:_:)``.
  public func wake(_ node: NodeIdentity, _ urgency: ExchangeUrgency) {
    serve()
  }

  /// See ``JobStore/began(_:)``.
  public func began(_ run: RunReference) {
    state.withLock { $0.book.note(run, hasBegun: true) }
  }

  /// See ``JobStore/ended(_:)``.
  public func ended(_ run: RunReference) {
    state.withLock { $0.book.note(run, hasBegun: false) }
  }
}

// MARK: Looking

extension MemoryStore {
  /// See ``JobStore/jobs(_:)``.
  public func jobs(_ query: JobQuery) async throws(StoreError) -> JobPage {
    try check(query.validate)
    return read { $0.page(query) }
  }

  /// See ``JobStore/failures(of:)``.
  public func failures(of job: JobID) async throws(StoreError) -> [JobFailure] {
    read { $0.jobs[job.number]?.failures ?? [] }
  }

  /// See ``JobStore/holders(of:partition:)``.
  public func holders(of executionKey: String, partition: String) async throws(StoreError) -> [JobRecord] {
    read { book in
      let holders = book.keys[TenantKey(partition: partition, key: executionKey)]?.holders ?? []
      return holders.sorted().compactMap { book.jobs[$0]?.record }
    }
  }

  /// See ``JobStore/waiting(for:partition:queue:before:limit:)``. Costs as much as there are jobs that wait for the key.
  public func waiting(
    for executionKey: String, partition: String, queue: String, before job: JobID, limit: Int
  ) async throws(StoreError) -> [JobID] {
    read { book in
      guard let lane = book.laneNumbers[QueueScope(partition: partition, queue: queue)] else { return [] }
      let line = book.keys[TenantKey(partition: partition, key: executionKey)]?.waiting[lane]
      let before = line?.ids(in: book.jobs).filter { $0 < job.number }.sorted() ?? []
      return before.prefix(max(0, limit)).map { JobID($0) }
    }
  }

  /// See ``JobStore/queues()``.
  public func queues() async throws(StoreError) -> [QueueStatus] {
    read { $0.queueStatuses() }
  }

  /// See ``JobStore/pauses()``.
  public func pauses() async throws(StoreError) -> [QueuePause] {
    read { $0.pauses }
  }

  /// See ``JobStore/nodes()``.
  public func nodes() async throws(StoreError) -> [NodeStatus] {
    read { $0.nodeStatuses }
  }

  /// See ``JobStore/audit(limit:)``.
  public func audit(limit: Int) async throws(StoreError) -> [AuditEntry] {
    read { Array($0.audit.suffix(min(1000, max(0, limit))).reversed()) }
  }
}

// MARK: Commanding

extension MemoryStore {
  /// See ``JobStore/perform(_:on:by:)``.
  public func perform(
    _ command: JobCommand, on jobs: [JobID], by actor: String
  ) async throws(StoreError) -> [JobCommandResult] {
    try check(command.validate)
    guard jobs.count <= JobLimits.batch else {
      throw invalid("\(jobs.count) jobs in one command, over \(JobLimits.batch); send it in parts")
    }
    return write { $0.book.perform(command, on: jobs, by: actor) }
  }

  /// See ``JobStore/perform(_:by:)``.
  @discardableResult
  public func perform(_ command: QueueCommand, by actor: String) async throws(StoreError) -> Int {
    try check(command.validate)
    return write { $0.book.perform(command, by: actor) }
  }

  /// See ``JobStore/prune(_:limit:)``.
  public func prune(_ retention: JobRetention, limit: Int) async throws(StoreError) -> Int {
    write { $0.book.prune(retention, limit: max(0, limit)) }
  }

  private func check(_ validate: () throws(JobRefused) -> Void) throws(StoreError) {
    do { try validate() } catch { throw invalid(error.description) }
  }

  private func invalid(_ reason: String) -> StoreError {
    StoreError(.invalid, store: "memory", reason)
  }
}
