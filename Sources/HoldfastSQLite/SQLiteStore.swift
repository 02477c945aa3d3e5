public import GRDB
public import Holdfast
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The embedded store: one SQLite file, one process that runs jobs, any number that enqueue.
///
/// Everything that arrives while a commit runs goes into the next one (group commit), so full durability costs one sync
/// for a crowd of callers. Claims and ends of runs ride in the same commits.
///
/// ```swift
/// let store = try await SQLiteStore.open("jobs.sqlite")
/// ```
///
/// A caller alone makes its commit on its own thread, which saves two wake-ups. Where a commit may take long, a thread of
/// the store's does it: in a crowd, for more than 16 jobs, after a commit of over a millisecond, on a pool of your own, in a
/// client, on one processor, and for callers on an actor or with a task executor of their own. So a disk that stalls, a
/// client's transaction or one of yours on ``pool`` holds up at most one of the threads that tasks share, and once; the main
/// thread and event loops never.
///
/// The log (`-wal`) is copied into the file on a thread of its own; while commits never pause it grows to 16 MiB and some.
/// A pool of your own is copied as SQLite does it, inside commits.
///
/// Beside the file stand `-wal` and `-shm` (SQLite's own), `-lock` (who owns it), `-runs` (which runs had begun, for
/// recovery after a kill) and `-wake` (how clients wake the owner). Copy the file with GRDB's backup, not with `cp`.
public final class SQLiteStore: JobStore {
  /// See `JobStore/clock`.
  public let clock: any Timeline
  /// The file.
  public let path: String
  /// The connections, for reading beside the store's own tables, and for transactions of your own on the same file.
  public let pool: DatabasePool
  /// What this process does with the file.
  public let role: Role

  let writer: GroupCommit
  let desk: ExchangeDesk
  let ledger: RunLedger?
  let tables: Guarded<JobTables>
  let visitors = Guarded<JobTables?>(nil)
  let sweep = Mutex(Sweep())
  let lowestCompleted: LowestCompleted
  let watchers = Watchers<String>()
  /// Whether the word of others could not be read, and will be tried again.
  let isReadingLater = Atomic(false)
  let holds = ServiceHolds()
  let longestTail: Int64
  /// Whether callers may make commits: not where there is one thread for all tasks, and not where commits mostly wait for
  /// somebody else's transaction.
  let callersCommit: Bool
  private let ownsPool: Bool
  private let lock: FileLock?
  private let checkpoints: Checkpoints?
  private let check: FileCheck?
  /// Damage that was found while the file is in use.
  private let damage = Mutex<StoreError?>(nil)
  private let watch = Mutex<Knocks?>(nil)

  init(_ opened: sending Opened) {
    clock = opened.options.clock
    path = opened.path
    pool = opened.pool
    role = opened.options.role
    longestTail = opened.options.longestTail
    ownsPool = opened.ownsPool
    callersCommit = ownsPool && role == .owner && ProcessInfo.processInfo.activeProcessorCount > 1
    lock = opened.lock
    ledger = opened.ledger
    checkpoints = opened.checkpoints
    check = opened.check
    writer = GroupCommit(name: opened.path)
    desk = ExchangeDesk()
    lowestCompleted = opened.tables.lowestCompleted
    tables = Guarded(opened.tables)
  }

  /// Opens a file, or makes it.
  ///
  /// - Parameters:
  ///   - path: The file. Its folder must exist.
  ///   - options: How to use it.
  /// - Throws: `StoreError`: `locked` when another process owns it, also a client's when that one is of an older version
  ///   that knows other tables; `corrupt` when it is damaged or no database, `newerVersion`, `readOnly`, `diskFull`.
  ///   Nothing is changed then.
  public static func open(_ path: String, options: Options = Options()) async throws(StoreError) -> SQLiteStore {
    try await Opening.run(store: path) { try Opening(path, options).openFile() }
  }

  /// Uses a pool of your own, so that jobs and your tables live in one file, and ``enqueue(_:in:)`` is part of your
  /// transactions. Closing the store leaves the pool open.
  ///
  /// - Parameters:
  ///   - pool: Your pool. The busy mode is as you configured it; its writer's `synchronous` becomes what
  ///     ``Options/durability`` says, and stays so, because GRDB opens every pool with `NORMAL`.
  ///   - options: How to use it; ``Options/cache`` and ``Options/patience`` have no effect.
  /// - Throws: `StoreError`, as ``open(_:options:)`` does.
  public static func open(_ pool: DatabasePool, options: Options = Options()) async throws(StoreError) -> SQLiteStore {
    try await Opening.run(store: pool.path) { try Opening(pool.path, options).use(pool) }
  }

  /// Begins to write and to listen; the last step of opening.
  func begin() {
    writer.start { [weak self] operations in self?.commit(operations) ?? true }
    check?.start { [weak self] error in self?.damage.withLock { $0 = error } }
    guard role == .owner else { return }
    let knocks = Knocks(store: path, clock: clock) { [weak self] in self?.readSignals() }
    watch.withLock { $0 = knocks }
    // A client may have knocked before anybody listened.
    readSignals()
  }

  /// Why nothing may be written any more.
  var refusal: StoreError? { damage.withLock { $0 } }

  deinit {
    writer.close(waits: false)
    checkpoints?.abandon()
    check?.stop(waits: false)
  }

  /// Does what was asked so far, then closes the file. Later calls throw `closed`; closing twice is no error. What nodes
  /// that are still attached have is treated like a dead process's work when the file is opened again; they are told.
  public func close() async {
    watch.withLock { $0.take() }?.stop()
    await Opening.blocking { [self] in
      check?.stop()
      writer.close()
      desk.close(store: path)
      pool.writeWithoutTransaction { database in
        checkpoints?.stop(database)
        tables.withLock { $0.connection.close() }
        visitors.withLock { $0?.connection.close() }
      }
      ledger?.retire()
      if ownsPool { try? pool.close() }
      lock?.release()
    }
  }
}
