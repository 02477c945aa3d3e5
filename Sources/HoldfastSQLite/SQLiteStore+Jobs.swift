public import Holdfast
import Synchronization

extension SQLiteStore {
  /// See `JobStore/enqueue(_:)`.
  @discardableResult
  public func enqueue(_ drafts: [JobDraft]) async throws(StoreError) -> [JobReceipt] {
    guard !drafts.isEmpty else { return [] }
    guard drafts.count <= JobLimits.batch else {
      throw invalid("\(drafts.count) jobs in one call, over \(JobLimits.batch); send them in slices")
    }
    // Not within an operand: that is a closure, and has no isolation.
    let isShared = Self.isOnSharedThread(#isolation)
    let mayLead = callersCommit && drafts.count <= Arrivals.atOnce && isShared
    return try await inWriter(onlyAdds: true, mayLead: mayLead) { _, tables in try tables.enqueue(drafts) }
  }

  /// Whether a caller runs on one of the threads that tasks share, as far as can be told: an actor's may be the main one
  /// or an event loop's, which must not be held up at all.
  private static func isOnSharedThread(_ isolation: (any Actor)?) -> Bool {
    guard isolation == nil else { return false }
    return unsafe withUnsafeCurrentTask { unsafe $0?.unownedTaskExecutor == nil }
  }

  /// See `JobStore/attach(_:)`. Only the owner runs jobs.
  public func attach(_ node: any JobNode) async throws(StoreError) {
    let identity = node.identity
    guard role == .owner else {
      throw StoreError(.invalid, store: path, "a client runs no jobs; open the file as its owner")
    }
    do {
      try await inWriter(isSeparate: true) { [path] _, tables in
        guard tables.nodes[identity.id] == nil else {
          throw StoreError(.invalid, store: path, "node \(identity.id) is attached; give each start an id of its own")
        }
        tables.nodes[identity.id] = try tables.attach(identity)
      }
    } catch {
      if error.code != .invalid { tables.withLock { $0.nodes[identity.id] = nil } }
      throw error
    }
    guard desk.add(node) else { throw .closed(path) }
    writer.wake()
  }

  /// See `JobStore/detach(_:)`. When it cannot be written, the node's lease ends by itself.
  public func detach(_ node: NodeIdentity) async {
    desk.remove(node.id)
    do {
      try await inWriter { _, tables in try tables.detach(node.id) }
      tables.withLock { $0.forgetNode(node.id) }
      writer.wake()
    } catch {
      // The store cannot say so here: whoever asks next hears of it.
    }
  }

  /// See `JobStore/wake(_:_:)`. What may wait does so for 30 ms of real time at most: it is the disk that is spared.
  public func wake(_ node: NodeIdentity, _ urgency: ExchangeUrgency) { writer.wake(urgency) }

  /// See `JobStore/began(_:)`.
  public func began(_ run: RunReference) { ledger?.began(run) }

  /// See `JobStore/ended(_:)`.
  public func ended(_ run: RunReference) { ledger?.ended(run) }

  /// See `JobStore/perform(_:on:by:)`.
  public func perform(
    _ command: JobCommand, on jobs: [JobID], by actor: String
  ) async throws(StoreError) -> [JobCommandResult] {
    guard jobs.count <= JobLimits.batch else {
      throw invalid("\(jobs.count) jobs in one command, over \(JobLimits.batch); send it in parts")
    }
    try check(command.validate)
    return try await inWriter { _, tables in try tables.perform(command, on: jobs, by: actor) }
  }

  /// See `JobStore/perform(_:by:)`. A purge is done in slices, so that it holds up nobody; one that fails half-way has
  /// purged what it had counted in the audit.
  @discardableResult
  public func perform(_ command: QueueCommand, by actor: String) async throws(StoreError) -> Int {
    try check(command.validate)
    guard case .purge(let scope) = command else {
      return try await inWriter { _, tables in try tables.perform(command, by: actor) }
    }
    var total = 0
    repeat {
      let count = try await inWriter { _, tables in try tables.purge(scope, limit: Self.slice) }
      total += count
      guard count == Self.slice else { break }
    } while true
    let purged = total
    try await inWriter { _, tables in
      try tables.note(actor, command.action, scope.description, command.detail(purged))
    }
    return total
  }

  /// Rows that one transaction of a long job deletes: some milliseconds, in which everybody else waits.
  static let slice = 500

  func check(_ validate: () throws(JobRefused) -> Void) throws(StoreError) {
    do { try validate() } catch { throw invalid("\(error)") }
  }

  func invalid(_ reason: String) -> StoreError { StoreError(.invalid, store: path, reason) }
}
