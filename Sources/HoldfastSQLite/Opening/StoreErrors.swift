import GRDB
import Holdfast

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension StoreError {
  static func closed(_ store: String) -> StoreError {
    StoreError(.closed, store: store, "it was closed; open it again")
  }

  /// What an error of SQLite, of GRDB or of the system means for who called.
  init(_ error: any Error, store: String) {
    if let error = error as? StoreError {
      self = error
    } else if let error = error as? DatabaseError {
      self = Self.database(error, store)
    } else if let error = error as? SystemFailure {
      self = error.asStoreError(store)
    } else {
      self = StoreError(.unavailable, store: store, "the database could not be used", underlying: error)
    }
  }

  private static func database(_ error: DatabaseError, _ store: String) -> StoreError {
    func failure(_ code: Code, _ reason: String) -> StoreError {
      StoreError(code, store: store, reason, underlying: error)
    }
    switch error.resultCode {
    case .SQLITE_FULL: return failure(.diskFull, "the disk is full; make room, and it goes on by itself")
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
      return failure(.readOnly, "the file or its folder cannot be written; give this process the right to")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT:
      return failure(.corrupt, "the file is damaged or is no database; restore it from a backup")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return failure(.unavailable, "another process kept the file busy; try again")
    case .SQLITE_CANTOPEN:
      return failure(.unavailable, "the file cannot be opened; check that its folder exists and may be written")
    case .SQLITE_MISUSE: return .closed(store)
    case .SQLITE_TOOBIG, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_RANGE:
      return failure(.invalid, "the database refused a value")
    default: return failure(.unavailable, "the database failed")
    }
  }
}

/// A system call that failed on a file.
struct SystemFailure: Error, CustomStringConvertible {
  let call: String
  let path: String
  let number: Int32

  init(_ call: String, _ path: String, _ number: Int32 = errno) {
    self.call = call
    self.path = path
    self.number = number
  }

  var description: String { "cannot \(call) \(path): \(unsafe String(cString: strerror(number)))" }

  func asStoreError(_ store: String) -> StoreError {
    switch number {
    case ENOSPC, EDQUOT: StoreError(.diskFull, store: store, "the disk is full; make room", underlying: self)
    case EROFS, EACCES, EPERM:
      StoreError(
        .readOnly, store: store, "its folder cannot be written; give this process the right to", underlying: self)
    default: StoreError(.unavailable, store: store, "its files cannot be used", underlying: self)
    }
  }
}
