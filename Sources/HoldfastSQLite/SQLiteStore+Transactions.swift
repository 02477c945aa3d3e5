public import GRDB
public import Holdfast
import Synchronization

/// Jobs as a part of a caller's own transaction on the same file.
extension SQLiteStore {
  /// Stores jobs inside your transaction: they exist if and only if it commits, and may run from then on.
  ///
  /// ```swift
  /// try await pool.write { database in
  ///   try order.insert(database)
  ///   try store.enqueue([draft], in: database)
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - drafts: At most `JobLimits/batch`.
  ///   - database: A database on which a transaction is open, on this store's file.
  /// - Returns: One receipt each, in order.
  /// - Throws: `JobRefused` for a draft that is not valid, `StoreError` otherwise; roll back then.
  @discardableResult
  public func enqueue(_ drafts: [JobDraft], in database: Database) throws -> [JobReceipt] {
    for draft in drafts { try draft.validate() }
    return try visit(database) { try $0.enqueue(drafts) }
  }

  /// Ends a run inside your transaction, so that what the run wrote and its end are one (exactly once).
  ///
  /// The handler returns as usual afterwards; what it returns does not count any more.
  ///
  /// - Parameters:
  ///   - settlement: The end of a run, whose token must be the newest.
  ///   - database: A database on which a transaction is open, on this store's file.
  /// - Throws: `StoreError` with `notFound` when the token is stale; roll back then.
  public func settle(_ settlement: JobSettlement, in database: Database) throws {
    try visit(database) { visitor in
      let settled = try visitor.settle(settlement)
      guard settled != .stale else {
        throw StoreError(
          .notFound, store: path, "run \(settlement.run.job) with token \(settlement.run.token) is not the job's newest"
        )
      }
      try visitor.send(.settled, settlement.run.job.number)
    }
  }

  /// Does something with tables of its own, which leave word for the writer instead of changing what it knows.
  private func visit<T>(_ database: Database, _ body: (JobTables) throws -> T) throws -> T {
    guard database.isInsideTransaction else {
      throw StoreError(.invalid, store: path, "no transaction is open; call it inside pool.write { }")
    }
    let result = try visitors.withLock { kept in
      let visitor = try visitor(kept, database)
      kept = visitor
      visitor.forgetWords()
      do {
        try visitor.begin()
        let result = try body(visitor)
        try visitor.flush()
        return result
      } catch {
        kept = nil
        throw StoreError(error, store: path)
      }
    }
    database.afterNextTransaction { [weak self] _ in self?.signalled() }
    return result
  }

  private func visitor(_ kept: JobTables?, _ database: Database) throws -> JobTables {
    if let kept, kept.connection.isOf(database) { return kept }
    return JobTables(
      try Connection(database), store: path, clock: clock, ledger: nil, isOwner: false, longestTail: longestTail)
  }
}
