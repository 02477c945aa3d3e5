/// Ending a runner: it always ends (law 6).
extension RunnerMachine {
  /// Takes nothing more, returns what did not begin, and waits for what runs; a second call can only be more urgent.
  mutating func drain(within duration: Duration, at now: Instant) -> RunnerEffects {
    var effects = RunnerEffects()
    let end = now.advanced(by: duration)
    switch mode {
    case .working: mode = .draining(until: end)
    case .draining(let planned): mode = .draining(until: min(planned, end))
    case .ending, .over: return effects
    }
    for key in window.keys { giveBack(key) }
    hurry(at: now, into: &effects)
    wake(at: now, into: &effects)
    finish(at: now, into: &effects)
    return effects
  }

  /// At the deadline of a drain everything that still runs is cancelled; at the deadline after that, left.
  mutating func hurry(at now: Instant, into effects: inout RunnerEffects) {
    if case .draining(let end) = mode, end <= now {
      var patience = Duration.zero
      for key in window.keys {
        patience = max(patience, window[key]?.reservation.limits.grace ?? .zero)
        stop(key, .drained, at: now, into: &effects)
      }
      mode = .ending(until: now.advanced(by: patience + plan.settleDeadline))
    }
    if case .ending(let end) = mode, end <= now {
      mode = .over
      effects.hasDrained = true
    }
  }

  /// Is over when nothing runs, nothing is owed and no hook is being called; abandoned tasks are not waited for.
  mutating func finish(at now: Instant, into effects: inout RunnerEffects) {
    switch mode {
    case .draining, .ending: break
    case .working, .over: return
    }
    guard window.count == leaked, telling == 0, !isExchanging else { return }
    mode = .over
    effects.hasDrained = true
  }

  /// The store is closed: nothing can be settled any more.
  mutating func giveUp(at now: Instant) -> RunnerEffects {
    var effects = drain(within: .zero, at: now)
    guard mode != .over else { return effects }
    mode = .over
    effects.hasDrained = true
    return effects
  }
}
