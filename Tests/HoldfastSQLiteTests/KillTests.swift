import Foundation
import Holdfast
import HoldfastSQLite
import HoldfastTesting
import Testing

extension StoreFiles {
  /// A process that is killed while it works (law 3).
  @Suite struct KillTests {
    @Test(arguments: [1, 7, 40, 150, 400, 900])
    func `TM6 nothing acknowledged is lost, nothing finished is undone, no key leaks`(lines: Int) async throws {
      let folder = try StoreFolder()
      var enqueued: Set<Int64> = []
      var completed: Set<Int64> = []
      for _ in 0..<3 {
        let said = await (try HostProcess("work", folder.file, "20", killedAfter: lines)).finished()
        enqueued.formUnion(numbers("enqueued", said))
        completed.formUnion(numbers("completed", said))
        try await check(folder, enqueued, completed)
      }
      #expect(!enqueued.isEmpty)
    }

    private func numbers(_ word: String, _ said: [String]) -> [Int64] {
      said.compactMap { line in line.hasPrefix(word + " ") ? Int64(line.dropFirst(word.count + 1)) : nil }
    }

    private func check(_ folder: StoreFolder, _ enqueued: Set<Int64>, _ completed: Set<Int64>) async throws {
      let store = try await folder.open()
      let jobs = try await store.all()
      let states = Dictionary(uniqueKeysWithValues: jobs.map { ($0.id.number, $0.state) })
      #expect(enqueued.isSubset(of: states.keys))
      #expect(completed.allSatisfy { states[$0] == .completed })
      #expect(!states.values.contains(.executing))
      let counts = Dictionary(grouping: jobs, by: \.state).mapValues(\.count)
      #expect(try await store.queues().first?.counts ?? [:] == counts)
      try await drain(store, jobs.count { !$0.state.isFinal })
      await store.close()
    }

    /// Everything that is left can be run, one key at a time, and every unique key is free in the end.
    private func drain(_ store: SQLiteStore, _ left: Int) async throws {
      let node = ScriptedNode(store)
      try await node.attach()
      var done = 0
      while case let claims = try await node.claim(count: 20), !claims.isEmpty {
        #expect(Set(claims.compactMap(\.job.executionKey)).count == claims.count { $0.job.executionKey != nil })
        for claim in claims { #expect(try await node.complete(claim) == .accepted(.completed)) }
        done += claims.count
      }
      #expect(done == left)
      for number in 0..<30 where number % 3 == 0 {
        #expect(
          try await !store.enqueue([.job { ($0.uniqueKey, $0.queue) = ("unique-\(number)", "probe") }])[0].isDuplicate)
      }
      #expect(try await store.perform(.purge(QueueScope(queue: "probe")), by: "test") == 10)
      await node.detach()
    }

    @Test func `only what had begun is blamed for the death of its process`() async throws {
      let folder = try StoreFolder()
      var store = try await folder.open()
      let node = ScriptedNode(store)
      try await node.attach()
      try await store.enqueue([.job(), .job(), .job()])
      let claims = try await node.claim(count: 3)
      store.began(claims[0].run)
      store.began(claims[1].run)
      store.ended(claims[1].run)
      await store.close()
      store = try await folder.open()
      let jobs = try await store.all().reversed().map { $0 }
      #expect(jobs.map(\.state) == [.queued, .queued, .queued])
      #expect(jobs.map(\.crashes) == [1, 0, 0])
      #expect(jobs.map(\.attempt) == [1, 0, 0])
      #expect(try await store.failures(of: jobs[0].id).map(\.kind) == [.crash])
      await store.close()
    }

    @Test func `without a ledger nobody is blamed and the attempt stays`() async throws {
      let folder = try StoreFolder()
      var store = try await folder.open()
      let node = ScriptedNode(store)
      try await node.attach()
      try await store.enqueue([.job()])
      store.began(try await node.claim()[0].run)
      await store.close()
      try FileManager.default.removeItem(atPath: folder.file + "-runs")
      store = try await folder.open()
      let job = try await store.all()[0]
      #expect((job.state, job.attempt, job.crashes) == (.queued, 1, 0))
      await store.close()
    }
  }
}
