import Logging
import Synchronization

/// One commit after the other; while one runs, what comes meanwhile collects for the next.
extension AlarmNode {
  /// Stores whatever there is until the node is closed, and what is left then.
  ///
  /// - Returns: Why the store will never take anything again, if so.
  func commitUntilClosed() async -> StoreError? {
    for await _ in bell {
      while let commit = takeWrite() {
        guard let error = await store(commit) else { continue }
        guard error.code != .closed else { return error }
        guard await waitAfterFailure() else { break }
      }
    }
    while let commit = takeWrite(isLast: true) {
      if let error = await store(commit) { return error }
    }
    return nil
  }

  /// What one change of the store holds; a batch that is larger takes several.
  private struct Commit {
    let write: AlarmWrite
    let batch: UInt64
    /// Whether nothing of the batch is left after it.
    let isWhole: Bool
  }

  /// - Parameter isLast: Whether nothing more is taken once there is nothing to store.
  private func takeWrite(isLast: Bool = false) -> Commit? {
    state.withLock { state in
      guard state.desk.hasChanges else {
        state.isSealed = isLast
        return nil
      }
      state.isCommitting = true
      let (write, batch) = (state.desk.takeWrite(at: AlarmTime(of: clock)), state.batch)
      let isWhole = !state.desk.hasChanges
      if isWhole { state.batch += 1 }
      return Commit(write: write, batch: batch, isWhole: isWhole)
    }
  }

  private func store(_ commit: Commit) async -> StoreError? {
    let (change, refused) = commit.write.encoded()
    for reference in refused {
      logger.error("no store would take it; it is kept in memory only", metadata: ["record": "\(reference)"])
    }
    do throws(StoreError) {
      _ = try await store.write([change])
      stored(commit.isWhole ? commit.batch : commit.batch - 1)
      return nil
    } catch {
      failed(commit.write, commit.batch, error)
      return error
    }
  }

  private func stored(_ batch: UInt64) {
    let (ready, after) = state.withLock { state in
      state.isCommitting = false
      state.failures = Backoff.State()
      let hadTrouble = state.trouble.take() != nil
      if hadTrouble { state.desk.storeRecovered(at: AlarmTime(of: clock)) }
      return (
        takeWaiters(&state, through: batch),
        hadTrouble ? settle(&state, at: AlarmTime(of: clock)) : Aftermath()
      )
    }
    for waiter in ready { waiter.resume(returning: nil) }
    perform(after)
  }

  /// Nothing is lost: it goes with the next commit. Whoever waits is told that it is not stored yet.
  private func failed(_ write: AlarmWrite, _ batch: UInt64, _ error: StoreError) {
    logger.warning("the store does not take alarms; they go on in memory", metadata: ["error": "\(error)"])
    let (ready, after) = state.withLock { state in
      state.isCommitting = false
      state.desk.write.follow(write)
      if state.trouble == nil { state.desk.storeFailed(error, at: AlarmTime(of: clock)) }
      state.trouble = error
      return (takeWaiters(&state, through: batch), settle(&state, at: AlarmTime(of: clock)))
    }
    for waiter in ready { waiter.resume(returning: error) }
    perform(after)
  }

  private func takeWaiters(
    _ state: inout State, through batch: UInt64
  ) -> [CheckedContinuation<StoreError?, any Error>] {
    defer { state.waiters.removeAll { $0.batch <= batch } }
    return state.waiters.filter { $0.batch <= batch }.map(\.continuation)
  }

  /// - Returns: Whether to try again: not when it is closed meanwhile.
  private func waitAfterFailure() async -> Bool {
    var random = SystemRandomNumberGenerator()
    let (delay, isClosed) = state.withLock { state in
      let backoff = Backoff.exponential(from: .milliseconds(100), to: .seconds(10), jitter: .equal)
      return (backoff.delay(after: .zero, state: &state.failures, using: &random).delay, state.isClosed)
    }
    guard !isClosed else { return false }
    let pause = Task<Void, Never> { [clock] in _ = try? await clock.sleep(for: max(.milliseconds(50), delay)) }
    let isOver = state.withLock { state in
      state.pause = pause
      return state.isClosed
    }
    if isOver { pause.cancel() }
    await pause.value
    return state.withLock { !$0.isClosed }
  }

  /// Suspends until everything that was told until now is stored. Not while the store takes nothing: what it has can be
  /// read all the same.
  func caughtUp() async {
    let batch = state.withLock { $0.trouble == nil ? $0.lastBatch : nil }
    try? await committed(batch, "")
  }

  /// Suspends until a commit is done; nil is done already.
  ///
  /// - Throws: ``AlarmError`` when the store did not take it, or the caller was cancelled.
  func committed(_ batch: UInt64?, _ alarm: String) async throws(AlarmError) {
    guard let batch else { return }
    let number = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    let error: StoreError?
    do {
      error = try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { wait(for: batch, number, $0) }
      } onCancel: {
        giveUp(number)
      }
    } catch {
      throw AlarmError(.cancelled, alarm, "the waiting caller was cancelled; the change holds")
    }
    if let error {
      throw AlarmError(
        .notStored, alarm, "holds, but is not stored yet; it will be, there is nothing to repeat: \(error)")
    }
  }

  private func wait(for batch: UInt64, _ number: UInt64, _ continuation: CheckedContinuation<StoreError?, any Error>) {
    let answer: Result<StoreError?, any Error>? = state.withLock { state in
      if Task.isCancelled { return .failure(CancellationError()) }
      if batch < state.batch, !state.isCommitting { return .success(state.trouble) }
      if batch < state.batch - 1 { return .success(state.trouble) }
      if state.isFinished { return .success(state.trouble) }
      state.waiters.append((batch, number, continuation))
      return nil
    }
    if let answer { continuation.resume(with: answer) }
  }

  private func giveUp(_ number: UInt64) {
    let waiter = state.withLock { state in
      state.waiters.firstIndex { $0.number == number }.map { state.waiters.remove(at: $0) }
    }
    waiter?.continuation.resume(throwing: CancellationError())
  }

  /// The last commit is done: nobody need wait any more.
  func finish(_ error: StoreError?) {
    let waiters = state.withLock { state in
      (state.isFinished, state.isSealed) = (true, true)
      state.trouble = error ?? state.trouble
      return takeWaiters(&state, through: .max)
    }
    for waiter in waiters { waiter.resume(returning: error) }
  }
}
