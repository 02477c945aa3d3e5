extension JobLifecycle {
  /// A run ended.
  ///
  /// A job whose cancellation was asked for is cancelled whatever its run says (C5); a stale token changes nothing.
  package static func settle(_ job: inout JobRecord, _ settlement: JobSettlement, at now: WallTime) -> Ending {
    guard job.isExecuting(settlement.run) else { return Ending(.stale) }
    let attempt = job.attempt
    if job.isCancelRequested, let reason = overruling(settlement.verdict, asked: job.reason) {
      job.finish(.cancelled, reason: reason, at: now)
      return Ending(.overruled(reason: reason), JobFailure(.cancelled, reason, attempt: attempt, at: now))
    }
    var failure = apply(settlement.verdict, to: &job, at: now)
    failure?.at = now
    return Ending(.accepted(job.state), failure)
  }

  /// Why a verdict does not count; nil for one that says the same as who asked.
  private static func overruling(_ verdict: JobVerdict, asked reason: String?) -> String? {
    if case .cancelled = verdict { nil } else { reason ?? "cancelled" }
  }

  private static func apply(_ verdict: JobVerdict, to job: inout JobRecord, at now: WallTime) -> JobFailure? {
    let attempt = job.attempt
    switch verdict {
    case .completed(let output):
      job.finish(.completed, reason: nil, at: now)
      job.output = output
      return nil
    case .retry(let delay, let failure, let payload, let version):
      job.queue(due: now.advanced(by: max(.zero, delay)))
      job.replace(payload, version)
      return failure
    case .discarded(let failure):
      job.finish(.discarded, reason: failure.message, at: now)
      return failure
    case .crashed(let delay, let failure):
      if !countCrash(of: &job, because: failure.message) { job.queue(due: now.advanced(by: max(.zero, delay))) }
      return failure
    case .cancelled(let reason):
      job.finish(.cancelled, reason: reason, at: now)
      return JobFailure(.cancelled, reason, attempt: attempt)
    case .snoozed(let delay):
      job.queue(due: now.advanced(by: max(.zero, delay)))
      job.attempt -= 1
      return nil
    case .returned:
      job.queue(due: job.due)
      job.attempt -= 1
      return nil
    case .parked(let parking, let reason):
      job.park(parking, reason: reason)
      job.attempt -= 1
      return JobFailure(.unrunnable, reason, attempt: attempt)
    }
  }

  /// One more process that a job took down; true when that is one too many, and it is parked.
  private static func countCrash(of job: inout JobRecord, because reason: String) -> Bool {
    job.crashes += 1
    guard job.crashes >= job.maxCrashes else { return false }
    job.park(.quarantined, reason: quarantine(after: job.crashes, because: reason))
    return true
  }

  /// Why a job is parked after so many crashes.
  package static func quarantine(after crashes: Int, because reason: String) -> String {
    "its process ended \(crashes) times while it ran; the last time: \(reason)"
  }
}

// MARK: Dead nodes

/// How far a run was when its node died.
package enum RunTrace: Sendable, Hashable, CaseIterable {
  /// Its handler had begun and not ended: the death is blamed on it, and on whatever else ran.
  case begun
  /// It only waited for a worker, or had ended without its settlement being written.
  case notBegun
  /// Nobody can tell, because the machine itself went down.
  case unknown
}

extension JobLifecycle {
  /// The node that had the job is gone.
  ///
  /// A job that was running counts a crash, and is parked after too many; it runs again at once otherwise. One that only
  /// waited gets its attempt back. Either is cancelled instead when somebody had asked for that.
  ///
  /// - Returns: What is kept beside the job; nil when nothing failed.
  package static func recover(
    _ job: inout JobRecord, _ trace: RunTrace, because reason: String, at now: WallTime
  ) -> JobFailure? {
    let attempt = job.attempt
    let isParked = trace == .begun && countCrash(of: &job, because: reason)
    if !isParked, job.isCancelRequested {
      job.finish(.cancelled, reason: job.reason ?? "cancelled", at: now)
    } else if !isParked {
      job.queue(due: trace == .begun ? now : job.due)
      if trace == .notBegun { job.attempt -= 1 }
    }
    return trace == .begun ? JobFailure(.crash, reason, attempt: attempt, at: now) : nil
  }
}
