import Synchronization

/// The calls of OTP's supervisor API; each may come from any task, also from a child of this supervisor.
extension Supervisor {
  /// What became of a start.
  public enum Started: Sendable, Hashable {
    /// The child is ready; its generation is given.
    case running(generation: Int)
    /// The child said that it is not wanted (``ChildIgnored``, S25).
    case ignored
  }

  /// Adds a child at the end of the start order, starts it, and waits until it is ready.
  ///
  /// A cancelled caller takes the start back: the child is stopped, and waited for (G20).
  ///
  /// - Throws: ``SupervisorError`` with code `notRunning`, `stopping`, `invalidSpecification`, `alreadyStarted`,
  ///   `alreadyPresent`, `maxChildren`, or `startFailed`; the specification is forgotten then, unless the child
  ///   `startMayFail`.
  @discardableResult
  public func startChild(_ child: Child) async throws(SupervisorError) -> Started {
    try await start { machine, token, now throws(SupervisorError) in
      try machine.add(child, token, at: now)
    }
  }

  /// Starts a child that is stopped, finished or parked, with a clean record, and waits until it is ready.
  ///
  /// - Throws: ``SupervisorError`` with code `notFound`, `running`, `restarting`, `notRunning`, `stopping`, or
  ///   `startFailed`; the specification is kept.
  @discardableResult
  public func restartChild(_ id: String) async throws(SupervisorError) -> Started {
    try await start { machine, token, now throws(SupervisorError) in
      try machine.restart(id, token, at: now)
    }
  }

  /// Stops a child, or its pending restart, and waits until it is gone; the specification is kept unless the child is
  /// temporary or has never been ready. Other calls are served meanwhile (S21).
  ///
  /// A child may stop itself: the call returns at once then, with ``Exit/shutdown``, and the child must still end. Only a
  /// task that a closure made is not known to be that child: it waits. A cancelled caller stops waiting; the child goes
  /// on being stopped.
  ///
  /// - Returns: How it ended; ``Exit/abandoned`` when it did not.
  /// - Throws: ``SupervisorError`` with code `notFound`, `notRunning`, `stopping` or `cancelled`.
  @discardableResult
  public func terminateChild(_ id: String) async throws(SupervisorError) -> Exit {
    let isSelf = isCalled(by: id)
    let token = state.withLock { $0.replies.reserve() }
    if isSelf { return try terminateSelf(id, token) }
    let reply = await withTaskCancellationHandler {
      await answer(token) { machine, now throws(SupervisorError) in try machine.terminate(id, token, at: now) }
    } onCancel: {
      giveUp(token)
    }
    switch reply {
    case .ended(let exit): return exit
    case .failure(let error): throw located(error)
    case .running, .ignored: return .shutdown
    }
  }

  /// Waiting for one's own end would never end (§4.2.4).
  private func terminateSelf(_ id: String, _ token: ReplyToken) throws(SupervisorError) -> Exit {
    do throws(SupervisorError) {
      try call { machine, now throws(SupervisorError) in try machine.terminate(id, token, at: now) }
    } catch {
      state.withLock { _ = $0.replies.take(token) }
      throw error
    }
    return .shutdown
  }

  /// The caller of a stop went away: it is answered, and the machine's own answer will find nobody.
  private func giveUp(_ token: ReplyToken) {
    let waiting = state.withLock { $0.replies.take(token) }
    waiting?.resume(returning: .failure(cancelledError))
  }

  private var cancelledError: SupervisorError { SupervisorError(.cancelled, "the waiting caller was cancelled") }

  /// Forgets a child that is stopped, finished or parked.
  ///
  /// - Throws: ``SupervisorError`` with code `notFound`, `running`, `restarting`, `notRunning` or `stopping`.
  public func deleteChild(_ id: String) throws(SupervisorError) {
    try call { machine, now throws(SupervisorError) in try machine.delete(id, at: now) }
  }

  /// Ends the delay of a waiting child, or of its whole group: "restart now".
  ///
  /// - Throws: ``SupervisorError`` with code `notFound` or `notWaiting`.
  public func skipDelay(of id: String) throws(SupervisorError) {
    try call { machine, now throws(SupervisorError) in try machine.skipDelay(of: id, at: now) }
  }

  private func call(
    _ event: (inout SupervisorMachine, Instant) throws(SupervisorError) -> Void
  ) throws(SupervisorError) {
    do { try withMachine(event) } catch { throw located(error) }
  }

  private func start(
    _ event: (inout SupervisorMachine, ReplyToken, Instant) throws(SupervisorError) -> Void
  ) async throws(SupervisorError) -> Started {
    let token = state.withLock { $0.replies.reserve() }
    let reply = await withTaskCancellationHandler {
      await answer(token) { machine, now throws(SupervisorError) in try event(&machine, token, now) }
    } onCancel: {
      withMachine { $0.abandonStart(token, at: $1) }
    }
    switch reply {
    case .running(let generation): return .running(generation: generation)
    case .ignored: return .ignored
    case .ended: throw located(SupervisorError(.startFailed, "ended before anybody could use it"))
    case .failure(let error): throw located(error)
    }
  }

  /// Suspends until the machine answers the token, or at once when it refuses the event.
  private func answer(
    _ token: ReplyToken, _ event: (inout SupervisorMachine, Instant) throws(SupervisorError) -> Void
  ) async -> Reply {
    await withCheckedContinuation { continuation in
      let isWaiting = state.withLock { $0.replies.fill(token, continuation) }
      if !isWaiting { continuation.resume(returning: .failure(cancelledError)) }
      do throws(SupervisorError) {
        try withMachine(atOnce: true, event)
      } catch {
        let waiting = state.withLock { $0.replies.take(token) }
        waiting?.resume(returning: .failure(error))
      }
      // A caller that was cancelled before its start was known has not been heard yet.
      if Task.isCancelled { withMachine { $0.abandonStart(token, at: $1) } }
    }
  }
}
