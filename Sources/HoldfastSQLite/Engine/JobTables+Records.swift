import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension JobTables {
  /// Makes one change, jobs included, or none of it: everything is looked at before anything is written.
  func write(_ change: RecordChange) throws -> RecordChangeResult {
    for put in change.puts {
      guard try isAsExpected(put) else { return .conflict(put.reference, try record(put.reference)) }
    }
    let revisions = try change.puts.map { try store($0) }
    for cancellation in change.cancellations { try cancel(cancellation) }
    let receipts = try enqueue(change.jobs)
    for entry in change.entries { try add(entry, entry.job.map { receipts[$0] }) }
    changedCollections.formUnion(change.puts.map(\.reference.collection))
    return .written(revisions: revisions, jobs: receipts)
  }

  private func record(_ reference: RecordReference) throws -> StoredRecord? {
    let select = try connection.statement(RecordSQL.record)
    reference.bind(to: select)
    return try select.first { StoredRecord(reference, revision: $0.int(0), body: $0.data(1)) }
  }

  private func isAsExpected(_ put: RecordPut) throws -> Bool {
    if put.expecting == .anything { return true }
    let select = try connection.statement(RecordSQL.revision)
    put.reference.bind(to: select)
    let stored = try select.first { $0.int(0) }
    return put.expecting == (stored.map { .revision($0) } ?? .nothing)
  }

  private func store(_ put: RecordPut) throws -> Int64 {
    guard let body = put.body else {
      let delete = try connection.statement(RecordSQL.delete)
      put.reference.bind(to: delete)
      try delete.run()
      return 0
    }
    let revision = nextRevision()
    let write = try connection.statement(RecordSQL.put)
    put.reference.bind(to: write)
    write.bind(3, revision)
    write.bind(4, body)
    try write.run()
    return revision
  }

  private func cancel(_ cancellation: NamedCancellation) throws {
    let select = try connection.statement(RecordSQL.named)
    select.bind(1, cancellation.partition)
    select.bind(2, cancellation.name)
    guard let job = try select.first({ JobID($0.int(0)) }) else { return }
    _ = try perform(.cancel(reason: cancellation.reason, atOnce: cancellation.isAtOnce), on: job)
  }

  // MARK: Journals

  /// Entries that a journal may have beyond those it keeps: trimming it now and then costs an entry next to nothing.
  private static let slack = 64

  private func add(_ entry: RecordEntry, _ receipt: JobReceipt?) throws {
    let select = try connection.statement(RecordSQL.place)
    entry.reference.bind(to: select)
    let place = (try select.first { $0.int(0) } ?? 0) + 1
    let insert = try connection.statement(RecordSQL.add)
    insert.bind(1, entry.reference.collection)
    insert.bind(2, nextEntry())
    insert.bind(3, entry.reference.key)
    insert.bind(4, place)
    insert.bind(5, entry.at.microseconds)
    insert.bind(6, entry.body)
    insert.bind(7, receipt?.id.number)
    insert.bind(8, receipt?.isDuplicate == true ? 1 : 0)
    try insert.run()
    if place % Int64(Self.slack) == 0 { try trim(entry.reference, to: entry.keeping) }
  }

  private func trim(_ reference: RecordReference, to count: Int) throws {
    let trim = try connection.statement(RecordSQL.trim)
    reference.bind(to: trim)
    trim.bind(3, count)
    try trim.run()
  }

  /// Deletes entries that were made before a time, at most `limit`; returns how many.
  func pruneJournal(of collection: String, before time: WallTime, limit: Int) throws -> Int {
    let prune = try connection.statement(RecordSQL.prune)
    prune.bind(1, collection)
    prune.bind(2, time.microseconds)
    prune.bind(3, limit)
    try prune.run()
    return prune.changes
  }
}

extension RecordReference {
  /// Binds the collection and the key as the first two arguments.
  func bind(to statement: Statement) {
    statement.bind(1, collection)
    statement.bind(2, key)
  }
}
