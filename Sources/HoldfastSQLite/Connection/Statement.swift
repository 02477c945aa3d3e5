import GRDB
import GRDBSQLite

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One prepared statement of SQLite's own interface, on a connection that GRDB owns.
///
/// The hot statements go this way because a measurement asked for it: GRDB's convenience costs a third of an insert. It
/// must be used where the connection is: inside GRDB's own access to it, and must be gone before the connection is.
@safe final class Statement {
  private let handle: OpaquePointer
  private let connection: OpaquePointer

  /// - Throws: `DatabaseError`, with the text of the statement.
  init(_ sql: String, _ connection: OpaquePointer) throws {
    var handle: OpaquePointer?
    let flags = UInt32(bitPattern: SQLITE_PREPARE_PERSISTENT)
    let code = unsafe sqlite3_prepare_v3(connection, sql, -1, flags, &handle, nil)
    guard code == SQLITE_OK, let handle = unsafe handle else {
      throw unsafe Self.error(code, connection, sql)
    }
    unsafe self.handle = handle
    unsafe self.connection = connection
  }

  deinit { unsafe sqlite3_finalize(handle) }

  // MARK: Arguments

  func bind(_ index: Int32, _ value: Int64) { unsafe sqlite3_bind_int64(handle, index, value) }

  func bind(_ index: Int32, _ value: Int) { unsafe sqlite3_bind_int64(handle, index, Int64(value)) }

  func bind(_ index: Int32, _ value: Int64?) {
    if let value { bind(index, value) } else { bindNull(index) }
  }

  func bind(_ index: Int32, _ value: Double?) {
    if let value { unsafe sqlite3_bind_double(handle, index, value) } else { bindNull(index) }
  }

  func bind(_ index: Int32, _ value: String?) {
    guard var value else { return bindNull(index) }
    value.withUTF8 { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { text in
        _ = unsafe sqlite3_bind_text(handle, index, text.baseAddress, Int32(text.count), Self.copied)
      }
    }
  }

  func bind(_ index: Int32, _ value: Data?) {
    guard let value else { return bindNull(index) }
    unsafe value.withUnsafeBytes { bytes in
      // A null address would bind NULL instead of no bytes.
      guard unsafe !bytes.isEmpty else { return _ = unsafe sqlite3_bind_zeroblob(handle, index, 0) }
      unsafe sqlite3_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count), Self.copied)
    }
  }

  func bindNull(_ index: Int32) { unsafe sqlite3_bind_null(handle, index) }

  /// Frees the copies of the arguments, which otherwise stay until there are others.
  func forgetArguments() { unsafe sqlite3_clear_bindings(handle) }

  /// SQLite's way of saying "make a copy": the arguments do not outlive the call.
  private static var copied: sqlite3_destructor_type {
    unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }

  // MARK: Running

  /// Runs a statement that gives no rows.
  func run() throws {
    let code = unsafe sqlite3_step(handle)
    unsafe sqlite3_reset(handle)
    guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure(code) }
  }

  /// The next row; false at the end, after which the statement is ready for new arguments.
  func step() throws -> Bool {
    let code = unsafe sqlite3_step(handle)
    if code == SQLITE_ROW { return true }
    unsafe sqlite3_reset(handle)
    guard code == SQLITE_DONE else { throw failure(code) }
    return false
  }

  /// Gives up on further rows.
  func reset() { unsafe sqlite3_reset(handle) }

  /// Reads every row.
  func rows<Row>(_ read: (Statement) throws -> Row) throws -> [Row] {
    defer { reset() }
    var rows: [Row] = []
    while try step() { rows.append(try read(self)) }
    return rows
  }

  /// Reads the first row, if there is one.
  func first<Row>(_ read: (Statement) throws -> Row) throws -> Row? {
    defer { reset() }
    return try step() ? try read(self) : nil
  }

  /// Rows that the connection's newest statement changed.
  var changes: Int { Int(unsafe sqlite3_changes(connection)) }

  // MARK: Columns

  func isNull(_ column: Int32) -> Bool { unsafe sqlite3_column_type(handle, column) == SQLITE_NULL }

  func int(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

  func optionalInt(_ column: Int32) -> Int64? { isNull(column) ? nil : int(column) }

  func optionalDouble(_ column: Int32) -> Double? {
    isNull(column) ? nil : unsafe sqlite3_column_double(handle, column)
  }

  func text(_ column: Int32) -> String { optionalText(column) ?? "" }

  func optionalText(_ column: Int32) -> String? {
    guard let bytes = unsafe sqlite3_column_text(handle, column) else { return nil }
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    return unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  func data(_ column: Int32) -> Data {
    guard let bytes = unsafe sqlite3_column_blob(handle, column) else { return Data() }
    return unsafe Data(bytes: bytes, count: Int(sqlite3_column_bytes(handle, column)))
  }

  func optionalData(_ column: Int32) -> Data? { isNull(column) ? nil : data(column) }

  private func failure(_ code: Int32) -> DatabaseError {
    unsafe Self.error(code, connection, String(cString: sqlite3_sql(handle)))
  }

  private static func error(_ code: Int32, _ connection: OpaquePointer, _ sql: String) -> DatabaseError {
    unsafe DatabaseError(
      resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
      message: String(cString: sqlite3_errmsg(connection)), sql: sql)
  }
}
