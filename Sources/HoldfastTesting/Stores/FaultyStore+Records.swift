public import Holdfast

extension FaultyStore {
  /// See `RecordStore/write(_:)`.
  public func write(_ changes: [RecordChange]) async throws(StoreError) -> [RecordChangeResult] {
    try pass(.record)
    return try await base.write(changes)
  }

  /// See `RecordStore/records(in:after:limit:)`.
  public func records(
    in collection: String, after key: String?, limit: Int
  ) async throws(StoreError) -> [StoredRecord] {
    try pass(.read)
    return try await base.records(in: collection, after: key, limit: limit)
  }

  /// See `RecordStore/record(_:)`.
  public func record(_ reference: RecordReference) async throws(StoreError) -> StoredRecord? {
    try pass(.read)
    return try await base.record(reference)
  }

  /// See `RecordStore/journal(of:key:before:limit:)`.
  public func journal(
    of collection: String, key: String?, before number: Int64?, limit: Int
  ) async throws(StoreError) -> [StoredEntry] {
    try pass(.read)
    return try await base.journal(of: collection, key: key, before: number, limit: limit)
  }

  /// See `RecordStore/pruneJournal(of:before:limit:)`.
  public func pruneJournal(
    of collection: String, before time: WallTime, limit: Int
  ) async throws(StoreError) -> Int {
    try pass(.record)
    return try await base.pruneJournal(of: collection, before: time, limit: limit)
  }

  /// See `RecordStore/watch(_:_:)`.
  public func watch(_ collection: String, _ hear: @escaping @Sendable () -> Void) -> Watch {
    base.watch(collection, hear)
  }

  /// See `RecordStore/hold(_:)`.
  public func hold(_ service: String) async throws(StoreError) -> Watch {
    try await base.hold(service)
  }
}
