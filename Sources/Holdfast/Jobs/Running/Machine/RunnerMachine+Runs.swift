/// Taking, starting and ending runs.
extension RunnerMachine {
  /// Puts a claimed job into the window; what can no longer be used goes back at once.
  mutating func take(_ reservation: Reservation, at moment: Moment) {
    let (pool, due) = (reservation.pool, reservation.box.job.due)
    let isComing = due > moment.wall
    let key = window.insert(reservation, isComing ? .coming : .ready)
    if isComing {
      wait(key, due: due)
    } else {
      pools[pool].push(key, priority: reservation.box.job.priority)
    }
    if mode != .working || pools[pool].workers == 0 || isPaused(reservation) { giveBack(key) }
  }

  /// Gives free workers to ready jobs, in every pool. Those whose lease has lapsed go back.
  mutating func fill(at now: Instant, into effects: inout RunnerEffects) {
    for pool in pools.indices where pools[pool].readyCount > 0 { fill(pool, at: now, into: &effects) }
  }

  mutating func fill(_ pool: Int, at now: Instant, into effects: inout RunnerEffects) {
    guard mode == .working else { return }
    while pools[pool].hasFreeWorker, pools[pool].readyCount > 0, let key = pools[pool].popReady() {
      guard window.phase(of: key) == .ready else { continue }
      // In a process that was stopped, or without a store for too long, it may be somebody else's by now (TM9).
      guard now < leaseEnd else {
        giveBack(key)
        continue
      }
      start(key, in: pool, at: now, into: &effects)
    }
  }

  private mutating func start(_ key: RunKey, in pool: Int, at now: Instant, into effects: inout RunnerEffects) {
    guard let reservation = window[key]?.reservation else { return }
    pools[pool].began()
    window[key]?.phase = .running
    window[key]?.since = now
    effects.starts.append((key, reservation))
    let limits = reservation.limits
    guard limits.timeout != nil || limits.heartbeat != nil else { return }
    window[key]?.timeoutAt = limits.timeout.map { now.advanced(by: $0) } ?? .distantFuture
    window[key]?.silentAt = limits.heartbeat.map { now.advanced(by: $0) } ?? .distantFuture
    watch(key)
  }

  /// Sets the next deadline of a running job.
  func deadline(of entry: ReservationWindow.Entry) -> Instant { min(entry.timeoutAt, entry.silentAt) }

  mutating func watch(_ key: RunKey) {
    guard let entry = window[key] else { return }
    deadlines.set(deadline(of: entry), for: key.slot)
  }

  /// A task has ended with a verdict; its worker takes the next job.
  mutating func ended(_ key: RunKey, _ verdict: JobVerdict, at now: Instant) -> RunnerEffects {
    var effects = RunnerEffects()
    guard let phase = window.phase(of: key), let entry = window[key] else { return effects }
    let pool = entry.reservation.pool
    switch phase {
    case .running, .stopping:
      window[key]?.phase = .ended
      if deadline(of: entry) < .distantFuture || phase != .running { deadlines.set(.distantFuture, for: key.slot) }
      pools[pool].freed()
      pools[pool].ended(at: now)
      owe(key, entry.reservation, verdict, after: entry.since.duration(to: now))
    case .abandoned:
      endedLate(key, entry, into: &effects)
    case .coming, .ready, .ended:
      return effects
    }
    fill(pool, at: now, into: &effects)
    wake(at: now, into: &effects)
    finish(at: now, into: &effects)
    return effects
  }

  private mutating func endedLate(
    _ key: RunKey, _ entry: ReservationWindow.Entry, into effects: inout RunnerEffects
  ) {
    effects.late.append(entry.reservation)
    pools[entry.reservation.pool].abandoned -= 1
    window[key]?.phase = .ended
    guard entry.isSettled else { return }
    leaked -= 1
    window.remove(key)
  }

  /// The verdict about a run whose task did not stop.
  mutating func settle(_ key: RunKey, _ verdict: JobVerdict, at now: Instant) -> RunnerEffects {
    var effects = RunnerEffects()
    guard let entry = window[key] else { return effects }
    owe(key, entry.reservation, verdict, after: entry.since.duration(to: now))
    wake(at: now, into: &effects)
    return effects
  }

  private mutating func owe(
    _ key: RunKey, _ reservation: Reservation, _ verdict: JobVerdict, after duration: Duration?
  ) {
    owed.append(Owed(key: key, settlement: JobSettlement(reservation.run, verdict), duration: duration))
    owesAwaited = owesAwaited || isAwaited(verdict, of: reservation)
  }

  /// A sign of life, perhaps with progress.
  mutating func heard(_ key: RunKey, _ progress: JobProgress?, at now: Instant) {
    guard let entry = window[key], entry.phase == .running else { return }
    if let heartbeat = entry.reservation.limits.heartbeat {
      window[key]?.silentAt = now.advanced(by: heartbeat)
      watch(key)
    }
    guard let progress else { return }
    if reporting.isEmpty { reportAt = now.advanced(by: plan.reportDelay) }
    if entry.progress == nil || !reporting.contains(key) { reporting.append(key) }
    window[key]?.progress = progress
  }

  /// Returns a job that did not begin, without an attempt (P13, D1).
  mutating func giveBack(_ key: RunKey) {
    withdraw(key, .returned)
  }

  /// Ends a job that did not begin.
  mutating func withdraw(_ key: RunKey, _ verdict: JobVerdict) {
    guard let entry = window[key] else { return }
    switch entry.phase {
    case .coming: pools[entry.reservation.pool].coming -= 1
    case .ready: pools[entry.reservation.pool].withdrew()
    default: return
    }
    window[key]?.phase = .ended
    owe(key, entry.reservation, verdict, after: nil)
  }
}
