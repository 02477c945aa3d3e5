import HeapModule

/// What happens because time passes.
extension RunnerMachine {
  /// The timer of ``nextTimer(at:)`` came up, or might have: doing nothing is fine.
  mutating func tick(at moment: Moment) -> RunnerEffects {
    var effects = RunnerEffects()
    guard mode != .over else { return effects }
    arrive(by: moment.wall)
    while let slot = deadlines.popDue(by: moment.now) {
      if let key = window.key(at: slot) { expire(key, at: moment.now, into: &effects) }
    }
    fill(at: moment.now, into: &effects)
    hurry(at: moment.now, into: &effects)
    demand(at: moment, into: &effects)
    finish(at: moment.now, into: &effects)
    return effects
  }

  /// The wall clock was set (TM7): what is no longer due waits again, or goes back when that is longer than the
  /// look-ahead; what has become due is ready; and the store is asked anew.
  mutating func wallStepped(at moment: Moment) -> RunnerEffects {
    for key in window.keys { reconsider(key, at: moment.wall) }
    coming = Heap(coming.unordered.filter { [window] in window.phase(of: $0.key) == .coming })
    hasStepped = isExchanging
    askAnew()
    return tick(at: moment)
  }

  /// The store may have more than it said.
  mutating func askAnew() {
    nextWork = nil
    for index in pools.indices { pools[index].mayHaveMore = true }
  }

  private mutating func reconsider(_ key: RunKey, at wall: WallTime) {
    guard let entry = window[key], entry.phase == .ready || entry.phase == .coming else { return }
    let due = entry.reservation.box.job.due
    guard due > wall else { return }
    if due > wall.advanced(by: plan.lookahead) { return giveBack(key) }
    guard entry.phase == .ready else { return }
    pools[entry.reservation.pool].withdrew()
    window[key]?.phase = .coming
    wait(key, due: due)
  }

  /// A job that was taken before its time waits for that.
  mutating func wait(_ key: RunKey, due: WallTime) {
    guard let pool = window[key]?.reservation.pool else { return }
    pools[pool].coming += 1
    coming.insert(Coming(due: due, key: key))
  }

  /// Jobs that were taken ahead and are due now become ready.
  private mutating func arrive(by wall: WallTime) {
    while let first = coming.min, first.due <= wall {
      coming.removeMin()
      guard window.phase(of: first.key) == .coming, let reservation = window[first.key]?.reservation else { continue }
      pools[reservation.pool].coming -= 1
      pools[reservation.pool].push(first.key, priority: reservation.box.job.priority, isOnTime: true)
      window[first.key]?.phase = .ready
    }
  }

  /// A deadline has passed: of a running job, or of one that was asked to stop.
  private mutating func expire(_ key: RunKey, at now: Instant, into effects: inout RunnerEffects) {
    guard let entry = window[key] else { return }
    let limits = entry.reservation.limits
    switch entry.phase {
    case .running where entry.timeoutAt <= now:
      stop(key, .timeout(limits.timeout ?? .zero), at: now, into: &effects)
    case .running where entry.silentAt <= now:
      stop(key, .silent(limits.heartbeat ?? .zero), at: now, into: &effects)
    case .stopping(let cause):
      abandon(key, cause, isAtOnce: false, into: &effects)
    default: break
    }
  }

  /// Asks a run to stop, within its grace.
  mutating func stop(_ key: RunKey, _ cause: StopCause, at now: Instant, into effects: inout RunnerEffects) {
    guard let entry = window[key], entry.phase == .running else { return }
    window[key]?.phase = .stopping(cause)
    effects.stops.append((entry.reservation, cause))
    deadlines.set(now.advanced(by: entry.reservation.limits.grace), for: key.slot)
  }

  /// Gives the worker of a run that did not stop, or must not be waited for, to another job.
  private mutating func abandon(
    _ key: RunKey, _ cause: StopCause, isAtOnce: Bool, into effects: inout RunnerEffects
  ) {
    guard let entry = window[key] else { return }
    window[key]?.phase = .abandoned(cause)
    pools[entry.reservation.pool].freed()
    pools[entry.reservation.pool].abandoned += 1
    effects.overdue.append((key, entry.reservation, cause, isAtOnce))
  }

  /// Runs that somebody cancelled: those that did not begin never will.
  mutating func stop(_ cancellations: [JobCancellation], at moment: Moment, into effects: inout RunnerEffects) {
    guard !cancellations.isEmpty else { return }
    let wanted = Dictionary(cancellations.map { ($0.run, $0) }) {
      JobCancellation($0.run, reason: $0.reason, isAtOnce: $0.isAtOnce || $1.isAtOnce)
    }
    for key in window.keys {
      guard let entry = window[key], let cancellation = wanted[entry.reservation.run] else { continue }
      cancel(key, entry.phase, cancellation, at: moment.now, into: &effects)
    }
  }

  private mutating func cancel(
    _ key: RunKey, _ phase: RunPhase, _ cancellation: JobCancellation, at now: Instant,
    into effects: inout RunnerEffects
  ) {
    if phase == .running { stop(key, .cancelled(cancellation.reason), at: now, into: &effects) }
    guard case .stopping(let first) = window.phase(of: key) else {
      return withdraw(key, .cancelled(reason: cancellation.reason))
    }
    guard cancellation.isAtOnce else { return }
    deadlines.set(.distantFuture, for: key.slot)
    abandon(key, first, isAtOnce: true, into: &effects)
  }

  /// What a wake-up of the store is due for: a retry, progress, a lease, or work that has come.
  private mutating func demand(at moment: Moment, into effects: inout RunnerEffects) {
    if let retryAt, retryAt > moment.now { return }
    let isRetrying = retryAt != nil
    retryAt = nil
    let isReporting = reportAt.map { $0 <= moment.now } ?? false
    let isRenewing = window.count > 0 && renewAt <= moment.now
    if let time = nextWork, time <= moment.wall { askAnew() }
    wake(at: moment.now, into: &effects)
    guard isRetrying || isReporting || isRenewing else { return }
    wake(.now, into: &effects)
  }
}
