import Foundation
import HoldfastTesting
import Synchronization
import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct MemoryStoreTests {
  private let draft = JobDraft(kind: "job", payload: Data("{}".utf8))

  @Test(arguments: StoreConformance.checks) func `TM13 the store conforms`(check: StoreConformanceCheck) async throws {
    try await check.run(StoreFactory { MemoryStore(clock: $0) })
  }

  @Test("E4 10,000 instant pairs on one key leave none waiting") func instantPairs() async throws {
    let store = MemoryStore(clock: VirtualTimeline())
    let node = PumpNode(store) { _ in .completed(output: nil) }
    try await store.attach(node)
    var draft = draft
    draft.executionKey = "a"
    for _ in 0..<10_000 { _ = try await store.enqueue([draft, draft]) }
    #expect(try await store.queues().first?.counts == [.completed: 20_000])
    #expect(node.most == 1)
  }

  @Test func `a node that wakes the store while it is told is served by the same call`() async throws {
    let store = MemoryStore(clock: VirtualTimeline())
    let failure = JobFailure(.asked, "again", attempt: 1)
    let node = PumpNode(store) { claim in
      claim.job.attempt < 3 ? .retry(after: .zero, failure: failure, payload: nil) : .completed(output: nil)
    }
    try await store.attach(node)
    _ = try await store.enqueue(Array(repeating: draft, count: 3))
    #expect(try await store.queues().first?.counts == [.completed: 3])
    #expect(node.runs.withLock { $0 } == 9)
  }

  @Test func `many callers and nodes at once lose nothing and double nothing`() async throws {
    let store = MemoryStore(clock: VirtualTimeline())
    let tally = Tally()
    let nodes = (0..<3).map { _ in PumpNode(store, workers: 5, tally) { _ in .completed(output: nil) } }
    for node in nodes { try await store.attach(node) }
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<20 {
        group.addTask { for _ in 0..<100 { _ = try? await store.enqueue([draft]) } }
      }
    }
    await tally.reach(2000)
    for node in nodes { await store.detach(node.identity) }
    #expect(nodes.map { $0.runs.withLock { $0 } }.reduce(0, +) == 2000)
    #expect(try await store.queues().first?.counts == [.completed: 2000])
  }

  @Test func `a node that was detached while it was asked is told so`() async throws {
    let store = MemoryStore(clock: VirtualTimeline())
    let node = ScriptedNode(store)
    try await node.attach()
    let quitter = Quitter(store, node.identity)
    try await store.attach(quitter)
    quitter.isArmed.store(true, ordering: .relaxed)
    await #expect(throws: StoreError.self) { try await node.beat() }
  }

  @Test func `what passes through leaves no memory behind`() throws {
    var book = JobBook()
    for round in 0..<2000 {
      book.begin(at: WallTime(microseconds: Int64(round) * 1_000_000), Instant(nanoseconds: Int64(round)))
      var draft = draft
      (draft.partition, draft.uniqueKey, draft.executionKey, draft.name) = ("p\(round)", "u\(round)", "e", "n\(round)")
      draft.start = .after(.milliseconds(round % 3))
      _ = book.enqueue([draft, draft])
      _ = book.perform(.cancel(reason: ""), on: [JobID(book.lastID)], by: "tester")
      var retention = JobRetention()
      retention.others = .zero - .seconds(1)
      _ = book.prune(retention, limit: 100)
    }
    #expect(book.jobs.isEmpty && book.unique.isEmpty && book.names.isEmpty && book.keys.isEmpty)
    #expect(book.lanes.count <= 2 && book.laneNumbers.isEmpty && book.queues.isEmpty)
    #expect(book.ids.count <= 64)
    #expect(book.audit.count == 2000 && book.cancelled.count <= 10_000)
  }

  @Test func `a heap of places forgets the dead`() {
    var heap = PlacedHeap<Int>()
    let record = JobRecord(id: 1, draft: draft, due: .distantPast, enqueued: .distantPast)
    var job = StoredJob(record: record, lane: 0)
    for place in 1...10_000 {
      job.place = UInt64(place)
      heap.insert(place, job)
      heap.compact(live: 1, in: [1: job])
    }
    #expect(heap.count < 200)
    #expect(heap.first(in: [1: job])?.key == 10_000)
    #expect(heap.first(in: [:]) == nil && heap.count == 0)
  }
}

/// A node that ends each run at once, from where it is told of it.
private final class PumpNode: JobNode {
  private struct State {
    var ended: [JobSettlement] = []
    var running = 0
    var most = 0
  }

  let identity: NodeIdentity
  let runs = Mutex(0)
  private let store: MemoryStore
  private let workers: Int
  private let tally: Tally
  private let verdict: @Sendable (JobClaim) -> JobVerdict
  private let state = Mutex(State())

  init(
    _ store: MemoryStore, workers: Int = 10, _ tally: Tally = Tally(),
    _ verdict: @escaping @Sendable (JobClaim) -> JobVerdict
  ) {
    self.store = store
    self.workers = workers
    self.tally = tally
    self.verdict = verdict
    identity = NodeIdentity(id: UUID().uuidString, name: "pump", handles: ["job": 1])
  }

  var most: Int { state.withLock { $0.most } }

  func exchange() -> JobExchange? {
    state.withLock { state in
      var exchange = JobExchange()
      exchange.settlements = state.ended
      exchange.demands = [JobDemand(pool: 0, queue: "default", partitions: .everyone, count: workers)]
      state.ended = []
      return exchange
    }
  }

  func concluded(_ exchange: JobExchange, _ result: Result<JobExchangeReply, StoreError>) {
    guard case .success(let reply) = result else { return }
    tally.add(reply.settled.count { $0 == .accepted(.completed) })
    guard !reply.claims.isEmpty else { return }
    state.withLock { state in
      state.most = max(state.most, reply.claims.count)
      state.ended += reply.claims.map { JobSettlement($0.run, verdict($0)) }
    }
    runs.withLock { $0 += reply.claims.count }
    store.wake(identity, .now)
  }
}

/// Counts, and wakes who waits for a number.
private final class Tally: Sendable {
  private struct State {
    var count = 0
    var waiter: (count: Int, continuation: CheckedContinuation<Void, Never>)?
  }

  private let state = Mutex(State())

  func add(_ count: Int) {
    wake { $0.count += count }
  }

  func reach(_ count: Int) async {
    await withCheckedContinuation { continuation in wake { $0.waiter = (count, continuation) } }
  }

  private func wake(_ change: (inout State) -> Void) {
    let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
      change(&state)
      guard let waiter = state.waiter, state.count >= waiter.count else { return nil }
      state.waiter = nil
      return waiter.continuation
    }
    continuation?.resume()
  }
}

/// Detaches another node from inside an exchange.
private final class Quitter: JobNode {
  let identity = NodeIdentity(id: "quitter", name: "quitter", handles: [:])
  private let store: MemoryStore
  private let victim: NodeIdentity
  /// Once: whoever writes each time it is asked keeps the store busy for ever.
  let isArmed = Atomic(false)

  init(_ store: MemoryStore, _ victim: NodeIdentity) {
    self.store = store
    self.victim = victim
  }

  func exchange() -> JobExchange? {
    if isArmed.exchange(false, ordering: .relaxed) { store.forget(victim) }
    return nil
  }

  func concluded(_ exchange: JobExchange, _ result: Result<JobExchangeReply, StoreError>) {}
}
