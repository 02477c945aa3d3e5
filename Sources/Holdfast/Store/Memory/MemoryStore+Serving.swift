import Synchronization

// MARK: The driver

extension MemoryStore {
  /// Rounds that one caller serves before a task of its own goes on, so that no caller works for everybody else.
  private static let patience = 8

  func read<Result: Sendable>(_ body: (inout JobBook) -> Result) -> Result {
    let (wall, now) = (clock.wallTime, clock.now)
    return state.withLock { state in
      state.book.begin(at: wall, now)
      return body(&state.book)
    }
  }

  /// Changes something, then lets the nodes see whether it brings them work.
  @discardableResult
  func write<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
    let (wall, now) = (clock.wallTime, clock.now)
    let result = state.withLock { state in
      state.book.begin(at: wall, now)
      return body(&state)
    }
    serve()
    return result
  }

  /// Asks every node for its exchange until there is nothing new. A call that comes while one is under way, from another
  /// thread or from a node that is being told, makes that one go round again.
  func serve() {
    guard startServing() else { return }
    for _ in 0..<Self.patience {
      exchange()
      if stopServing() { return }
    }
    Task.detached { [self] in
      repeat { exchange() } while !stopServing()
    }
  }

  private func startServing() -> Bool {
    state.withLock { state in
      state.mustServeAgain = state.isServing
      if state.isServing || state.nodes.isEmpty { return false }
      state.isServing = true
      return true
    }
  }

  private func stopServing() -> Bool {
    state.withLock { state in
      if state.mustServeAgain {
        state.mustServeAgain = false
        return false
      }
      state.isServing = false
      return true
    }
  }

  /// One transaction: collected without the lock, made under it, reported without it.
  private func exchange() {
    let nodes = state.withLock { $0.nodes }
    let exchanges = nodes.compactMap { node in node.exchange().map { (node: node, exchange: $0) } }
    guard !exchanges.isEmpty else { return }
    let items = exchanges.map { (node: $0.node.identity.id, exchange: $0.exchange) }
    let replies = read { $0.exchange(items) }
    for (item, reply) in zip(exchanges, replies) {
      let gone = StoreError(.closed, store: "memory", "node '\(item.node.identity.name)' was detached; attach it again")
      item.node.concluded(item.exchange, reply.map { .success($0) } ?? .failure(gone))
    }
  }
}
