import Holdfast
import HoldfastSQLite
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Writes a line at once: a process that is killed has said what it did.
func say(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  _ = unsafe write(1, bytes, bytes.count)
}

/// Enqueues and runs jobs without end, and says what the store acknowledged.
final class Work: JobNode {
  private struct State {
    var ends: [JobSettlement] = []
    var running = 0
  }

  let identity = NodeIdentity(id: UUID().uuidString, name: "worker", handles: ["job": 1])
  private let store: SQLiteStore
  private let state = Mutex(State())

  init(_ store: SQLiteStore) {
    self.store = store
  }

  static func draft(_ number: Int) -> JobDraft {
    var draft = JobDraft(kind: "job", payload: Data("\(number)".utf8))
    if number % 3 == 0 { draft.uniqueKey = "unique-\(number % 30)" }
    if number % 2 == 0 { draft.executionKey = "key-\(number % 4)" }
    draft.maxCrashes = 1000
    return draft
  }

  func run(_ count: Int) async throws {
    try await store.attach(self)
    while true {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for caller in 0..<4 { group.addTask { try await self.enqueue(caller, count) } }
        try await group.waitForAll()
      }
    }
  }

  private func enqueue(_ caller: Int, _ count: Int) async throws {
    for number in 0..<count {
      guard case .enqueued(let id) = try await store.enqueue([Self.draft(4 * number + caller)])[0] else { continue }
      say("enqueued \(id)")
    }
  }

  // MARK: JobNode

  func exchange() -> JobExchange? {
    state.withLock { state in
      var exchange = JobExchange()
      exchange.settlements = state.ends
      state.ends = []
      exchange.demands = [JobDemand(pool: 0, queue: "default", partitions: .everyone, count: max(0, 8 - state.running))]
      return exchange
    }
  }

  func concluded(_ exchange: JobExchange, _ result: Result<JobExchangeReply, StoreError>) {
    guard case .success(let reply) = result else { return say("refused \(exchange.settlements.count)") }
    for (settlement, settled) in zip(exchange.settlements, reply.settled) {
      if case .accepted(.completed) = settled { say("completed \(settlement.run.job)") }
    }
    state.withLock { $0.running += reply.claims.count - exchange.settlements.count }
    for claim in reply.claims { Task { self.run(claim) } }
    if !exchange.settlements.isEmpty || !reply.claims.isEmpty { store.wake(identity, .now) }
  }

  private func run(_ claim: JobClaim) {
    store.began(claim.run)
    store.ended(claim.run)
    state.withLock { $0.ends.append(JobSettlement(claim.run, .completed(output: nil))) }
    store.wake(identity, .now)
  }
}
