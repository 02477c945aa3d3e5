import Holdfast
import Synchronization

/// Takes whatever there is, runs nothing, and counts what it hears.
final class EagerNode: JobNode {
  let identity = NodeIdentity(id: "eager", name: "eager", handles: ["job": 1])
  let taken = Count()
  let cancelled = Count()
  let cancelledAtOnce = Count()
  let paused = Count()
  private let store: any JobStore

  init(_ store: any JobStore) {
    self.store = store
  }

  func exchange() -> JobExchange? {
    var exchange = JobExchange()
    exchange.demands = [JobDemand(pool: 0, queue: "default", partitions: .everyone, count: 10)]
    return exchange
  }

  func concluded(_ exchange: JobExchange, _ result: Result<JobExchangeReply, StoreError>) {
    guard case .success(let reply) = result else { return }
    taken.add(reply.claims.count)
    cancelled.add(reply.cancellations.count)
    cancelledAtOnce.add(reply.cancellations.count(where: \.isAtOnce))
    paused.add(reply.pauses?.count ?? 0)
  }
}

/// A number that grows, and that can be waited for.
final class Count: Sendable {
  private struct State {
    var count = 0
    var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  var value: Int { state.withLock { $0.count } }

  func add(_ count: Int) {
    let ready = state.withLock { state in
      state.count += count
      let ready = state.waiting.filter { $0.count <= state.count }
      state.waiting.removeAll { $0.count <= state.count }
      return ready
    }
    for waiting in ready { waiting.continuation.resume() }
  }

  func wait(for count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.count >= count { return true }
        state.waiting.append((count, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }
}
