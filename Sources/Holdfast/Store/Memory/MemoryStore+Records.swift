import Synchronization

extension MemoryStore: RecordStore {
  /// See ``RecordStore/write(_:)``.
  public func write(_ changes: [RecordChange]) async throws(StoreError) -> [RecordChangeResult] {
    try RecordChange.check(changes, store: "memory")
    let results = write { state in changes.map { state.records.write($0, &state.book) } }
    watchers.tell(RecordChange.collections(changes, results))
    return results
  }

  /// See ``RecordStore/records(in:after:limit:)``.
  public func records(
    in collection: String, after key: String?, limit: Int
  ) async throws(StoreError) -> [StoredRecord] {
    try RecordChange.check(collection, key: key, limit: limit, store: "memory")
    return state.withLock { $0.records.withCollection(collection) { $0.page(after: key, limit: limit) } }
  }

  /// See ``RecordStore/record(_:)``.
  public func record(_ reference: RecordReference) async throws(StoreError) -> StoredRecord? {
    try RecordChange.check(reference.collection, key: reference.key, store: "memory")
    return state.withLock { $0.records.record(reference) }
  }

  /// See ``RecordStore/journal(of:key:before:limit:)``.
  public func journal(
    of collection: String, key: String?, before number: Int64?, limit: Int
  ) async throws(StoreError) -> [StoredEntry] {
    try RecordChange.check(collection, key: key, limit: limit, store: "memory")
    return state.withLock {
      $0.records.collections[collection]?.journal(of: key, before: number, limit: limit) ?? []
    }
  }

  /// See ``RecordStore/pruneJournal(of:before:limit:)``.
  public func pruneJournal(
    of collection: String, before time: WallTime, limit: Int
  ) async throws(StoreError) -> Int {
    try RecordChange.check(collection, store: "memory")
    return state.withLock { $0.records.withCollection(collection) { $0.prune(before: time, limit: limit) } }
  }

  /// See ``RecordStore/watch(_:_:)``.
  public func watch(_ collection: String, _ hear: @escaping @Sendable () -> Void) -> Watch {
    watchers.watch(collection, hear)
  }

  /// See ``RecordStore/hold(_:)``.
  public func hold(_ service: String) async throws(StoreError) -> Watch {
    try holds.take(service, of: "memory")
  }
}
