import Synchronization

/// One timer for everything that a runner waits for.
extension RunnerNode {
  /// Notes an instant, when that is earlier than the timer that runs already. Under the lock.
  func arm(_ next: Instant?, _ state: inout State) -> Instant? {
    guard let next, next < state.armed else { return nil }
    state.armed = next
    return next
  }

  /// Sets the timer that was noted. It replaces the one before, which was later.
  func schedule(_ instant: Instant) {
    let token = clock.schedule(at: instant) { [weak self] in self?.fired(instant) }
    let superfluous = state.withLock { state in
      guard state.armed == instant else { return token as TimerToken? }
      defer { state.token = token }
      return state.token
    }
    if let superfluous { clock.cancel(superfluous) }
  }

  /// A timer that was overtaken by an earlier one has nothing to do.
  private func fired(_ instant: Instant) {
    let isCurrent = state.withLock { state in
      guard state.armed == instant else { return false }
      state.armed = .distantFuture
      state.token = nil
      return true
    }
    if isCurrent { change { machine, moment in machine.tick(at: moment) } }
  }

  /// Nothing more shall come of any timer.
  func disarm() {
    let token = state.withLock { state in
      state.armed = Instant(nanoseconds: .min)
      return state.token.take()
    }
    if let token { clock.cancel(token) }
  }
}
