#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Every record and journal that a memory store knows, as a value.
struct RecordBook: Sendable {
  private(set) var collections: [String: RecordCollection] = [:]
  private var lastRevision: Int64 = 0
  private var lastEntry: Int64 = 0

  /// Makes one change, jobs included, or none of it.
  mutating func write(_ change: RecordChange, _ jobs: inout JobBook) -> RecordChangeResult {
    for put in change.puts where !isAsExpected(put) { return .conflict(put.reference, record(put.reference)) }
    let revisions = change.puts.map { store($0) }
    for cancellation in change.cancellations { jobs.cancel(cancellation) }
    let receipts = jobs.enqueue(change.jobs)
    for entry in change.entries { add(entry, entry.job.map { receipts[$0] }) }
    return .written(revisions: revisions, jobs: receipts)
  }

  func record(_ reference: RecordReference) -> StoredRecord? {
    collections[reference.collection]?.records[reference.key]
  }

  /// Works on a collection, which goes when it is left empty.
  mutating func withCollection<Result>(
    _ name: String, _ body: (inout RecordCollection) -> Result
  ) -> Result {
    let result = body(&collections[name, default: RecordCollection()])
    if collections[name]?.isEmpty == true { collections[name] = nil }
    return result
  }

  private func isAsExpected(_ put: RecordPut) -> Bool {
    let stored = record(put.reference)?.revision
    return switch put.expecting {
    case .anything: true
    case .nothing: stored == nil
    case .revision(let revision): stored == revision
    }
  }

  private mutating func store(_ put: RecordPut) -> Int64 {
    lastRevision += 1
    let revision = lastRevision
    withCollection(put.reference.collection) {
      $0.put(put.reference, put.body.map { StoredRecord(put.reference, revision: revision, body: $0) })
    }
    return put.body == nil ? 0 : revision
  }

  private mutating func add(_ entry: RecordEntry, _ receipt: JobReceipt?) {
    lastEntry += 1
    let stored = StoredEntry(
      number: lastEntry, entry.reference, at: entry.at, body: entry.body, job: receipt?.id,
      isDuplicate: receipt?.isDuplicate ?? false)
    withCollection(entry.reference.collection) { $0.add(stored, keeping: entry.keeping) }
  }
}

extension JobBook {
  /// Cancels a job by its name, if it is alive.
  mutating func cancel(_ cancellation: NamedCancellation) {
    guard let id = names[TenantKey(partition: cancellation.partition, key: cancellation.name)] else { return }
    _ = perform(.cancel(reason: cancellation.reason, atOnce: cancellation.isAtOnce), on: id)
  }
}
