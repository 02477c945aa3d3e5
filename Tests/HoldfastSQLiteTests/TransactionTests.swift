import Foundation
import GRDB
import Holdfast
import HoldfastTesting
import Testing

@testable import HoldfastSQLite

extension StoreFiles {
  /// Jobs in a caller's own transactions.
  @Suite struct TransactionTests {
    let folder: StoreFolder
    let pool: DatabasePool
    let store: SQLiteStore

    init() async throws {
      folder = try StoreFolder()
      pool = try DatabasePool(path: folder.file)
      try await pool.write { try $0.execute(sql: "CREATE TABLE orders(id INTEGER PRIMARY KEY, state TEXT)") }
      store = try await SQLiteStore.open(pool)
    }

    @Test func `a job exists when its transaction commits, and runs at once`() async throws {
      let node = ScriptedNode(store)
      try await node.attach()
      let receipt = try await pool.write { [store] database in
        try database.execute(sql: "INSERT INTO orders VALUES(1, 'new')")
        return try store.enqueue([.job { $0.queue = "orders" }], in: database)[0]
      }
      // Whoever asks next may be quicker than the word of the commit.
      var claims: [JobClaim] = []
      while claims.isEmpty { claims = try await node.claim("orders") }
      #expect(claims.map(\.job.id) == [receipt.id])
      await store.close()
    }

    @Test func `TM5 a job that came due while its transaction was open runs when that commits`() async throws {
      let node = ScriptedNode(store)
      try await node.attach()
      let receipt = try await pool.write { [store] database in
        let due = store.clock.wallTime.advanced(by: .milliseconds(2))
        let receipt = try store.enqueue([.job { $0.start = .at(due) }], in: database)[0]
        while store.clock.wallTime <= due {}
        return receipt
      }
      var claims: [JobClaim] = []
      while claims.isEmpty { claims = try await node.claim() }
      #expect(claims.map(\.job.id) == [receipt.id])
      await store.close()
    }

    /// Runs a body in a transaction that ends with an error of its own.
    private func rollBack(_ body: @escaping @Sendable (Database) throws -> Void) async {
      struct Stop: Error {}
      do {
        try await pool.write { database in
          try body(database)
          throw Stop()
        }
      } catch {
        #expect(error is Stop)
      }
    }

    @Test func `a job of a transaction that is rolled back never was`() async throws {
      await rollBack { [store] database in
        try store.enqueue([.job { ($0.queue, $0.uniqueKey) = ("fresh", "key") }], in: database)
      }
      #expect(try await store.all().isEmpty)
      #expect(try await store.queues().isEmpty)
      let receipt = try await store.enqueue([.job { ($0.queue, $0.uniqueKey) = ("fresh", "key") }])[0]
      #expect(!receipt.isDuplicate)
      #expect(try await store.queues()[0].counts == [.queued: 1])
      await store.close()
    }

    @Test func `outside of a transaction it is refused`() async throws {
      let refused = await code { [store] in
        try await pool.writeWithoutTransaction { database in
          _ = try store.enqueue([JobDraft.job()], in: database)
        }
      }
      #expect(refused == .invalid)
      await store.close()
    }

    @Test func `a draft that is not valid is refused before anything is written`() async throws {
      let drafts = [JobDraft.job(), .job { $0.queue = "" }]
      do {
        try await pool.write { [store] database in _ = try store.enqueue(drafts, in: database) }
        Issue.record("nothing was refused")
      } catch {
        #expect((error as? JobRefused)?.field == "queue")
      }
      #expect(try await store.all().isEmpty)
      await store.close()
    }

    @Test func `what a run wrote and its end are one, and its runner's own word is accepted`() async throws {
      let node = ScriptedNode(store)
      try await node.attach()
      try await store.enqueue([.job { $0.executionKey = "a" }, .job { $0.executionKey = "a" }])
      let claim = try await node.claim(count: 2)[0]
      try await pool.write { [store] database in
        try database.execute(sql: "INSERT INTO orders VALUES(1, 'done')")
        try store.settle(JobSettlement(claim.run, .completed(output: nil)), in: database)
      }
      #expect(try await node.complete(claim) == .accepted(.completed))
      #expect(try await node.complete(claim) == .stale)
      var next: [JobClaim] = []
      while next.isEmpty { next = try await node.claim() }
      #expect(next.map(\.job.id.number) == [claim.job.id.number + 1])
      await store.close()
    }

    @Test("what is known of a run that ended so goes with its node", arguments: [false, true])
    func goneNode(isHeard: Bool) async throws {
      let node = ScriptedNode(store)
      try await node.attach()
      try await store.enqueue([.job()])
      let claim = try await node.claim()[0]
      try await pool.write { [store] database in
        try store.settle(JobSettlement(claim.run, .completed(output: nil)), in: database)
      }
      if isHeard {
        while store.tables.withLock({ $0.settledElsewhere.count }) == 0 { await Task.yield() }
      }
      await node.detach()
      try await store.inWriter { _, tables in try tables.readSignals() }
      #expect(store.tables.withLock { $0.settledElsewhere.count } == 0)
      await store.close()
    }

    @Test func `an end that is rolled back did not happen, and a stale one is refused`() async throws {
      let node = ScriptedNode(store)
      try await node.attach()
      try await store.enqueue([.job()])
      let claim = try await node.claim()[0]
      await rollBack { [store] database in
        try store.settle(JobSettlement(claim.run, .completed(output: nil)), in: database)
      }
      #expect(try await store.all()[0].state == .executing)
      #expect(try await node.complete(claim) == .accepted(.completed))
      let refused = await code { [store] in
        try await pool.write { database in
          try store.settle(JobSettlement(claim.run, .completed(output: nil)), in: database)
        }
      }
      #expect(refused == .notFound)
      await store.close()
    }
  }
}
