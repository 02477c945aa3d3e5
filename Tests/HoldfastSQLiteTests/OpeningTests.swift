import Foundation
import GRDB
import Glibc
import Holdfast
import HoldfastTesting
import Testing

@testable import HoldfastSQLite

/// All suites on real files.
@Suite(.timeLimit(.minutes(10)))
enum StoreFiles {}

extension StoreFiles {
  @Suite struct OpeningTests {
    let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    @Test func `what was stored is there when the file is opened again`() async throws {
      let store = try await folder.open()
      let receipts = try await store.enqueue([.job(), .job { $0.name = "second" }])
      await store.close()
      let again = try await folder.open()
      #expect(try await again.all().map(\.id) == receipts.map(\.id).reversed())
      #expect(try await again.enqueue([.job()])[0].id > receipts[1].id)
      await again.close()
    }

    @Test func `a runner hears that its store was closed, and ends`() async throws {
      let folder = try StoreFolder()
      let store = try await folder.open()
      let runner = try JobRunner(store, handlers: [JobHandler(kind: "job") { _, _ in .complete }])
      let run = Task { try await runner.run() }
      while runner.snapshot.mode != .working { await Task.yield() }
      while try await store.nodes().isEmpty { await Task.yield() }
      await store.close()
      let error = await #expect(throws: StoreError.self) { try await run.value }
      #expect(error?.code == .closed)
    }

    @Test func `a node that is attached twice is refused alone`() async throws {
      let folder = try StoreFolder()
      let store = try await folder.open()
      let node = ScriptedNode(store)
      try await node.attach()
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<200 {
          group.addTask {
            if number % 10 == 0 { return await code { try await node.attach() } == .invalid }
            return try await store.enqueue([.job()]).count == 1
          }
        }
        for try await isAsExpected in group { #expect(isAsExpected) }
      }
      await store.close()
    }

    @Test func `a closed store says so, and closing twice is no error`() async throws {
      let store = try await folder.open()
      await store.close()
      await store.close()
      #expect(await code { _ = try await store.enqueue([.job()]) } == .closed)
      #expect(await code { _ = try await store.queues() } == .closed)
    }

    @Test func `a second owner in this process is refused, a client is not`() async throws {
      let store = try await folder.open()
      let error = await error { _ = try await folder.open() }
      #expect(error?.code == .locked)
      #expect(error?.reason.contains("process \(getpid())") == true)
      let client = try await folder.open { $0.role = .client }
      await client.close()
      await store.close()
      await (try await folder.open()).close()
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/fd"), "only Linux lists descriptors there"))
    func `a closed file can be opened at once, also while a program that is being started has its descriptors`()
      async throws
    {
      let store = try await folder.open()
      let copy = dup(try #require(try descriptor(of: folder.file + "-lock")))
      defer { _ = Glibc.close(copy) }
      await store.close()
      await (try await folder.open()).close()
    }

    /// This process's descriptor of a file.
    private func descriptor(of path: String) throws -> Int32? {
      let files = FileManager.default
      return try files.contentsOfDirectory(atPath: "/proc/self/fd").first {
        (try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + $0)) == path
      }.flatMap { Int32($0) }
    }

    @Test func `a second process is refused with the owner's number`() async throws {
      let host = try HostProcess("own", folder.file)
      #expect(await host.firstLine() == "open")
      let error = await error { _ = try await folder.open() }
      #expect(error?.code == .locked)
      #expect(error?.reason.contains("process \(host.identifier)") == true)
      host.kill()
      _ = await host.finished()
      await (try await folder.open()).close()
    }

    @Test func `a file of a newer version is refused and left as it is`() async throws {
      await (try await folder.open()).close()
      let pool = try DatabasePool(path: folder.file)
      try await pool.write { database in try database.execute(sql: "UPDATE holdfast_schema SET version = 99") }
      try pool.close()
      let error = await error { _ = try await folder.open() }
      #expect(error?.code == .newerVersion)
      #expect(error?.reason.contains("99") == true)
    }

    /// A file as the first version left it.
    private func makeOldFile() throws {
      let pool = try DatabasePool(path: folder.file)
      try pool.write { database in
        try database.execute(sql: Schema.steps[0])
        try database.execute(sql: "CREATE TABLE holdfast_schema(version INTEGER NOT NULL) STRICT")
        try database.execute(sql: "INSERT INTO holdfast_schema VALUES(1)")
      }
      try pool.close()
    }

    @Test func `a client leaves the tables of an older owner that runs, and says what to do`() async throws {
      try makeOldFile()
      let owner = try FileLock(store: folder.file) { $0 }
      let error = await error { _ = try await folder.open { $0.role = .client } }
      #expect(error?.code == .locked)
      #expect(error?.reason.contains("process \(getpid()) owns it and is of an older version") == true)
      owner.release()
      let client = try await folder.open { $0.role = .client }
      try await client.enqueue([.job()])
      await client.close()
      let store = try await folder.open()
      #expect(try await store.all().count == 1)
      await store.close()
    }

    @Test func `an owner brings an older file to its own version`() async throws {
      try makeOldFile()
      await (try await folder.open()).close()
      await (try await folder.open { $0.role = .client }).close()
    }

    @Test func `a file that is no database is refused and left as it is`() async throws {
      let text = String(repeating: "This is a shopping list.\n", count: 500)
      try text.write(toFile: folder.file, atomically: true, encoding: .utf8)
      #expect(await code { _ = try await folder.open() } == .corrupt)
      #expect(try String(contentsOfFile: folder.file, encoding: .utf8) == text)
    }

    @Test func `a damaged file is refused`() async throws {
      let store = try await folder.open()
      try await store.enqueue((0..<2000).map { number in .job { $0.payload = Data("payload \(number)".utf8) } })
      await store.close()
      let handle = try FileHandle(forWritingTo: URL(filePath: folder.file))
      for page in 10..<40 {
        try handle.seek(toOffset: UInt64(page * 4096))
        try handle.write(contentsOf: Data(repeating: 0xA5, count: 2048))
      }
      try handle.close()
      #expect(await code { _ = try await folder.open() } == .corrupt)
    }

    @Test func `a large file is checked while it is used, and refuses changes once damage is found`() async throws {
      let store = try await folder.open()
      let payload = Data(repeating: 7, count: 1 << 20)
      for _ in 0..<40 { try await store.enqueue([.job { $0.payload = payload }]) }
      await store.close()
      let handle = try FileHandle(forWritingTo: URL(filePath: folder.file))
      // Pages that no start reads: the chains of the payloads.
      try handle.seek(toOffset: 20 << 20)
      try handle.write(contentsOf: Data(repeating: 0xA5, count: 64 << 10))
      try handle.close()
      let damaged = try await folder.open()
      var refused: StoreError.Code?
      while refused == nil { refused = await code { try await damaged.enqueue([.job()]) } }
      #expect(refused == .corrupt)
      await damaged.close()
    }

    @Test func `a second owner is refused under another name of the file too`() async throws {
      let store = try await folder.open()
      let link = folder.path + "/link.sqlite"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.file)
      #expect(await code { _ = try await SQLiteStore.open(link) } == .locked)
      await store.close()
    }

    @Test func `a folder that does not exist is named`() async throws {
      let error = await error { _ = try await SQLiteStore.open(folder.path + "/nowhere/jobs.sqlite") }
      #expect(error?.code == .unavailable)
      #expect(error?.description.contains("nowhere") == true)
    }

    static var usersMigrator: DatabaseMigrator {
      var migrator = DatabaseMigrator()
      migrator.registerMigration("users") { try $0.execute(sql: "CREATE TABLE users(name TEXT)") }
      return migrator
    }

    @Test(arguments: [(SQLiteStore.Durability.full, 2), (.normal, 1)])
    func `a commit waits for what the durability says, also in a pool of the user's`(
      _ durability: SQLiteStore.Durability, _ synchronous: Int
    ) async throws {
      var options = SQLiteStore.Options()
      options.durability = durability
      let store = try await SQLiteStore.open(folder.file, options: options)
      #expect(try await store.synchronous == synchronous)
      options.role = .client
      let client = try await SQLiteStore.open(folder.file, options: options)
      #expect(try await client.synchronous == synchronous)
      await client.close()
      await store.close()
      options.role = .owner
      let pool = try DatabasePool(path: folder.file)
      let shared = try await SQLiteStore.open(pool, options: options)
      #expect(try await shared.synchronous == synchronous)
      await shared.close()
    }

    @Test func `tables of the user's own share the file`() async throws {
      let pool = try DatabasePool(path: folder.file)
      let migrator = Self.usersMigrator
      try migrator.migrate(pool)
      let store = try await SQLiteStore.open(pool)
      try migrator.migrate(pool)
      let isSuperseded = try await pool.read { database in try migrator.hasBeenSuperseded(database) }
      #expect(!isSuperseded)
      await store.close()
      let isThere = try await pool.read { database in try database.tableExists("users") }
      #expect(isThere)
    }
  }
}

extension SQLiteStore {
  /// What the writer's connection waits for: 2 for the disk, 1 for the kernel.
  fileprivate var synchronous: Int? {
    get async throws {
      try await pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    }
  }
}

/// The error that a body throws.
func error(_ body: () async throws -> Void) async -> StoreError? {
  do {
    try await body()
    return nil
  } catch {
    return error as? StoreError
  }
}

func code(_ body: () async throws -> Void) async -> StoreError.Code? { await error(body)?.code }
