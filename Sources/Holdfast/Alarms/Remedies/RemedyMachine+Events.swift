extension RemedyMachine {
  /// The alarm was set, or is set when the remedy is registered (RM1).
  public mutating func raised(at now: Instant) -> [Effect] {
    guard !isRemoved else { return [] }
    switch state {
    case .running, .waitingToRetry: return []
    case .finishingRun:
      // RM3: coalesced. The limit of the run stays as it is.
      state = .running
      isRerunWanted = policy.rerunIfRaisedDuringRun
      return []
    case .clear:
      beginIncident()
      guard live == nil, now >= coolUntil else { return wait(until: max(now, coolUntil)) }
      return start(at: now)
    }
  }

  /// The alarm is no longer set. A run goes on to its end (RM2).
  public mutating func cleared(at now: Instant) -> [Effect] {
    switch state {
    case .clear, .finishingRun: return []
    case .running:
      state = .finishingRun
      return []
    case .waitingToRetry:
      state = .clear
      deadline = .distantFuture
      return endIncident()
    }
  }

  /// A run ended. One that is not the latest, or was reported before, is ignored.
  public mutating func ended(
    run: UInt64, _ outcome: RemedyOutcome, at now: Instant, using random: inout some RandomNumberGenerator
  ) -> [Effect] {
    guard run == live else { return [] }
    live = nil
    // One that was stopped at its limit has been counted then.
    guard state == .running || state == .finishingRun else { return advance(to: now, using: &random) }
    return conclude(outcome, at: now, using: &random)
  }

  /// Lets time pass: a run that is too long is stopped, the next one begins.
  public mutating func advance(to now: Instant, using random: inout some RandomNumberGenerator) -> [Effect] {
    guard now >= deadline, !isRemoved else { return [] }
    switch state {
    case .clear: return []
    case .waitingToRetry: return live == nil ? start(at: now) : []
    case .running, .finishingRun:
      let stop: [Effect] = live.map { [.stop(run: $0)] } ?? []
      return stop + conclude(.timedOut, at: now, using: &random)
    }
  }

  /// Does not wait any longer: somebody wants the next run now, also of an exhausted remedy.
  public mutating func runNow(at now: Instant) -> [Effect] {
    guard state == .waitingToRetry, live == nil, !isRemoved else { return [] }
    return start(at: now)
  }

  /// Puts other options in the place of these, all of them (RM8).
  ///
  /// A run that goes on keeps going; if its limit changed, that is counted from now. If the repetition changed, a wait
  /// begins anew.
  public mutating func replace(with policy: RemedyPolicy, at now: Instant) -> [Effect] {
    let old = self.policy
    self.policy = policy
    switch state {
    case .clear: break
    case .running, .finishingRun:
      if policy.timeout != old.timeout { deadline = limit(from: now) }
    case .waitingToRetry where !policy.retry.isSame(as: old.retry) || policy.maxAttempts != old.maxAttempts:
      if isExhausted, isUsedUp { return [] }
      return endIncident() + waitForRetry(from: now, delay: policy.retry.firstDelay)
    case .waitingToRetry: break
    }
    return []
  }

  /// The end of the remedy: a run that goes on is stopped (RM9), and nothing happens any more.
  public mutating func remove(at now: Instant) -> [Effect] {
    let stop: [Effect] = live.map { [.stop(run: $0)] } ?? []
    if state == .running || state == .finishingRun { record(.cancelled, at: now) }
    state = .clear
    deadline = .distantFuture
    isRemoved = true
    return stop
  }
}

extension RemedyMachine {
  private mutating func beginIncident() {
    attempts = 0
    isExhausted = false
    backoff = Backoff.State()
  }

  private mutating func endIncident() -> [Effect] {
    defer { isExhausted = false }
    return isExhausted ? [.recovered] : []
  }

  mutating func start(at now: Instant) -> [Effect] {
    attempts += 1
    lastRun += 1
    isRerunWanted = false
    history.append(RemedyAttempt(run: lastRun, number: attempts, started: now))
    if history.count > Self.historyLimit { history.removeFirst() }
    if policy.isDryRun {
      let run = lastRun
      record(.finished, at: now)
      return [.wouldStart(run: run, attempt: attempts)] + waitForRetry(from: now, delay: delayOfDryRun())
    }
    state = .running
    live = lastRun
    deadline = limit(from: now)
    return [.start(run: lastRun, attempt: attempts)]
  }

  /// The run is over as far as the remedy is concerned.
  private mutating func conclude(
    _ outcome: RemedyOutcome, at now: Instant, using random: inout some RandomNumberGenerator
  ) -> [Effect] {
    let wasFinishing = state == .finishingRun
    let lifetime = history.last.map { $0.started.duration(to: now) } ?? .zero
    record(outcome, at: now)
    coolUntil = now.advanced(by: policy.coolDown)
    guard !wasFinishing else {
      state = .clear
      deadline = .distantFuture
      return endIncident()
    }
    if isRerunWanted, !isUsedUp {
      if live == nil, now >= coolUntil { return start(at: now) }
      return wait(until: coolUntil)
    }
    return waitForRetry(from: now, delay: delay(after: lifetime, using: &random))
  }

  private mutating func record(_ outcome: RemedyOutcome, at now: Instant) {
    guard let last = history.indices.last, history[last].outcome == nil else { return }
    history[last].ended = now
    history[last].outcome = outcome
  }

  private var isUsedUp: Bool { policy.maxAttempts.map { attempts >= max(1, $0) } ?? false }

  private mutating func delay(after lifetime: Duration, using random: inout some RandomNumberGenerator) -> Duration? {
    switch policy.retry {
    case .never: nil
    case .after(let delay): delay
    case .backoff(let policy): policy.delay(after: lifetime, state: &backoff, using: &random).delay
    }
  }

  /// A dry run takes no time: without a wait its repetition would never end.
  private mutating func delayOfDryRun() -> Duration? {
    var random = MiddleOfTheRange()
    return delay(after: .zero, using: &random).map { max($0, .milliseconds(100)) }
  }

  /// What is only said needs no chance.
  private struct MiddleOfTheRange: RandomNumberGenerator {
    mutating func next() -> UInt64 { .max / 2 }
  }

  private mutating func waitForRetry(from now: Instant, delay: Duration?) -> [Effect] {
    guard !isUsedUp else {
      isExhausted = true
      return wait(until: .distantFuture) + [.exhausted(attempts: attempts)]
    }
    return wait(until: delay.map { max(coolUntil, now.advanced(by: $0)) } ?? .distantFuture)
  }

  private mutating func wait(until instant: Instant) -> [Effect] {
    state = .waitingToRetry
    deadline = instant
    return []
  }

  private func limit(from now: Instant) -> Instant {
    policy.timeout.map { now.advanced(by: $0) } ?? .distantFuture
  }
}

extension RemedyPolicy.Retry {
  fileprivate func isSame(as other: Self) -> Bool {
    switch (self, other) {
    case (.never, .never): true
    case (.after(let left), .after(let right)): left == right
    case (.backoff(let left), .backoff(let right)): left.isSame(as: right)
    default: false
    }
  }

  /// What is waited for when the sequence of delays begins anew.
  fileprivate var firstDelay: Duration? {
    switch self {
    case .never: nil
    case .after(let delay): delay
    case .backoff: .zero
    }
  }
}
