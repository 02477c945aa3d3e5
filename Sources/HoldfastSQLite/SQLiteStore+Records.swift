public import Holdfast

extension SQLiteStore: RecordStore {
  /// See `RecordStore/write(_:)`.
  public func write(_ changes: [RecordChange]) async throws(StoreError) -> [RecordChangeResult] {
    try RecordChange.check(changes, store: path)
    guard !changes.isEmpty else { return [] }
    return try await inWriter { _, tables in try changes.map { try tables.write($0) } }
  }

  /// See `RecordStore/records(in:after:limit:)`. The order is that of the keys' bytes.
  public func records(
    in collection: String, after key: String?, limit: Int
  ) async throws(StoreError) -> [StoredRecord] {
    try RecordChange.check(collection, key: key, limit: limit, store: path)
    return try await read { reader in
      let select = try reader.connection.statement(RecordSQL.page)
      select.bind(1, collection)
      select.bind(2, key ?? "")
      select.bind(3, limit)
      return try select.rows { row in
        StoredRecord(RecordReference(collection, row.text(0)), revision: row.int(1), body: row.data(2))
      }
    }
  }

  /// See `RecordStore/record(_:)`.
  public func record(_ reference: RecordReference) async throws(StoreError) -> StoredRecord? {
    try RecordChange.check(reference.collection, key: reference.key, store: path)
    return try await read { reader in
      let select = try reader.connection.statement(RecordSQL.record)
      reference.bind(to: select)
      return try select.first { StoredRecord(reference, revision: $0.int(0), body: $0.data(1)) }
    }
  }

  /// See `RecordStore/journal(of:key:before:limit:)`.
  public func journal(
    of collection: String, key: String?, before number: Int64?, limit: Int
  ) async throws(StoreError) -> [StoredEntry] {
    try RecordChange.check(collection, key: key, limit: limit, store: path)
    return try await read { reader in
      let select = try reader.connection.statement(key == nil ? RecordSQL.journal : RecordSQL.journalOfRecord)
      select.bind(1, collection)
      select.bind(2, number ?? .max)
      select.bind(3, limit)
      if let key { select.bind(4, key) }
      return try select.rows { row in
        StoredEntry(
          number: row.int(0), RecordReference(collection, row.text(1)), at: WallTime(microseconds: row.int(2)),
          body: row.data(3), job: row.optionalInt(4).map { JobID($0) }, isDuplicate: row.int(5) != 0)
      }
    }
  }

  /// See `RecordStore/pruneJournal(of:before:limit:)`. It is done in small transactions, so that it holds up nobody.
  public func pruneJournal(
    of collection: String, before time: WallTime, limit: Int
  ) async throws(StoreError) -> Int {
    try RecordChange.check(collection, store: path)
    var total = 0
    while total < limit {
      let wanted = min(limit - total, Self.slice)
      let count = try await inWriter { _, tables in
        try tables.pruneJournal(of: collection, before: time, limit: wanted)
      }
      total += count
      if count < wanted { break }
    }
    return total
  }

  /// See `RecordStore/watch(_:_:)`. The owner hears of every process's commits, a client of its own.
  public func watch(_ collection: String, _ hear: @escaping @Sendable () -> Void) -> Watch {
    watchers.watch(collection, hear)
  }

  /// See `RecordStore/hold(_:)`. Only the owner runs services, and there is one owner of a file.
  public func hold(_ service: String) async throws(StoreError) -> Watch {
    guard role == .owner else {
      throw StoreError(.invalid, store: path, "a client runs no `\(service)`; open the file as its owner")
    }
    return try holds.take(service, of: path)
  }
}
