import Dispatch
import GRDB
import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What opening a file brought.
struct Opened {
  let path: String
  let options: SQLiteStore.Options
  let pool: DatabasePool
  let ownsPool: Bool
  let lock: FileLock?
  let ledger: RunLedger?
  let tables: JobTables
  let checkpoints: Checkpoints?
  let check: FileCheck?
}

/// Opens a file step by step; whatever fails leaves it as it was.
struct Opening {
  let path: String
  let options: SQLiteStore.Options

  init(_ path: String, _ options: SQLiteStore.Options) {
    self.path = Self.resolved(path)
    self.options = options
  }

  /// A link is the file that it names: what stands beside that must be found under either name.
  private static func resolved(_ path: String) -> String {
    let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
    return isLink ? URL(filePath: path).resolvingSymlinksInPath().path : path
  }

  /// Runs blocking work on a thread that may block, and names its errors.
  static func run(
    store: String, _ body: @escaping @Sendable () throws -> SQLiteStore
  ) async throws(StoreError) -> SQLiteStore {
    let result = await blocking { Result { try body() }.mapError { StoreError($0, store: store) } }
    return try result.get()
  }

  /// Tasks share a few threads; what blocks goes elsewhere.
  static func blocking<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: body()) }
    }
  }

  func openFile() throws -> SQLiteStore {
    let lock = try takeLock()
    let pool = try DatabasePool(path: path, configuration: configuration)
    do {
      return try finish(pool, ownsPool: true, lock)
    } catch {
      try? pool.close()
      throw error
    }
  }

  func use(_ pool: DatabasePool) throws -> SQLiteStore {
    try finish(pool, ownsPool: false, takeLock())
  }

  private func takeLock() throws -> FileLock? {
    guard options.role == .owner else { return nil }
    return try FileLock(store: path) {
      "process \($0) owns it; stop that process, or open the file with the role .client"
    }
  }

  private var configuration: Configuration {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    configuration.label = "holdfast"
    configuration.busyMode = .timeout(options.patience / .seconds(1))
    let cache = options.cache
    // The owner copies the log; a client that found it long would do so at every commit.
    let pages = CheckpointPlan.most
    configuration.prepareDatabase { database in
      let cache = database.configuration.readonly ? min(cache, Self.readersCache) : cache
      try database.execute(sql: "PRAGMA cache_size = -\(cache); PRAGMA wal_autocheckpoint = \(pages)")
    }
    return configuration
  }

  /// Readers look at little, and there may be several; KiB.
  private static let readersCache = 8192

  private func finish(_ pool: DatabasePool, ownsPool: Bool, _ lock: FileLock?) throws -> SQLiteStore {
    let opened = try pool.writeWithoutTransaction { database in
      // Not earlier: a pool sets NORMAL as the last step of opening, whatever its configuration said.
      try database.execute(sql: "PRAGMA synchronous = \(options.durability.synchronous)")
      let check = try check(pool)
      try Migrations(store: path, isOwner: options.role == .owner).run(database)
      let (ledger, left) = try openLedger()
      let tables = JobTables(
        try Connection(database), store: path, clock: options.clock, ledger: ledger, isOwner: options.role == .owner,
        longestTail: options.longestTail)
      if let left { try recover(tables, left) }
      ledger?.clear()
      // A pool of the user's is as the user configured it.
      let checkpoints = ownsPool && options.role == .owner ? try Checkpoints(path, configuration) : nil
      checkpoints?.watch(database)
      return Opened(
        path: path, options: options, pool: pool, ownsPool: ownsPool, lock: lock, ledger: ledger, tables: tables,
        checkpoints: checkpoints, check: check)
    }
    let store = SQLiteStore(opened)
    store.begin()
    return store
  }

  /// Checks a small file; gives the check of a large one, to be made while it is used.
  private func check(_ pool: DatabasePool) throws -> FileCheck? {
    guard options.check != .none else { return nil }
    let check = try FileCheck(path, pool.configuration, isFull: options.check == .full)
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    if options.check == .quick, size > Self.largeFile { return check }
    try check.run()
    return nil
  }

  /// A file of so many bytes takes a moment that a start can wait for.
  private static let largeFile = 32 << 20

  private func openLedger() throws -> (RunLedger?, LeftRuns?) {
    guard options.role == .owner else { return (nil, nil) }
    let (ledger, left) = try RunLedger.open(path + "-runs")
    return (ledger, left)
  }

  /// Takes up what an earlier process left, before anything is claimed.
  private func recover(_ tables: JobTables, _ left: LeftRuns) throws {
    try tables.inTransaction {
      try tables.reload()
      try tables.recoverAll(ledger: left)
      try tables.connection.statement("DELETE FROM holdfast_signals").run()
    }
    try tables.reload()
  }
}
