import Foundation
import Glibc
import GRDB
import Holdfast
import HoldfastSQLite
import HoldfastTesting
import Testing

extension StoreFiles {
  /// What a disk can do to a store that is at work.
  @Suite struct DiskTests {
    let big = JobDraft.job { $0.payload = Data(repeating: 0x61, count: 100_000) }

    @Test func `a full disk refuses, loses nothing and does no harm to what runs`() async throws {
      let folder = try StoreFolder()
      let store = try await folder.open()
      let node = ScriptedNode(store)
      try await node.attach()
      try await store.enqueue([.job()])
      let claim = try await node.claim()[0]
      try await limit(store, toPagesMore: 100)
      var stored = 1
      var failure: StoreError?
      while failure == nil {
        failure = await error { _ = try await store.enqueue([big]) }
        if failure == nil { stored += 1 }
      }
      #expect(failure?.code == .diskFull)
      #expect(try await store.all().count == stored)
      #expect(try await store.queues()[0].counts == [.executing: 1, .queued: stored - 1])
      try await limit(store, toPagesMore: 1_000_000)
      #expect(try await node.complete(claim) == .accepted(.completed))
      try await store.enqueue([big])
      #expect(try await node.claim(count: 1000).count == stored)
      await store.close()
    }

    private func limit(_ store: SQLiteStore, toPagesMore pages: Int) async throws {
      try await store.pool.writeWithoutTransaction { database in
        let count = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(count + pages)")
      }
    }

    @Test func `an exchange that cannot be written is refused whole, and accepted later`() async throws {
      let folder = try StoreFolder()
      let store = try await folder.open()
      let node = ScriptedNode(store)
      try await node.attach()
      try await store.enqueue([.job { $0.executionKey = "a" }, .job { $0.executionKey = "a" }])
      let claim = try await node.claim(count: 2)[0]
      try await setReadOnly(true, store)
      #expect(await code { _ = try await node.complete(claim) } == .readOnly)
      #expect(await code { _ = try await store.enqueue([.job()]) } == .readOnly)
      #expect(try await store.all().map(\.state) == [.waiting, .executing])
      try await setReadOnly(false, store)
      #expect(try await node.complete(claim) == .accepted(.completed))
      #expect(try await node.claim().count == 1)
      await store.close()
    }

    private func setReadOnly(_ isReadOnly: Bool, _ store: SQLiteStore) async throws {
      try await store.pool.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA query_only = \(isReadOnly ? 1 : 0)")
      }
    }

    @Test(.enabled(if: SmallDisk.isPossible, "only root may mount"))
    func `a real disk that is full, then read-only`() async throws {
      let disk = try SmallDisk(megabytes: 8)
      let store = try await SQLiteStore.open(disk.path + "/jobs.sqlite")
      var failure: StoreError?
      var stored = 0
      while failure == nil {
        failure = await error { _ = try await store.enqueue([big]) }
        if failure == nil { stored += 1 }
      }
      #expect(failure?.code == .diskFull)
      #expect(try await store.all().count == stored)
      await store.close()
      try disk.remount(UInt(MS_RDONLY))
      #expect(await code { _ = try await SQLiteStore.open(disk.path + "/jobs.sqlite") } == .readOnly)
      try disk.remount(0, "size=64m")
      let again = try await SQLiteStore.open(disk.path + "/jobs.sqlite")
      #expect(try await again.all().count == stored)
      try await again.enqueue([big])
      await again.close()
    }
  }
}
