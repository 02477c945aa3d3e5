import Foundation
import Holdfast
import HoldfastTesting
import Synchronization
import Testing

@testable import HoldfastSQLite

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

    /// Brings an end that nobody knows, which takes a transaction; something else arrives just then.
    final class Settler: JobNode {
      let identity = NodeIdentity(id: "settler", name: "settler", handles: [:])
      let arrives = Mutex<(@Sendable () -> Void)?>(nil)
      let count = Atomic(0)

      func exchange() -> JobExchange? {
        guard let arrive = arrives.withLock({ $0.take() }) else {
          count.add(1, ordering: .relaxed)
          return nil
        }
        arrive()
        var exchange = JobExchange()
        exchange.settlements = [JobSettlement(RunReference(job: 1, token: 1), .returned)]
        return exchange
      }

      func concluded(_ exchange: JobExchange, _ result: Result<JobExchangeReply, StoreError>) {}
    }

    @Test func `what arrives while a node is asked shares the transaction of its exchange`() async throws {
      let folder = try StoreFolder()
      let store = try await folder.open { $0.clock = VirtualTimeline() }
      let node = Settler()
      try await store.attach(node)
      // What attaching asks for is over when this is.
      try await store.enqueue([.job()])
      let before = node.count.load(ordering: .sequentiallyConsistent)
      await withCheckedContinuation { continuation in
        node.arrives.withLock { arrives in
          arrives = { [writer = store.writer] in
            writer.submit(
              GroupCommit.Operation { _, _ in
              } conclude: { _ in
                continuation.resume()
              })
          }
        }
        store.wake(node.identity, .now)
      }
      #expect(node.count.load(ordering: .sequentiallyConsistent) == before)
      await store.close()
    }

    /// Says when it is asked.
    final class Listener: JobNode {
      let identity = NodeIdentity(id: "listener", name: "listener", handles: [:])
      let asked = Count()

      func exchange() -> JobExchange? {
        asked.add(1)
        return nil
      }

      func concluded(_ exchange: JobExchange, _ result: Result<JobExchangeReply, StoreError>) {}
    }

    @Test func `P2 a node whose wish shares a transaction that fails is asked all the same`() async throws {
      let folder = try StoreFolder()
      let store = try await folder.open { $0.clock = VirtualTimeline() }
      let (node, begun, busy) = (Listener(), Count(), DispatchSemaphore(value: 0))
      try await store.attach(node)
      // Keeps the writer from what follows until that is complete.
      store.writer.submit(
        GroupCommit.Operation { _, _ in
        } conclude: { _ in
          begun.add(1)
          busy.wait()
        })
      await begun.wait(for: 1)
      let before = node.asked.value
      store.writer.submit(
        GroupCommit.Operation { _, _ in
          throw Refusal()
        } conclude: { _ in
        })
      store.wake(node.identity, .now)
      busy.signal()
      await node.asked.wait(for: before + 1)
      await store.close()
    }

    struct Refusal: Error {}

    /// A store that has asked a node all that attaching makes it ask.
    private func attached(_ node: Listener, in folder: StoreFolder) async throws -> SQLiteStore {
      let store = try await folder.open { $0.clock = VirtualTimeline() }
      try await store.attach(node)
      try await store.enqueue([.job()])
      return store
    }

    @Test func `a wish that may wait is heard by itself, and once`() async throws {
      let (folder, node) = (try StoreFolder(), Listener())
      let store = try await attached(node, in: folder)
      let before = node.asked.value
      for _ in 0..<3 { store.wake(node.identity, .soon) }
      await node.asked.wait(for: before + 1)
      await store.close()
      #expect(node.asked.value == before + 2)
    }

    @Test func `what comes meanwhile takes a wish along that may wait`() async throws {
      let (folder, node) = (try StoreFolder(), Listener())
      let store = try await attached(node, in: folder)
      let before = node.asked.value
      store.wake(node.identity, .soon)
      try await store.enqueue([.job()])
      await store.close()
      // Once for the job, or before it on a slow machine, and once for the closing.
      #expect((before + 2...before + 3).contains(node.asked.value))
    }

    @Test func `a node hears that its store is closed, also when it wants nothing or comes too late`() {
      let (desk, idle) = (ExchangeDesk(), Told())
      #expect(desk.add(idle))
      desk.close(store: "test")
      #expect(idle.code.withLock(\.self) == .closed)
      #expect(!desk.add(Told()))
    }

    /// Wants nothing, and notes what it is told.
    final class Told: JobNode {
      let identity = NodeIdentity(id: "told", name: "told", handles: [:])
      let code = Mutex<StoreError.Code?>(nil)

      func exchange() -> JobExchange? { nil }

      func concluded(_ exchange: JobExchange, _ result: Result<JobExchangeReply, StoreError>) {
        guard case .failure(let error) = result else { return }
        code.withLock { $0 = error.code }
      }
    }

    /// Enqueues until a caller has made its commit itself, so that the next one would. One commit that happens to be slow
    /// leaves the next to the store's thread.
    private func becomeQuiet(_ store: SQLiteStore) async throws {
      var hasLed = false
      while !hasLed {
        try await store.enqueue([.job()])
        let done = Atomic(false)
        let over = Count()
        store.writer.submit(
          GroupCommit.Operation(mayLead: true) { _, _ in
          } conclude: { _ in
            done.store(true, ordering: .relaxed)
            over.add(1)
          })
        hasLed = done.load(ordering: .relaxed)
        await over.wait(for: 1)
      }
    }

    @Test func `a caller alone makes its commit itself: it is over when it was submitted`() async throws {
      let folder = try StoreFolder()
      let store = try await folder.open { $0.durability = .normal }
      try await becomeQuiet(store)
      await store.close()
    }

    /// A thread that an actor has for itself, as the main one or an event loop's is.
    final class OwnThread: SerialExecutor {
      private static let key = DispatchSpecificKey<Bool>()
      private let queue = DispatchQueue(label: "own thread")

      init() { queue.setSpecific(key: Self.key, value: true) }

      static var isCurrent: Bool { DispatchQueue.getSpecific(key: key) ?? false }

      func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
      }
    }

    actor EventLoop {
      private let thread = OwnThread()
      nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

      func enqueue(on store: SQLiteStore) async throws { try await JobQueue(store).enqueue([.job()]) }
    }

    /// Takes part in every commit, and notes on which thread it is told of it.
    final class Witness: JobNode {
      let identity = NodeIdentity(id: "witness", name: "witness", handles: [:])
      let there = Count()
      let elsewhere = Count()

      func exchange() -> JobExchange? { JobExchange() }

      func concluded(_ exchange: JobExchange, _ result: Result<JobExchangeReply, StoreError>) {
        (OwnThread.isCurrent ? there : elsewhere).add(1)
      }
    }

    @Test func `a caller on an actor makes no commit itself: its thread waits for no disk`() async throws {
      let folder = try StoreFolder()
      let store = try await folder.open { $0.durability = .normal }
      let witness = Witness()
      try await store.attach(witness)
      for _ in 0..<10 {
        try await becomeQuiet(store)
        try await EventLoop().enqueue(on: store)
      }
      await store.close()
      #expect(witness.there.value == 0 && witness.elsewhere.value > 10)
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
