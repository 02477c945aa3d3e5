import Foundation
import HoldfastTesting
import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct FaultyStoreTests {
  private let store = FaultyStore(MemoryStore(clock: VirtualTimeline()))
  private let full = StoreError(.diskFull, store: "faulty", "no room")
  private let draft = JobDraft(kind: "job", payload: Data("{}".utf8))

  @Test(arguments: StoreConformance.checks.prefix(20))
  func `without a fault it is the store behind`(check: StoreConformanceCheck) async throws {
    try await check.run(StoreFactory { FaultyStore(MemoryStore(clock: $0)) })
  }

  @Test func `a failing call throws as often as it was told, and has no effect`() async throws {
    store.fail(.enqueue, with: full, times: 2)
    for _ in 0..<2 {
      await #expect(throws: StoreError.self) { try await store.enqueue([draft]) }
    }
    #expect(try await store.jobs(JobQuery()).jobs.isEmpty)
    #expect(try await store.enqueue([draft]).count == 1)
  }

  @Test func `a failing exchange reaches the node alone`() async throws {
    let node = ScriptedNode(store)
    try await node.attach()
    _ = try await store.enqueue([draft])
    store.fail(.exchange, with: full)
    await #expect(throws: StoreError.self) { try await node.claim() }
    #expect(try await store.queues().first?.counts == [.queued: 1])
    store.heal()
    let claim = try await node.claim()[0]
    store.fail(.exchange, with: full, times: 1)
    await #expect(throws: StoreError.self) { try await node.complete(claim) }
    #expect(try await node.complete(claim) == .accepted(.completed))
  }

  @Test(arguments: FaultyStore.Operation.allCases) func `each operation fails by itself`(
    operation: FaultyStore.Operation
  ) async throws {
    store.fail(operation, with: full)
    let calls: [(FaultyStore.Operation, () async throws -> Void)] = [
      (.enqueue, { _ = try await store.enqueue([]) }), (.attach, { try await store.attach(ScriptedNode(store)) }),
      (.read, { _ = try await store.queues() }), (.record, { _ = try await store.write([]) }),
      (.command, { _ = try await store.perform(.purge(.everything), by: "t") }),
    ]
    for (kind, call) in calls {
      do {
        try await call()
        #expect(kind != operation)
      } catch {
        #expect(kind == operation)
      }
    }
    store.heal(operation)
    for (_, call) in calls { try await call() }
  }
}
