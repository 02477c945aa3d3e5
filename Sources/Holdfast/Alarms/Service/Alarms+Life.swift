import Logging
import ServiceLifecycle
import Synchronization

/// From the store to a node, and how calls find it.
extension Alarms {
  /// The right to be the only service on the store. Who waits for the service is told why there is none.
  func hold() async throws(StoreError) -> Watch {
    do throws(StoreError) {
      return try await store.hold("alarms")
    } catch {
      state.withLock { $0.trouble = error }
      throw error
    }
  }

  /// What is stored; nil when it is asked to stop before the store can be reached.
  func load() async throws -> StoredAlarms? {
    do {
      return try await cancelWhenGracefulShutdown { try await self.loadAgain() }
    } catch is CancellationError {
      return nil
    }
  }

  private func loadAgain() async throws -> StoredAlarms {
    var failures = Backoff.State()
    var random = SystemRandomNumberGenerator()
    let backoff = Backoff.exponential(from: .milliseconds(100), to: .seconds(2), jitter: .equal).delayingFirst()
    while true {
      do throws(StoreError) {
        return try await StoredAlarms(from: store)
      } catch {
        state.withLock { $0.trouble = error }
        guard error.isTransient else { throw error }
        Logger.current.warning("the store cannot be reached; loading alarms again", metadata: ["error": "\(error)"])
      }
      let delay = backoff.delay(after: .zero, state: &failures, using: &random).delay
      try await store.clock.sleep(for: delay)
    }
  }

  /// Goes on from what was stored, then hears what was reported before it ran, in order and once (AL10).
  func open(_ stored: StoredAlarms, _ runs: RemedyRuns) -> AlarmNode {
    var stored = stored
    let desk = stored.desk(limits: options.limits, at: AlarmTime(of: store.clock))
    let node = AlarmNode(desk, store: store, board: board, subscribers: subscribers, runs: runs)
    board.clear()
    let (refused, after, waiters) = state.withLock { state in
      let (result, after) = node.apply { [remedies = stored.remedies] desk, time throws(AlarmError) in
        try desk.open(state.configuration, remedies, state.early, at: time)
      }
      let refused = (try? result.get()) ?? []
      defer { (state.node, state.trouble, state.early, state.lost, state.waiters) = (node, nil, [], 0, [:]) }
      return (refused + (state.lost > 0 ? ["\(state.lost) more reports than could be kept"] : []), after, state.waiters)
    }
    for fault in refused + stored.unreadable {
      node.logger.error("not taken over", metadata: ["cause": "\(fault)"])
    }
    node.perform(after)
    for waiter in waiters.values { waiter.resume(returning: node) }
    return node
  }

  /// The node, as soon as there is one.
  ///
  /// - Throws: ``AlarmError/Code/notRunning`` after ``Options/patience``.
  func node(for alarm: String) async throws(AlarmError) -> AlarmNode {
    if let node = state.withLock({ $0.node }) { return node }
    let number = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    let deadline = store.clock.now.advanced(by: options.patience)
    let timer = store.clock.schedule(at: deadline) { [weak self] in self?.giveUp(number) }
    defer { store.clock.cancel(timer) }
    let node = await withTaskCancellationHandler {
      await withCheckedContinuation { wait(number, until: deadline, $0) }
    } onCancel: {
      giveUp(number)
    }
    if let node { return node }
    if Task.isCancelled { throw AlarmError(.cancelled, alarm, "the waiting caller was cancelled; nothing has changed") }
    throw notRunning(alarm)
  }

  private func wait(_ number: UInt64, until deadline: Instant, _ continuation: CheckedContinuation<AlarmNode?, Never>) {
    let answer: AlarmNode?? = state.withLock { state in
      if let node = state.node { return .some(node) }
      if Task.isCancelled || store.clock.now >= deadline { return .some(nil) }
      state.waiters[number] = continuation
      return nil
    }
    if let answer { continuation.resume(returning: answer) }
  }

  private func giveUp(_ number: UInt64) {
    state.withLock { $0.waiters.removeValue(forKey: number) }?.resume(returning: nil)
  }

  private func notRunning(_ alarm: String) -> AlarmError {
    let cause = state.withLock { $0.trouble }.map { ", because it cannot use its store (\($0))" } ?? ""
    return AlarmError(
      .notRunning, alarm,
      "the alarms service does not run\(cause); run it in a ServiceGroup or as a child of a Supervisor, and report "
        + "with report(_:) what cannot wait for that")
  }
}

extension AlarmDesk {
  /// Begins: the configuration, then what was reported early.
  ///
  /// - Returns: What did not fit.
  mutating func open(
    _ configuration: AlarmConfiguration, _ stored: [AlarmID: RemedyRecord], _ early: [AlarmReport], at time: AlarmTime
  ) throws(AlarmError) -> [String] {
    advance(to: time)
    var faults: [String] = []
    do throws(AlarmError) { try configure(configuration, stored: stored, at: time) } catch { faults.append("\(error)") }
    for report in early {
      do throws(AlarmError) { try report.apply(to: &engine, at: time) } catch { faults.append("\(error)") }
    }
    return faults
  }
}
