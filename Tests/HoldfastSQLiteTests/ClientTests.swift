import Foundation
import GRDB
import Holdfast
import HoldfastTesting
import Testing

@testable import HoldfastSQLite

extension StoreFiles {
  /// Processes that enqueue and command beside the owner.
  @Suite struct ClientTests {
    let folder: StoreFolder
    let store: SQLiteStore

    init() async throws {
      folder = try StoreFolder()
      store = try await folder.open()
    }

    @Test func `another process's jobs run at once`() async throws {
      let node = EagerNode(store)
      try await store.attach(node)
      let host = try HostProcess("enqueue", folder.file, "3")
      let said = await host.finished()
      #expect(said.count == 3)
      await node.taken.wait(for: 3)
      await store.close()
    }

    @Test func `a client cancels, pauses and lists`() async throws {
      let client = try await folder.open { $0.role = .client }
      let node = EagerNode(store)
      try await store.attach(node)
      let id = try await client.enqueue([.job()])[0].id
      await node.taken.wait(for: 1)
      #expect(try await client.all().map(\.state) == [.executing])
      #expect(try await client.perform(.cancel(reason: "enough"), on: [id], by: "me") == [.requested])
      await node.cancelled.wait(for: 1)
      #expect(try await client.perform(.pause(.everything, note: nil), by: "me") == 1)
      await node.paused.wait(for: 1)
      #expect(try await store.pauses().map(\.by) == ["me"])
      #expect(try await client.nodes().map(\.executing) == [1])
      await client.close()
      await store.close()
    }

    @Test func `C4 a client's cancellation at once reaches the node as such`() async throws {
      let client = try await folder.open { $0.role = .client }
      let node = EagerNode(store)
      try await store.attach(node)
      let id = try await client.enqueue([.job()])[0].id
      await node.taken.wait(for: 1)
      #expect(try await client.perform(.cancel(reason: "now", atOnce: true), on: [id], by: "me") == [.requested])
      await node.cancelledAtOnce.wait(for: 1)
      await client.close()
      await store.close()
    }

    @Test func `P6 a setting of one process keeps those of the others`() async throws {
      let client = try await folder.open { $0.role = .client }
      let mail = QueueScope(queue: "mail")
      try await store.perform(.set(QueueSettings(mail, workers: 3)), by: "owner")
      try await client.perform(.set(QueueSettings(mail, running: 9)), by: "client")
      try await store.perform(.set(QueueSettings(mail, rate: RateLimit(5, per: .seconds(1)))), by: "owner")
      let node = ScriptedNode(store)
      try await node.attach()
      let told = try await node.exchange(JobExchange()).settings
      #expect(told == [QueueSettings(mail, workers: 3, running: 9, rate: RateLimit(5, per: .seconds(1)))])
      await client.close()
      await store.close()
    }

    /// Nobody hears this client knock.
    private func mute() async throws -> SQLiteStore {
      let client = try await folder.open { $0.role = .client }
      try FileManager.default.removeItem(atPath: folder.file + "-wake")
      return client
    }

    @Test func `law 6 a client's word that could not be read is read later`() async throws {
      let (other, time) = (try StoreFolder(), VirtualTimeline())
      let owner = try await other.open { ($0.clock, $0.patience) = (time, .milliseconds(20)) }
      let node = EagerNode(owner)
      try await owner.attach(node)
      let client = try await other.open { ($0.clock, $0.role) = (time, .client) }
      // Nobody hears this client knock.
      try FileManager.default.removeItem(atPath: other.file + "-wake")
      let pool = try DatabasePool(path: other.file, configuration: .patient)
      try await pool.writeWithoutTransaction { database in
        try database.execute(sql: "BEGIN IMMEDIATE")
        _ = try client.enqueue([.job()], in: database)
      }
      owner.readSignals()
      // What is asked after it is refused after it: by then it has been tried.
      #expect(await code { try await owner.enqueue([.job()]) } == .unavailable)
      try await pool.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
      time.advance(by: .seconds(1))
      await node.taken.wait(for: 1)
      await client.close()
      await owner.close()
      try pool.close()
    }

    @Test func `an end in another process's transaction counts before its word is heard`() async throws {
      let client = try await mute()
      let node = ScriptedNode(store)
      try await node.attach()
      try await store.enqueue([.job()])
      let claim = try await node.claim()[0]
      try await client.pool.write { database in
        try client.settle(JobSettlement(claim.run, .completed(output: nil)), in: database)
      }
      #expect(try await node.complete(claim) == .accepted(.completed))
      #expect(try await node.complete(claim) == .stale)
      await client.close()
      await store.close()
    }

    @Test func `a run that was ended elsewhere and began anew is counted once`() async throws {
      let client = try await mute()
      let node = ScriptedNode(store)
      try await node.attach()
      try await store.perform(.set(QueueSettings(.everything, running: 2)), by: "owner")
      try await store.enqueue([.job()])
      let claim = try await node.claim()[0]
      try await client.pool.write { database in
        let again = JobVerdict.retry(after: .zero, failure: JobFailure(.error, "no", attempt: 1), payload: nil)
        try client.settle(JobSettlement(claim.run, again), in: database)
      }
      try await store.enqueue([.job()])
      let claims = try await node.claim(count: 2)
      #expect(claims.map(\.job.token) == [2, 1])
      // Its own word makes the owner hear the client's, too.
      try await store.pool.write { [store] database in _ = try store.enqueue([.job()], in: database) }
      #expect(try await store.nodes().map(\.executing) == [2])
      #expect(try await node.claim() == [])
      for claim in claims { #expect(try await node.complete(claim) == .accepted(.completed)) }
      #expect(try await node.claim(count: 5).count == 1)
      #expect(try await store.nodes().map(\.executing) == [1])
      await client.close()
      await store.close()
    }

    @Test func `a client runs no jobs and no services`() async throws {
      let client = try await folder.open { $0.role = .client }
      #expect(await code { _ = try await client.hold("alarms") } == .invalid)
      #expect(await code { try await Alarms(client).run() } == .invalid)
      #expect(await code { try await ScriptedNode(client).attach() } == .invalid)
      await client.close()
      await store.close()
    }
  }
}
