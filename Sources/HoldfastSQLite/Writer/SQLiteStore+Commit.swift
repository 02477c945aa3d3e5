import GRDB
import Holdfast
import Synchronization

extension SQLiteStore {
  /// Does one batch: what callers asked for and what nodes exchange, in one transaction, then tells them all.
  ///
  /// - Returns: Whether nodes were asked; they were not when operations failed before.
  func commit(_ operations: [GroupCommit.Operation]) -> Bool {
    var batch = CommitBatch(operations, visits: operations.isEmpty ? desk.ask() : [])
    guard !operations.isEmpty || !batch.visits.isEmpty else { return true }
    if let refusal {
      batch.failure = refusal
    } else if !operations.isEmpty || !answerFromMemory(&batch.visits) {
      do {
        let changed = try pool.writeWithoutTransaction { database in
          try tables.withLock { try $0.transact(&batch, database, writer, desk) }
        }
        knock()
        watchers.tell(changed)
      } catch {
        batch.failure = StoreError(error, store: path)
      }
    }
    batch.conclude(store: path)
    return operations.isEmpty || batch.failure == nil || !batch.visits.isEmpty
  }

  /// Most exchanges of an idle time write nothing and find nothing: they need no transaction.
  private func answerFromMemory(_ visits: inout [ExchangeDesk.Visit]) -> Bool {
    tables.withLock { tables in
      guard tables.isCurrent else { return false }
      let (now, instant) = (clock.wallTime, clock.now)
      let alive = Set(visits.map(\.id))
      guard !tables.hasExpired(except: alive, at: instant) else { return false }
      guard !visits.contains(where: { tables.needsTransaction($0.exchange, at: now) }) else { return false }
      tables.now = now
      for index in visits.indices {
        visits[index].reply = tables.nodes[visits[index].id] == nil ? nil : JobExchangeReply(now: now)
      }
      // Nothing is due, so serving reads and writes no row: it only says when something will be.
      return (try? tables.serve(&visits, at: instant)) != nil
    }
  }

  /// Runs something in the next transaction.
  func inWriter<T: Sendable>(
    isSeparate: Bool = false, onlyAdds: Bool = false, mayLead: Bool = false,
    _ body: @escaping @Sendable (Database, JobTables) throws -> T
  ) async throws(StoreError) -> T {
    let box = ResultBox<T>()
    let result: Result<T, StoreError> = await withCheckedContinuation { continuation in
      writer.submit(
        GroupCommit.Operation(isSeparate: isSeparate, onlyAdds: onlyAdds, mayLead: mayLead) { database, tables in
          box.set(try body(database, tables))
        } conclude: { [path] failure in
          let closed = StoreError.closed(path)
          continuation.resume(
            returning: failure.map { .failure($0) } ?? box.take().map { .success($0) } ?? .failure(closed))
        })
    }
    return try result.get()
  }
}

extension JobTables {
  /// The whole transaction. What fails leaves nothing, in the file or in memory.
  ///
  /// - Returns: The collections of which records changed.
  func transact(
    _ batch: inout CommitBatch, _ database: Database, _ writer: GroupCommit, _ desk: ExchangeDesk
  ) throws -> Set<String> {
    try inTransaction {
      try performAll(&batch, database, writer)
      // Asked as late as possible: a run that ended meanwhile is settled by this commit, and its slot filled.
      if batch.visits.isEmpty { batch.visits = desk.ask() }
      try exchange(&batch.visits)
    }
    for index in batch.visits.indices { readMail(&batch.visits[index]) }
    defer { changedCollections = [] }
    return changedCollections
  }

  /// Does every operation, and then those that came meanwhile, also where nodes alone began: they share this commit's
  /// sync.
  private func performAll(_ batch: inout CommitBatch, _ database: Database, _ writer: GroupCommit) throws {
    var (done, rounds) = (0, 0)
    repeat {
      for index in done..<batch.operations.count {
        batch.failures[index] = try perform(batch.operations[index], database)
      }
      done = batch.operations.count
      rounds += 1
      if rounds < CommitBatch.rounds { batch.add(writer.latecomers()) }
    } while done < batch.operations.count
  }

  /// Writes what nodes bring and serves what they want.
  private func exchange(_ visits: inout [ExchangeDesk.Visit]) throws {
    // Nodes may have been asked after the transaction began: what was due when they asked is due.
    now = clock.wallTime
    let instant = clock.now
    for visit in visits { renew(visit.id, at: instant) }
    for index in visits.indices where nodes[visits[index].id] != nil {
      visits[index].reply = try settle(visits[index].exchange)
    }
    try recoverExpired(except: Set(visits.map(\.id)), at: instant)
    try serve(&visits, at: instant, withMail: false)
  }

  /// Claims for every node, in turn, once all have written.
  func serve(_ visits: inout [ExchangeDesk.Visit], at instant: Instant, withMail: Bool = true) throws {
    for index in visits.indices {
      guard var reply = visits[index].reply else { continue }
      if withMail { renew(visits[index].id, at: instant) }
      try serve(visits[index].exchange, to: visits[index].id, &reply)
      if let end = nextLeaseEnd(besides: visits[index].id, at: instant) { reply.next = min(reply.next ?? end, end) }
      visits[index].reply = reply
      if withMail { readMail(&visits[index]) }
    }
  }

  private func readMail(_ visit: inout ExchangeDesk.Visit) {
    guard var reply = visit.reply else { return }
    readMail(of: visit.id, into: &reply)
    visit.reply = reply
  }

  /// One operation; one that may fail alone leaves nothing when it does.
  private func perform(_ operation: GroupCommit.Operation, _ database: Database) throws -> StoreError? {
    if !operation.onlyAdds { try writeArrivals() }
    guard operation.isSeparate else {
      try operation.perform(database, self)
      return nil
    }
    let before = snapshot
    try connection.statement(JobSQL.begin).run()
    do {
      try operation.perform(database, self)
      try connection.statement(JobSQL.end).run()
      return nil
    } catch {
      // When SQLite has already rolled everything back, so must everybody.
      guard !connection.isIdle else { throw error }
      try connection.statement(JobSQL.undo).run()
      try connection.statement(JobSQL.end).run()
      restore(before)
      return StoreError(error, store: store)
    }
  }
}

/// Carries a result from the writer's thread to the caller.
private final class ResultBox<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)

  func set(_ new: Value) { value.withLock { $0 = new } }

  func take() -> Value? { value.withLock { $0.take() } }
}
