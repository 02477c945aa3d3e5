import Foundation
import GRDB
import Holdfast
import HoldfastTesting
import Testing

@testable import HoldfastSQLite

extension StoreFiles {
  /// How many jobs are in which state, while several write.
  @Suite struct TallyTests {
    let folder: StoreFolder
    let store: SQLiteStore

    init() async throws {
      folder = try StoreFolder()
      store = try await folder.open { $0.longestTail = 5 }
    }

    private func recount() async throws -> [JobState: Int] {
      try await store.pool.read { database in
        let rows = try Row.fetchAll(database, sql: "SELECT state, count(*) AS n FROM holdfast_jobs GROUP BY state")
        return Dictionary(uniqueKeysWithValues: rows.map { (JobState(rawValue: $0["state"]) ?? .parked, $0["n"]) })
      }
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `I3 the owner, a client and callers' own transactions count alike`(seed: UInt64) async throws {
      let client = try await folder.open {
        $0.role = .client
        $0.longestTail = 3
      }
      let node = ScriptedNode(store)
      try await node.attach()
      var random = SplitMix64(seed: seed)
      var jobs: [JobID] = []
      for step in 0..<60 {
        let drafts = (0..<Int.random(in: 1...4, using: &random)).map { _ in JobDraft.job() }
        switch Int.random(in: 0..<6, using: &random) {
        case 0: jobs += try await store.enqueue(drafts).map(\.id)
        case 1: jobs += try await client.enqueue(drafts).map(\.id)
        case 2: jobs += try await store.pool.write { [store] in try store.enqueue(drafts, in: $0) }.map(\.id)
        case 3: for claim in try await node.claim(count: 2) { _ = try await node.complete(claim) }
        case 4:
          let some = jobs.suffix(6).shuffled(using: &random).prefix(2)
          _ = try await client.perform(.cancel(reason: "no"), on: Array(some), by: "test")
        default: _ = try await store.perform(.delete, on: [jobs.last].compactMap(\.self), by: "test")
        }
        let counts = try await store.queues().first?.counts ?? [:]
        #expect(try await counts == recount(), "seed \(seed), step \(step)")
      }
      await client.close()
      await store.close()
    }

    @Test func `J5 the number of a job that was deleted is never given again`() async throws {
      let ids = try await store.enqueue([.job(), .job()]).map(\.id)
      _ = try await store.perform(.cancel(reason: "no"), on: [ids[1]], by: "test")
      _ = try await store.perform(.delete, on: [ids[1]], by: "test")
      await store.close()
      let again = try await folder.open()
      #expect(try await again.enqueue([.job()])[0].id.number == ids[1].number + 1)
      await again.close()
    }

    @Test func `a commit that brings a job writes two pages, its row's and its place in the queue`() async throws {
      try await store.enqueue([.job()])
      let before = try pages()
      try await store.enqueue([.job()])
      #expect(try pages() - before == 2)
      await store.close()
    }

    /// Pages in the log of commits, which nobody has copied yet.
    private func pages() throws -> Int {
      let size = try FileManager.default.attributesOfItem(atPath: folder.file + "-wal")[.size] as? Int ?? 0
      return (size - 32) / (4096 + 24)
    }
  }
}
