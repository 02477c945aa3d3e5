import Synchronization

/// The loop: it looks at the table again and again, as the supervisor's own first child.
extension TableSupervisor {
  func reconcile(until context: ChildContext) async {
    begin(context)
    defer { end() }
    await look()
    change { $0.settled = { context.ready() } }
    while await waitForNextPass() { await look() }
  }

  private func begin(_ context: ChildContext) {
    state.withLock { state in
      state.reconciler.reset()
      state.demand = TableDemand()
      state.status = TableStatus()
      state.isRunning = true
    }
    publishStatus()
    root.timeline.schedule(at: root.timeline.now.advanced(by: policy.initialWait)) { context.ready() }
  }

  private func end() {
    let (starts, stops, passes) = state.withLock { state in
      state.isRunning = false
      state.reconciler.reset()
      defer {
        state.starts.removeAll()
        state.stopWaiters.removeAll()
        state.passWaiters.removeAll()
      }
      return (state.starts, state.stopWaiters, state.passWaiters)
    }
    state.withLock { $0.watcher.take() }?.task?.cancel()
    for start in starts.values { start.task.cancel() }
    for waiter in stops.values { waiter.resume(returning: .success(.shutdown)) }
    let error = located(TableError(.notRunning, nil, "the table supervisor stopped"))
    for waiter in passes.values { waiter.waiter.resume(returning: .failure(error)) }
  }

  /// Serves changed rows until the next pass is due or wished for; false when the loop is over.
  private func waitForNextPass() async -> Bool {
    let due = root.timeline.now.advanced(by: policy.period + jitter())
    while !Task.isCancelled {
      let keys = await demand(until: due)
      guard let keys else { return !Task.isCancelled }
      await look(at: keys)
    }
    return false
  }

  private func jitter() -> Duration {
    policy.jitter == 0 ? .zero : policy.period * Double.random(in: 0...policy.jitter)
  }

  /// The rows that changed; nil when it is time for a whole pass.
  private func demand(until due: Instant) async -> Set<Key>? {
    let timer = root.timeline.schedule(at: due) { [weak self] in self?.wish(.all) }
    defer { root.timeline.cancel(timer) }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isWaiting = state.withLock { state in
          guard state.demand.isEmpty, !Task.isCancelled else { return false }
          state.demand.waiter = continuation
          return true
        }
        if !isWaiting { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.demand.waiter.take() }?.resume()
    }
    return state.withLock { state in
      defer { state.demand.keys.removeAll() }
      return state.demand.keys.isEmpty ? nil : state.demand.keys
    }
  }

  /// Asks the loop to look at something.
  func wish(_ change: TableChange<Key>) {
    state.withLock { $0.demand.add(change) }?.resume()
  }

  /// Notes who waits for the next pass to begin, and asks for it.
  func wait(for number: UInt64, _ waiter: State.PassWaiter) {
    let refused = state.withLock { state -> TableError? in
      guard state.isRunning else { return TableError(.notRunning, nil, "the table supervisor is not running") }
      if Task.isCancelled { return TableError(.cancelled, nil, "the wait for a pass was cancelled") }
      state.passWaiters[number] = (state.reconciler.pass + 1, waiter)
      return nil
    }
    if let refused { return waiter.resume(returning: .failure(located(refused))) }
    wish(.all)
  }
}
