/// What the node and the store tell each other.
extension RunnerMachine {
  /// What to write and what to take; nil when there is nothing to say.
  mutating func exchange(at moment: Moment) -> JobExchange? {
    guard !isExchanging, mode != .over else { return nil }
    (woken, owesAwaited) = (nil, false)
    var exchange = JobExchange()
    if mode == .working { addDemands(to: &exchange, at: moment.now) }
    exchange.lookahead = plan.lookahead
    addReports(to: &exchange)
    exchange.settlements = owed.map(\.settlement)
    guard window.count > 0 || !exchange.isEmpty else { return nil }
    (writing, owed) = (owed, [])
    (isExchanging, askedAt) = (true, moment.now)
    return exchange
  }

  /// Free workers first, then reserves; a pool that came last for want of room comes first the next time.
  private mutating func addDemands(to exchange: inout JobExchange, at now: Instant) {
    var left = room
    for step in pools.indices {
      let index = (step + rotation) % pools.count
      pools[index].measure(at: now)
      let count = min(left, pools[index].wanted)
      let ahead = plan.lookahead > .zero ? min(left - count, pools[index].wantedAhead) : 0
      pools[index].ask(count, ahead: ahead)
      guard count + ahead > 0 else { continue }
      left -= count + ahead
      exchange.demands.append(
        JobDemand(
          pool: index, queue: pools[index].queue, partitions: pools[index].partitions, count: count, ahead: ahead))
    }
    rotation = left == 0 ? (rotation + 1) % max(1, pools.count) : 0
  }

  private mutating func addReports(to exchange: inout JobExchange) {
    guard !reporting.isEmpty else { return }
    for key in reporting {
      guard let entry = window[key], entry.phase != .ended, let progress = entry.progress else { continue }
      exchange.reports.append(JobReport(entry.reservation.run, progress))
    }
    reporting.removeAll(keepingCapacity: true)
    reportAt = nil
  }

  /// The exchange was written. `claims` are the reply's, with their handlers and limits looked up.
  mutating func succeeded(
    _ reply: JobExchangeReply, claims: [Reservation], at moment: Moment
  ) -> RunnerEffects {
    var effects = RunnerEffects()
    isExchanging = false
    failures = Backoff.State()
    (retryAt, lastFailure) = (nil, nil)
    renewAt = moment.now.advanced(by: plan.lease / 3)
    leaseEnd = askedAt.advanced(by: plan.lease)
    nextWork = reply.next
    conclude(reply.settled, into: &effects)
    if plan.hasHooks { telling += reply.cancelled.count }
    adapt(to: reply)
    for claim in claims {
      // By the store's time: what it gave ahead may be due by now.
      pools[claim.pool].received(isAhead: claim.box.job.due > reply.now)
      take(claim, at: moment)
    }
    for index in pools.indices { pools[index].answered() }
    if hasStepped { askAnew() }
    hasStepped = false
    stop(reply.cancellations, at: moment, into: &effects)
    fill(at: moment.now, into: &effects)
    wake(at: moment.now, into: &effects)
    finish(at: moment.now, into: &effects)
    return effects
  }

  /// Nothing was written: everything stays owed, and is tried again after a delay that grows.
  mutating func failed(
    _ error: StoreError, at now: Instant, using generator: inout some RandomNumberGenerator
  ) -> RunnerEffects {
    var effects = RunnerEffects()
    isExchanging = false
    lastFailure = error
    owed = writing + owed
    writing = []
    reporting = window.keys.filter { window[$0]?.progress != nil && window[$0]?.phase != .ended }
    let delay = plan.backoff.delay(after: .zero, state: &failures, using: &generator).delay
    retryAt = now.advanced(by: max(.milliseconds(1), delay))
    for index in pools.indices { pools[index].restart() }
    finish(at: now, into: &effects)
    return effects
  }

  private mutating func conclude(_ settled: [JobSettled], into effects: inout RunnerEffects) {
    effects.conclusions.reserveCapacity(writing.count)
    for (owed, settled) in zip(writing, settled) {
      guard let reservation = window[owed.key]?.reservation else { continue }
      effects.conclusions.append(
        RunnerEffects.Conclusion(
          key: owed.key, reservation: reservation, verdict: owed.settlement.verdict, settled: settled,
          duration: owed.duration))
      acknowledge(owed.key)
    }
    writing.removeAll(keepingCapacity: true)
    if plan.hasHooks { telling += effects.conclusions.count }
  }

  /// Hooks have heard of so many ends.
  mutating func told(_ count: Int, at now: Instant) -> RunnerEffects {
    var effects = RunnerEffects()
    telling -= count
    wake(at: now, into: &effects)
    finish(at: now, into: &effects)
    return effects
  }

  private mutating func acknowledge(_ key: RunKey) {
    if window.phase(of: key) == .ended { return window.remove(key) }
    window[key]?.isSettled = true
    leaked += 1
  }
}
