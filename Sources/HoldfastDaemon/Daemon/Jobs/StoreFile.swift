import Holdfast
import HoldfastSQLite

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The store of the jobs, open.
struct StoreFile: Sendable {
  private let sqlite: SQLiteStore
  /// Whether there was no such file before.
  let isNew: Bool

  var store: any JobStore { sqlite }
  /// The same, for what is kept beside jobs.
  var records: any RecordStore { sqlite }

  /// Opens it for the daemon, who runs jobs, or for a command beside it.
  ///
  /// - Throws: A ``Failure`` that says why the file cannot be used.
  static func open(_ path: String, as role: SQLiteStore.Role = .owner) async throws(Failure) -> StoreFile {
    let isNew = !FileManager.default.fileExists(atPath: path)
    var options = SQLiteStore.Options()
    options.role = role
    do {
      return StoreFile(sqlite: try await SQLiteStore.open(path, options: options), isNew: isNew)
    } catch {
      throw Failure(error)
    }
  }

  /// Closes the file, when nothing uses it any more.
  func close() async {
    await sqlite.close()
  }
}
