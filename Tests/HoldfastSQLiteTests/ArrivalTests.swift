import Foundation
import Holdfast
import HoldfastSQLite
import HoldfastTesting
import Synchronization
import Testing

extension StoreFiles {
  /// Jobs that are taken in the transaction that brings them.
  @Suite struct ArrivalTests {
    /// Is in every transaction, with ends and with an appetite.
    final class Greedy: JobNode {
      struct State {
        var wanted = 0
        var ends: [JobSettlement] = []
        var claims: [JobClaim] = []
        /// Happens once, when the node is asked.
        var meanwhile: (@Sendable () -> Void)?
      }

      let identity = NodeIdentity(id: "greedy", name: "greedy", handles: ["test": 1])
      let state = Mutex(State())
      private let asked = AsyncStream.makeStream(of: Void.self)

      /// Attaches it, and waits until it has been asked for that: from then on only operations make it be asked.
      func attach(to store: SQLiteStore) async throws {
        try await store.attach(self)
        for await _ in asked.stream { break }
      }

      func exchange() -> JobExchange? {
        defer { asked.continuation.yield() }
        state.withLock { $0.meanwhile.take() }?()
        return state.withLock { state in
          var exchange = JobExchange()
          (exchange.settlements, state.ends) = (state.ends, [])
          if state.wanted > 0 {
            exchange.demands = [JobDemand(pool: 0, queue: "default", partitions: .everyone, count: state.wanted)]
            state.wanted = 0
          }
          return exchange.isEmpty ? nil : exchange
        }
      }

      func concluded(_ exchange: JobExchange, _ result: Result<JobExchangeReply, StoreError>) {
        guard let claims = try? result.get().claims else { return }
        state.withLock { $0.claims += claims }
      }

      /// What came since the last time.
      func taken() -> [JobClaim] {
        state.withLock { state in
          defer { state.claims = [] }
          return state.claims
        }
      }
    }

    /// What a lane must give, in one line.
    struct Model {
      var queued: [JobRecord] = []
      var running: [JobRecord] = []

      mutating func next(_ count: Int, at now: WallTime) -> [JobID] {
        let due = queued.filter { $0.due <= now }.sorted {
          (-$0.priority, $0.due, $0.id.number) < (-$1.priority, $1.due, $1.id.number)
        }
        let taken = due.prefix(count).map(\.id)
        queued.removeAll { taken.contains($0.id) }
        return taken
      }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `jobs are taken in the order that they would have in the file`(seed: UInt64) async throws {
      let (folder, time, node) = (try StoreFolder(), VirtualTimeline(), Greedy())
      let store = try await folder.open { $0.clock = time }
      try await node.attach(to: store)
      var (random, model) = (SplitMix64(seed: seed), Model())
      for step in 0..<120 {
        // Some come back into the same lane with the same commit.
        for _ in 0..<min(model.running.count, Int.random(in: 0...2, using: &random)) {
          let job = model.running.removeFirst()
          let isBack = Bool.random(using: &random)
          let failure = JobFailure(.error, "again", attempt: job.attempt)
          let verdict =
            isBack ? JobVerdict.retry(after: .zero, failure: failure, payload: nil) : .completed(output: nil)
          node.state.withLock { $0.ends.append(JobSettlement(RunReference(job: job.id, token: job.token), verdict)) }
          guard isBack else { continue }
          model.queued.append(job)
          model.queued[model.queued.count - 1].due = time.wallTime
        }
        let wanted = Int.random(in: 0...6, using: &random)
        node.state.withLock { $0.wanted = wanted }
        let drafts = (0..<Int.random(in: 1...4, using: &random)).map { _ in
          JobDraft.job { draft in
            draft.maxAttempts = 1000
            draft.priority = Int.random(in: -1...1, using: &random)
            // Time stands still, so that nothing but the test wakes the store: what is due was so for a while.
            let past = Duration.milliseconds(Int.random(in: -300...900, using: &random))
            if Bool.random(using: &random) { draft.start = .at(time.wallTime.advanced(by: .zero - past)) }
          }
        }
        for (draft, receipt) in zip(drafts, try await store.enqueue(drafts)) {
          var job = try #require(try await JobQueue(store).get(receipt.id))
          if case .now = draft.start { #expect(job.due == time.wallTime) }
          job.state = .queued
          model.queued.append(job)
        }
        let taken = node.taken().map(\.job)
        try #require(taken.map(\.id) == model.next(wanted, at: time.wallTime), "seed \(seed), step \(step)")
        for job in taken { #expect(try await JobQueue(store).get(job.id) == job, "seed \(seed), step \(step)") }
        model.running += taken
      }
      let counts = try await store.queues()[0].counts
      #expect(counts[.executing, default: 0] == model.running.count)
      #expect(counts[.queued, default: 0] == model.queued.count)
      await store.close()
    }

    @Test func `TM7 a wall clock that is set back while a transaction brings a job makes it wait, like any other`()
      async throws
    {
      let (folder, time, node) = (try StoreFolder(), VirtualTimeline(), Greedy())
      let store = try await folder.open { $0.clock = time }
      try await node.attach(to: store)
      let due = time.wallTime
      node.state.withLock { ($0.wanted, $0.meanwhile) = (5, { time.stepWall(by: .seconds(-10)) }) }
      let early = JobDraft.job { $0.start = .at(due.advanced(by: .seconds(-20))) }
      let ids = try await store.enqueue([early, .job()]).map(\.id)
      #expect(node.taken().map(\.job.id) == [ids[0]])
      let job = try await JobQueue(store).get(ids[1])
      #expect(job?.state == .queued && job?.due == due)
      time.stepWall(by: .seconds(10))
      node.state.withLock { $0.wanted = 5 }
      try await store.enqueue([.job { $0.queue = "other" }])
      #expect(node.taken().map(\.job.id) == [ids[1]])
      await store.close()
    }

    @Test func `J5 what was taken as it came survives like everything else`() async throws {
      let (folder, node) = (try StoreFolder(), Greedy())
      let store = try await folder.open()
      try await node.attach(to: store)
      node.state.withLock { $0.wanted = 1 }
      let ids = try await store.enqueue([.job(), .job()]).map(\.id)
      #expect(node.taken().map(\.job.id) == [ids[0]])
      await store.close()
      let again = try await folder.open()
      // Its run had not begun: it is queued as if it had never been taken.
      #expect(try await again.queues()[0].counts == [.queued: 2])
      #expect(try await JobQueue(again).get(ids[0])?.attempt == 0)
      await again.close()
    }
  }
}
