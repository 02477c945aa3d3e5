import Dispatch
import GRDB
import GRDBSQLite
import Synchronization

#if canImport(FoundationEssentials)
  import Foundation
#endif

/// Copies what was committed from the log into the file, on a connection and a thread of its own.
///
/// A copy that fails leaves everything in the log, where it is as safe; the next one tries again.
final class Checkpoints: Sendable {
  private struct State {
    var plan = CheckpointPlan()
    var isAsked = false
    var isClosed = false
  }

  /// Copies of one share, at most.
  private static let tries = 4

  private let queue: DatabaseQueue
  private let state = Mutex(State())
  private let bell = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  /// - Throws: `DatabaseError` when the file cannot be opened once more.
  init(_ path: String, _ configuration: Configuration) throws {
    queue = try DatabaseQueue(path: path, configuration: configuration)
  }

  /// Begins to hear of every commit of a connection.
  func watch(_ database: Database) {
    // Retained until ``stop(_:)``: a pool may commit after its store is gone.
    let context = unsafe Unmanaged.passRetained(self).toOpaque()
    unsafe sqlite3_wal_hook(
      database.sqliteConnection,
      { context, connection, _, pages in
        guard let context = unsafe context else { return SQLITE_OK }
        let checkpoints = unsafe Unmanaged<Checkpoints>.fromOpaque(context).takeUnretainedValue()
        if checkpoints.committed(pages: Int(pages)) {
          unsafe sqlite3_wal_checkpoint_v2(connection, "main", SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        }
        return SQLITE_OK
      }, context)
    let thread = Thread { [self] in
      while awaitsWork() { copy() }
      try? queue.close()
      ended.signal()
    }
    thread.name = "holdfast-checkpoint"
    thread.stackSize = 1 << 18
    thread.start()
  }

  /// Again when commits came meanwhile: only a log that was copied whole begins anew, and while it grows each sync writes
  /// the file's inode, too.
  private func copy() {
    for _ in 0..<Self.tries {
      let result = try? queue.writeWithoutTransaction { try $0.checkpoint(.passive) }
      guard let result, result.checkpointedFrameCount < result.walFrameCount else { return }
    }
  }

  /// Hears no more of a connection's commits, and waits for the thread to end.
  func stop(_ database: Database) {
    guard abandon() else { return }
    unsafe sqlite3_wal_hook(database.sqliteConnection, nil, nil)
    ended.wait()
    unsafe Unmanaged.passUnretained(self).release()
  }

  /// Lets the thread end; false when it was asked to already.
  @discardableResult func abandon() -> Bool {
    let isFirst = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed
    }
    if isFirst { bell.signal() }
    return isFirst
  }

  /// Whether whoever committed shall copy the rest itself.
  private func committed(pages: Int) -> Bool {
    let step = state.withLock { state in
      let step = state.isClosed ? .none : state.plan.committed(pages: pages)
      guard step == .beside else { return step }
      defer { state.isAsked = true }
      return state.isAsked ? .none : step
    }
    if step == .beside { bell.signal() }
    return step == .here
  }

  /// Waits until there is something to do; false at the end.
  private func awaitsWork() -> Bool {
    bell.wait()
    return state.withLock { state in
      state.isAsked = false
      return !state.isClosed
    }
  }
}
