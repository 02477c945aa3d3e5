import Logging
import Synchronization

/// Doing what the machine says.
extension RunnerNode {
  func perform(_ effects: RunnerEffects) {
    if effects.starts.count + effects.conclusions.count > Self.few {
      performElsewhere(effects.starts, effects.conclusions)
    } else {
      perform(effects.starts, effects.conclusions)
    }
    // After the starts: the thread that it wakes may take this one's core.
    if let urgency = effects.wake { setup.store.wake(identity, urgency) }
    for stop in effects.stops { self.stop(stop.reservation, stop.cause) }
    for late in effects.overdue { abandon(late.key, late.reservation, late.cause, isAtOnce: late.isAtOnce) }
    for reservation in effects.late { tell(.endedLate, reservation.job) }
    if effects.hasDrained { finish() }
  }

  /// Starts and ends that are done at once: another thread would begin later than this one has finished.
  private static let few = 8

  private func perform(_ starts: [RunnerEffects.Start], _ conclusions: [RunnerEffects.Conclusion]) {
    for start in starts { spawn(start.key, start.reservation) }
    if !conclusions.isEmpty { conclude(conclusions) }
  }

  /// Leaves this thread, which is the store's writer or the timers', to its own work; in the order of the calls.
  private func performElsewhere(_ starts: [RunnerEffects.Start], _ conclusions: [RunnerEffects.Conclusion]) {
    elsewhere.withLock { last in
      last = Task.detached { [self, before = last] in
        await before?.value
        perform(starts, conclusions)
      }
    }
  }

  private func spawn(_ key: RunKey, _ reservation: Reservation) {
    let task = Task.detached { [self] in await JobRun(node: self, key: key, reservation: reservation).run() }
    let isStopping = reservation.control.withLock { control in
      control.task = task
      return control.cause != nil
    }
    if isStopping { task.cancel() }
  }

  private func stop(_ reservation: Reservation, _ cause: StopCause) {
    let task = reservation.control.withLock { control in
      control.cause = control.cause ?? cause
      return control.task
    }
    tell(.stopping(reason: cause.reason), reservation.job)
    task?.cancel()
  }

  /// Settles a run that did not stop, as if it had ended now.
  private func abandon(_ key: RunKey, _ reservation: Reservation, _ cause: StopCause, isAtOnce: Bool) {
    setup.metrics.lostWorker()
    setup.store.ended(reservation.run)
    logger.log(
      level: isAtOnce ? .info : .error,
      isAtOnce
        ? "a job was cancelled at once and lost its worker" : "a job did not stop in time and lost its worker",
      metadata: ["job": "\(reservation.job.id)", "kind": "\(reservation.job.kind)", "reason": "\(cause.reason)"])
    tell(.abandoned(reason: cause.reason), reservation.job)
    let decided = reservation.control.withLock { $0.decided }
    let verdict = judge(decided.map(AttemptEnd.said) ?? .stopped(cause), reservation)
    change { machine, moment in machine.settle(key, verdict, at: moment.now) }
    if isAtOnce { end(reservation) }
  }

  /// Its grace is over, also when it was asked to stop before: a task is cancelled only once, a process can be killed.
  private func end(_ reservation: Reservation) {
    let end = reservation.control.withLock { control in
      control.isAtOnce = true
      return control.end.take()
    }
    end?()
  }

  /// What becomes of a job whose attempt ended so.
  func judge(_ end: AttemptEnd, _ reservation: Reservation) -> JobVerdict {
    if case .said(let outcome) = end, case .complete(let output) = outcome.choice, output == nil {
      return .completed(output: nil)
    }
    let attempt = AttemptVerdict(job: reservation.job, policy: reservation.handler?.policy ?? JobPolicy())
    // A copy, because a policy may run the user's own backoff function: never under the lock.
    var generator = SystemRandomNumberGenerator()
    return attempt.verdict(on: end, using: &generator)
  }

  func tell(_ kind: @autoclosure () -> JobEvent.Kind, _ job: @autoclosure () -> JobRecord) {
    guard setup.events.broadcast.isObserved else { return }
    setup.events.tell(kind(), job(), clock)
  }

  /// The store has acknowledged these ends: counts, events, logs, then hooks.
  private func conclude(_ conclusions: [RunnerEffects.Conclusion]) {
    let isObserved = setup.events.broadcast.isObserved
    for conclusion in conclusions {
      setup.metrics.ended(conclusion)
      if isObserved { tell(JobEvent.Kind(conclusion), conclusion.reservation.job) }
      log(conclusion)
    }
    setup.metrics.busy(state.withLock { $0.machine.pools.reduce(0) { $0 + $1.busy } })
    guard !setup.hooks.isEmpty else { return }
    for conclusion in conclusions {
      Task.detached { [self] in
        await tellHooks(of: conclusion)
        change { machine, moment in machine.told(1, at: moment.now) }
      }
    }
  }

  /// What an operator would want to know; the rest is in the events.
  private func log(_ conclusion: RunnerEffects.Conclusion) {
    let level: Logger.Level
    let text: String
    switch conclusion.outcome {
    case nil: (level, text) = (.warning, "a job's end was refused: its lease was lost")
    case .discarded(let failure): (level, text) = (.error, "a job used up its attempts: \(failure.message)")
    case .parked(_, let reason): (level, text) = (.warning, "a job was parked: \(reason)")
    case .crashed(_, let failure): (level, text) = (.warning, "a job crashed: \(failure.message)")
    case .retry(_, let failure, _, _): (level, text) = (.debug, "an attempt failed: \(failure.message)")
    default: return
    }
    guard logger.logLevel <= level else { return }
    let job = conclusion.reservation.job
    logger.log(
      level: level, "\(text)", metadata: ["job": "\(job.id)", "kind": "\(job.kind)", "attempt": "\(job.attempt)"])
  }
}
