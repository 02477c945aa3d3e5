import Foundation
import Holdfast
import HoldfastSQLite
import HoldfastTesting
import Testing

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
