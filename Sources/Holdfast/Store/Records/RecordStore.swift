/// Where named records with a history live, changed in one transaction with jobs.
///
/// Schedules, alarms, incidents and remedies are records: small JSON documents, each with a revision, and a journal of
/// what happened to it. One mechanism carries them all: a write compares revisions, replaces bodies, adds to journals,
/// enqueues jobs and cancels others, all or nothing. Policy stays outside, in pure values that say what to write.
///
/// A call that returns has committed (law 3). `MemoryStore` is the model; the conformance suite in HoldfastTesting says
/// exactly what each store must do.
public protocol RecordStore: AnyObject, Sendable {
  /// The clock that times are measured by (law 7).
  var clock: any Timeline { get }

  /// Makes changes, each all or nothing, and independent of one another; one result for each, in order.
  ///
  /// The jobs are valid (``JobDraft/validate()``).
  func write(_ changes: [RecordChange]) async throws(StoreError) -> [RecordChangeResult]

  /// The records of a collection, by key.
  ///
  /// - Parameters:
  ///   - collection: Which.
  ///   - key: Those after this key; nil from the first on.
  ///   - limit: At most, 1…10,000.
  func records(in collection: String, after key: String?, limit: Int) async throws(StoreError) -> [StoredRecord]

  /// One record; nil when there is none.
  func record(_ reference: RecordReference) async throws(StoreError) -> StoredRecord?

  /// A journal, newest first: of one record, which may be gone, or of a whole collection.
  ///
  /// - Parameters:
  ///   - collection: Which.
  ///   - key: Of which record; nil for all of them together.
  ///   - number: Those before this one; nil from the newest on.
  ///   - limit: At most, 1…10,000.
  func journal(
    of collection: String, key: String?, before number: Int64?, limit: Int
  ) async throws(StoreError) -> [StoredEntry]

  /// Deletes journal entries of a collection that were made before a time, at most `limit`; returns how many.
  func pruneJournal(of collection: String, before time: WallTime, limit: Int) async throws(StoreError) -> Int

  /// Calls `hear` after each commit, of any process, that changed records of a collection; it must not block.
  ///
  /// It may be called more often than that, and is called until the watch is cancelled or forgotten.
  func watch(_ collection: String, _ hear: @escaping @Sendable () -> Void) -> Watch

  /// Makes the caller the only one that runs a service on the store, among everybody who uses it in any process.
  ///
  /// - Parameter service: Its name, such as `alarms`.
  /// - Returns: Lets go when it is cancelled or released; so does the end of the process.
  /// - Throws: ``StoreError``: `locked` while another one runs, `invalid` where services run in another process only.
  func hold(_ service: String) async throws(StoreError) -> Watch
}

extension RecordStore {
  /// Every record of a collection.
  public func records(in collection: String) async throws(StoreError) -> [StoredRecord] {
    var all: [StoredRecord] = []
    let page = 10_000
    while true {
      let next = try await records(in: collection, after: all.last?.reference.key, limit: page)
      all += next
      if next.count < page { return all }
    }
  }
}

/// A store of jobs and records, changed together.
public typealias Store = JobStore & RecordStore
