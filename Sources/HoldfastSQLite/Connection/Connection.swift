import GRDB
import GRDBSQLite

/// A connection of GRDB's, seen through SQLite's own interface, with the statements that were prepared on it.
///
/// It is used only while GRDB has given us the database, and closed before GRDB closes it.
@safe final class Connection {
  private let handle: OpaquePointer
  private var statements: [String: Statement] = [:]
  private var hot: [Statement?] = []

  init(_ database: Database) throws {
    guard let handle = unsafe database.sqliteConnection else {
      throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "the connection is closed")
    }
    unsafe self.handle = handle
  }

  /// Whether it is the connection of this database.
  func isOf(_ database: Database) -> Bool { unsafe database.sqliteConnection == handle }

  /// The statement of a text, prepared once.
  func statement(_ sql: String) throws -> Statement {
    if let statement = statements[sql] { return statement }
    let statement = unsafe try Statement(sql, handle)
    statements[sql] = statement
    return statement
  }

  /// The same for a statement that runs for every job.
  func statement(_ sql: HotSQL) throws -> Statement {
    if sql.number < hot.count, let statement = hot[sql.number] { return statement }
    while hot.count <= sql.number { hot.append(nil) }
    let statement = unsafe try Statement(sql.text, handle)
    hot[sql.number] = statement
    return statement
  }

  /// Whether no transaction is open.
  var isIdle: Bool { unsafe sqlite3_get_autocommit(handle) != 0 }

  var lastInsertedRow: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

  /// The number of a word in a table of words.
  func number(of word: String, find: String, make: String) throws -> Int64 {
    let find = try statement(find)
    find.bind(1, word)
    if let id = try find.first({ $0.int(0) }) { return id }
    let make = try statement(make)
    make.bind(1, word)
    try make.run()
    return lastInsertedRow
  }

  /// Forgets every statement, so that the connection can be closed.
  func close() {
    statements.removeAll()
    hot.removeAll()
  }
}
