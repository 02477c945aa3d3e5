public import Holdfast
import Synchronization

/// A node that asks a store for exactly what a test says, one exchange after the other, and runs nothing.
///
/// ```swift
/// let node = ScriptedNode(store)
/// try await node.attach()
/// let claims = try await node.claim(count: 2)
/// try await node.settle(claims[0], .completed(output: nil))
/// ```
///
/// Between exchanges it is silent, also when it has jobs: its lease ends as the clock says.
public final class ScriptedNode: JobNode {
  private struct Request {
    let exchange: JobExchange
    let continuation: CheckedContinuation<Result<JobExchangeReply, StoreError>, Never>
  }

  private struct State {
    var waiting: [Request] = []
    var outstanding: Request?
  }

  /// Who it is; its id is fresh.
  public let identity: NodeIdentity
  private let store: any JobStore
  private let state = Mutex(State())

  /// A node of a store, not attached yet.
  ///
  /// - Parameters:
  ///   - store: What it talks to.
  ///   - name: What people call it. Default `scripted`.
  ///   - lease: How long it may be silent while it has jobs. Default 30 s.
  ///   - handles: The newest payload version it knows, by kind. Default `job` 1.
  public init(
    _ store: any JobStore, name: String = "scripted", lease: Duration = .seconds(30),
    handles: [String: Int] = ["job": 1]
  ) {
    self.store = store
    let number = UInt64.random(in: .min ... .max)
    identity = NodeIdentity(id: "\(name)-\(number)", name: name, lease: lease, handles: handles)
  }

  /// Attaches it to its store.
  public func attach() async throws(StoreError) {
    try await store.attach(self)
  }

  /// Detaches it: what it still has is treated as a dead node's.
  public func detach() async {
    await store.detach(identity)
  }

  /// Makes one exchange and waits for its outcome.
  public func exchange(_ exchange: JobExchange) async throws(StoreError) -> JobExchangeReply {
    let result = await withCheckedContinuation { continuation in
      state.withLock { $0.waiting.append(Request(exchange: exchange, continuation: continuation)) }
      store.wake(identity, .now)
    }
    return try result.get()
  }

  // MARK: JobNode

  /// See `JobNode/exchange()`.
  public func exchange() -> JobExchange? {
    state.withLock { state in
      guard state.outstanding == nil, !state.waiting.isEmpty else { return nil }
      state.outstanding = state.waiting.removeFirst()
      return state.outstanding?.exchange
    }
  }

  /// See `JobNode/concluded(_:_:)`.
  public func concluded(_ exchange: JobExchange, _ result: Result<JobExchangeReply, StoreError>) {
    let (request, isMore) = state.withLock { state in
      defer { state.outstanding = nil }
      return (state.outstanding, !state.waiting.isEmpty)
    }
    if isMore { store.wake(identity, .now) }
    request?.continuation.resume(returning: result)
  }
}

// MARK: Words for tests

extension ScriptedNode {
  /// Asks for jobs of one queue.
  ///
  /// - Parameters:
  ///   - queue: The queue. Default `default`.
  ///   - count: Due jobs. Default 1.
  ///   - ahead: Further ones that become due within the look-ahead. Default 0.
  ///   - lookahead: Default none.
  ///   - partitions: The tenants. Default all.
  public func demand(
    _ queue: String = "default", count: Int = 1, ahead: Int = 0, lookahead: Duration = .zero,
    partitions: PartitionSet = .everyone
  ) async throws(StoreError) -> JobExchangeReply {
    var exchange = JobExchange()
    exchange.lookahead = lookahead
    exchange.demands = [JobDemand(pool: 0, queue: queue, partitions: partitions, count: count, ahead: ahead)]
    return try await self.exchange(exchange)
  }

  /// Takes due jobs of one queue.
  public func claim(
    _ queue: String = "default", count: Int = 1, partitions: PartitionSet = .everyone
  ) async throws(StoreError) -> [JobClaim] {
    try await demand(queue, count: count, partitions: partitions).claims
  }

  /// Ends a run.
  @discardableResult
  public func settle(_ claim: JobClaim, _ verdict: JobVerdict) async throws(StoreError) -> JobSettled {
    try await settle([(claim, verdict)])[0]
  }

  /// Ends runs, all in one exchange.
  @discardableResult
  public func settle(_ ends: [(JobClaim, JobVerdict)]) async throws(StoreError) -> [JobSettled] {
    var exchange = JobExchange()
    exchange.settlements = ends.map { JobSettlement($0.0.run, $0.1) }
    return try await self.exchange(exchange).settled
  }

  /// Completes a run without output.
  @discardableResult
  public func complete(_ claim: JobClaim) async throws(StoreError) -> JobSettled {
    try await settle(claim, .completed(output: nil))
  }

  /// Says that it is alive, and hears what the store has for it.
  @discardableResult
  public func beat() async throws(StoreError) -> JobExchangeReply {
    try await exchange(JobExchange())
  }
}
