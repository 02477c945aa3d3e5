import GRDB
import Holdfast

/// Brings a file to this version's tables, in one transaction.
struct Migrations {
  let store: String
  let isOwner: Bool
  private static let table = "holdfast_schema"

  /// - Throws: `StoreError` with `newerVersion` when a newer Holdfast has written the file; `locked` when the owner of
  ///   older tables runs.
  func run(_ database: Database) throws {
    let found = try version(database)
    guard found < Schema.steps.count else { return }
    let lock = try keepOwnersAway(from: found)
    defer { lock?.release() }
    try database.inTransaction(.immediate) {
      // Read again: another process may have done it meanwhile.
      let done = try version(database)
      for step in Schema.steps.dropFirst(done) { try database.execute(sql: step) }
      try database.execute(sql: "CREATE TABLE IF NOT EXISTS \(Self.table)(version INTEGER NOT NULL) STRICT")
      try database.execute(sql: "DELETE FROM \(Self.table)")
      try database.execute(sql: "INSERT INTO \(Self.table) VALUES(?)", arguments: [Schema.steps.count])
      return .commit
    }
  }

  /// An older program that owns the file would go on with tables that it does not know: a client changes them only while
  /// nobody owns the file.
  private func keepOwnersAway(from version: Int) throws -> FileLock? {
    guard !isOwner, version > 0 else { return nil }
    return try FileLock(store: store) { owner in
      "process \(owner) owns it and is of an older version (tables of version \(version), here \(Schema.steps.count)); "
        + "restart that process with this version first"
    }
  }

  private func version(_ database: Database) throws -> Int {
    guard try database.tableExists(Self.table) else { return 0 }
    let version = try Int.fetchOne(database, sql: "SELECT version FROM \(Self.table)") ?? 0
    guard version <= Schema.steps.count else {
      throw StoreError(
        .newerVersion, store: store,
        "its tables have version \(version) and this program knows \(Schema.steps.count); update the program")
    }
    return version
  }
}
