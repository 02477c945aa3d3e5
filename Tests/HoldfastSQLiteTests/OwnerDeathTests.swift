import Foundation
import GRDB
import Holdfast
import HoldfastSQLite
import HoldfastTesting
import Testing

extension StoreFiles {
  /// What holds while nobody runs jobs, or nobody can write.
  @Suite struct OwnerDeathTests {
    let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    private func draft(_ change: (inout JobDraft) -> Void) -> JobDraft {
      .job { draft in
        draft.kind = "hold"
        change(&draft)
      }
    }

    @Test(
      "P16 when the process that runs jobs is killed, keys, cancellations and pauses work on, and hold for the next")
    func takeOver() async throws {
      let host = try HostProcess("run", folder.file)
      _ = await host.lines(until: "open")
      let client = try await folder.open { $0.role = .client }
      let keys = draft { ($0.uniqueKey, $0.executionKey) = ("u", "k") }
      let id = try await client.enqueue([keys])[0].id
      _ = await host.lines(until: "holds \(id)")
      host.kill()
      _ = await host.finished()
      #expect(try await client.enqueue([keys]) == [.duplicate(id, .executing)])
      let waiter = try await client.enqueue([draft { $0.executionKey = "k" }])[0].id
      let unwanted = try await client.enqueue([draft { $0.queue = "mail" }])[0].id
      let cancel = JobCommand.cancel(reason: "enough")
      #expect(try await client.perform(cancel, on: [id, unwanted], by: "ann") == [.requested, .done(.cancelled)])
      #expect(try await client.perform(.pause(QueueScope(queue: "mail"), note: "flood"), by: "ann") == 1)
      let store = try await folder.open()
      let node = ScriptedNode(store, handles: ["hold": 1])
      try await node.attach()
      #expect(try await JobQueue(store).get(id)?.state == .cancelled)
      #expect(try await node.claim(count: 5).map(\.job.id) == [waiter])
      #expect(try await store.pauses().map(\.note) == ["flood"])
      #expect(try await client.nodes().map(\.identity.id) == [node.identity.id])
      #expect(try await !store.enqueue([keys])[0].isDuplicate)
      await client.close()
      await store.close()
    }

    @Test func `P10 Q6 C8 a file that somebody else writes to for long costs nothing, and all goes on afterwards`()
      async throws
    {
      let store = try await folder.open { $0.patience = .milliseconds(20) }
      let (begun, released) = (Count(), Count())
      let handler = JobHandler(kind: "hold") { _, context in
        begun.add(1)
        await released.wait(for: 1)
        return context.cancellation == nil ? .complete : .discard("cancelled by nobody")
      }
      let runner = try JobRunner(store, handlers: [handler])
      let run = Task { try await runner.run() }
      let keys = draft { $0.uniqueKey = "u" }
      let id = try await store.enqueue([keys])[0].id
      await begun.wait(for: 1)
      let other = try DatabaseQueue(path: folder.file, configuration: .patient)
      try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
      #expect(await code { try await store.enqueue([keys]) } == .unavailable)
      #expect(await code { _ = try await store.perform(.cancel(reason: "no"), on: [id], by: "ann") } == .unavailable)
      released.add(1)
      while runner.snapshot.trouble == nil { await Task.yield() }
      #expect(runner.snapshot.unsettled == 1)
      try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
      while try await JobQueue(store).get(id)?.state != .completed { await Task.yield() }
      let job = try await JobQueue(store).get(id)
      #expect(job?.attempt == 1 && job?.crashes == 0 && begun.value == 1)
      #expect(try await store.failures(of: id) == [])
      let next = try await store.enqueue([keys])[0]
      #expect(!next.isDuplicate)
      while try await JobQueue(store).get(next.id)?.state != .completed { await Task.yield() }
      run.cancel()
      try await run.value
      await store.close()
    }

    @Test func `M2 a pause does not wait for those who look, however slow and many they are`() async throws {
      let store = try await folder.open()
      let node = EagerNode(store)
      try await store.attach(node)
      let readers = store.pool.configuration.maximumReaderCount
      let (looking, done) = (Count(), DispatchSemaphore(value: 0))
      let looks = (0..<2 * readers).map { _ in
        Task {
          try await store.pool.read { _ in
            looking.add(1)
            done.wait()
          }
        }
      }
      await looking.wait(for: readers)
      #expect(try await store.perform(.pause(.everything, note: nil), by: "ann") == 1)
      await node.paused.wait(for: 1)
      let id = try await store.enqueue([.job()])[0].id
      #expect(try await store.perform(.cancel(reason: "no"), on: [id], by: "ann") == [.done(.cancelled)])
      for _ in looks { done.signal() }
      for look in looks { try await look.value }
      #expect(try await store.pauses().map(\.by) == ["ann"])
      await store.close()
    }
  }
}
