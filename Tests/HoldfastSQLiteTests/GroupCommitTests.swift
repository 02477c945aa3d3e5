import Foundation
import Holdfast
import HoldfastSQLite
import HoldfastTesting
import Synchronization
import Testing

extension StoreFiles {
  @Suite struct GroupCommitTests {
    /// Is asked once for each transaction.
    final class Counter: JobNode {
      let identity = NodeIdentity(id: "counter", name: "counter", handles: [:])
      let count = Atomic(0)

      func exchange() -> JobExchange? {
        count.add(1, ordering: .relaxed)
        return nil
      }

      func concluded(_ exchange: JobExchange, _ result: Result<JobExchangeReply, StoreError>) {}
    }

    @Test func `SC1 callers who come while a commit runs share the next one`() async throws {
      let folder = try StoreFolder()
      let store = try await folder.open()
      let counter = Counter()
      try await store.attach(counter)
      let (callers, each) = (64, 50)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<callers {
          group.addTask { for _ in 0..<each { try await store.enqueue([.job()]) } }
        }
        try await group.waitForAll()
      }
      #expect(try await store.queues()[0].counts == [.queued: callers * each])
      #expect(counter.count.load(ordering: .relaxed) < callers * each / 4)
      await store.close()
    }

    @Test func `callers one after the other cost one transaction each, and an idle writer none`() async throws {
      let folder = try StoreFolder()
      // Where the kernel has no watch left to give, the store looks once a second: not in a time that stands still.
      let store = try await folder.open { $0.clock = VirtualTimeline() }
      let counter = Counter()
      try await store.attach(counter)
      for _ in 0..<20 { try await store.enqueue([.job()]) }
      // One for the attaching, which may share the first.
      #expect((20...21).contains(counter.count.load(ordering: .relaxed)))
      await store.close()
    }
  }
}
