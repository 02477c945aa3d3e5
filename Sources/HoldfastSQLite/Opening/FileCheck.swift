import Dispatch
import GRDB
import Holdfast
import Synchronization

/// Reads every page of a file on a connection of its own, to find damage before it spreads.
///
/// That takes about a second for each GiB, so a large file is checked while it is already in use.
final class FileCheck: Sendable {
  private let path: String
  private let pragma: String
  private let queue: DatabaseQueue
  private let isStopped = Atomic(false)
  private let ended = DispatchGroup()

  /// - Parameters:
  ///   - path: The file, which is open already.
  ///   - configuration: How it was opened.
  ///   - isFull: Whether every index is compared with its table too.
  /// - Throws: `DatabaseError` when it cannot be opened once more.
  init(_ path: String, _ configuration: Configuration, isFull: Bool) throws {
    var configuration = configuration
    configuration.readonly = true
    self.path = path
    pragma = isFull ? "integrity_check(1)" : "quick_check(1)"
    queue = try DatabaseQueue(path: path, configuration: configuration)
  }

  /// Checks, and closes the connection.
  ///
  /// - Throws: `StoreError` with `corrupt`; `DatabaseError` when the file cannot be read.
  func run() throws {
    defer { try? queue.close() }
    let answer = try queue.read { database in
      // Each page is read once: keeping them would only cost memory.
      try database.execute(sql: "PRAGMA cache_size = -2048")
      return try String.fetchOne(database, sql: "PRAGMA \(pragma)") ?? "no answer"
    }
    guard answer == "ok" else {
      throw StoreError(.corrupt, store: path, "the file is damaged (\(answer)); restore it from a backup")
    }
  }

  /// Checks beside everything else.
  ///
  /// - Parameter report: Hears of damage.
  func start(_ report: @escaping @Sendable (StoreError) -> Void) {
    DispatchQueue.global(qos: .utility).async(group: ended) { [self] in
      do {
        if !isStopped.load(ordering: .acquiring) { try run() }
      } catch {
        guard !isStopped.load(ordering: .acquiring) else { return }
        report(StoreError(error, store: path))
      }
    }
  }

  /// Ends the check, wherever it is.
  ///
  /// - Parameter waits: Whether to wait for that.
  func stop(waits: Bool = true) {
    isStopped.store(true, ordering: .releasing)
    queue.interrupt()
    if waits { ended.wait() }
  }
}
