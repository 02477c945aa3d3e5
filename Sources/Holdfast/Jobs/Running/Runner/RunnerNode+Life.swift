import Logging
import Synchronization

/// From attaching to detaching.
extension RunnerNode {
  /// Attaches, works, and detaches when everything has ended.
  func live() async -> Result<Void, StoreError> {
    // Before the first exchange, so that no step falls between what the store says of the time and the watch.
    let wallWatch = clock.watchWall { [weak self] in
      self?.change { machine, moment in machine.wallStepped(at: moment) }
    }
    defer { wallWatch.cancel() }
    if let error = await attach() { return .failure(error) }
    let check = Task.detached { [self] in await checkWaiting() }
    defer { check.cancel() }
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        if !state.isOver { state.waiter = continuation }
        return state.isOver
      }
      if isOver { continuation.resume() }
    }
    disarm()
    await setup.store.detach(identity)
    await elsewhere.withLock(\.self)?.value
    return state.withLock { $0.closed }.map(Result.failure) ?? .success(())
  }

  /// Takes nothing more, and ends; see ``RunnerMachine/drain(within:at:)``.
  func stop(within duration: Duration) {
    change { machine, moment in machine.drain(within: duration, at: moment.now) }
    state.withLock { $0.attaching }?.cancel()
  }

  /// Attaches, again and again while the store cannot be reached (P2); nil when it did, or need not any more.
  private func attach() async -> StoreError? {
    let task = Task.detached { [self] in await attachAgain() }
    let isOver = state.withLock { state in
      state.attaching = task
      return state.isOver
    }
    if isOver { task.cancel() }
    return await task.value
  }

  private func attachAgain() async -> StoreError? {
    var failures = Backoff.State()
    while !Task.isCancelled {
      do throws(StoreError) {
        try await setup.store.attach(self)
        wakeStore()
        return nil
      } catch {
        guard error.isTransient else { return error }
        await wait(after: error, &failures)
      }
    }
    return nil
  }

  private func wait(after error: StoreError, _ failures: inout Backoff.State) async {
    logger.warning("the store cannot be reached; attaching again", metadata: ["error": "\(error)"])
    let delay = state.withLock { state in
      state.machine.lastFailure = error
      return state.machine.plan.backoff.delay(after: .zero, state: &failures, using: &state.generator).delay
    }
    try? await clock.sleep(for: max(.milliseconds(50), delay))
  }

  /// Says of waiting jobs that they cannot be run before their time comes. Nobody waits for it: decoding is the user's.
  private func checkWaiting() async {
    let limit = setup.options.checked
    guard limit > 0, !Task.isCancelled else { return }
    do throws(StoreError) {
      let found = try await PayloadCheck(handlers: setup.handlers.values).run(on: setup.store, limit: limit)
      state.withLock { $0.unreadable = found }
      for payloads in found {
        logger.warning("\(payloads)", metadata: ["kind": "\(payloads.kind)", "version": "\(payloads.version)"])
      }
    } catch {
      logger.debug("waiting jobs were not looked at", metadata: ["error": "\(error)"])
    }
  }

  /// The first exchange: whatever the store has may be wanted.
  private func wakeStore() {
    setup.store.wake(identity, .now)
  }

  /// Everything has ended: lets ``live()`` go on.
  func finish() {
    let waiter = state.withLock { state in
      state.isOver = true
      return state.waiter.take()
    }
    waiter?.resume()
  }
}
