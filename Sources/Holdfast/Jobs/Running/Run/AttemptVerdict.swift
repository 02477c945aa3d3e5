#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How an attempt ended, before anybody judged it.
enum AttemptEnd: Sendable {
  /// The handler said so.
  case said(JobOutcome)
  /// The handler, a hook or a middleware threw.
  case threw(any Error)
  /// It was stopped, and threw or did not end in time.
  case stopped(StopCause)
  /// It never began: this binary cannot run it.
  case unrunnable(JobParking, String)
}

/// Judges attempts: how one ended, times the policy, gives what becomes of the job.
struct AttemptVerdict {
  let job: JobRecord
  let policy: JobPolicy

  /// Failures so far, this one included; a death of its process was none.
  private var failures: Int { max(1, job.attempt - job.crashes) }
  private var isLast: Bool { failures >= job.maxAttempts }

  /// Attempts that were asked for when the job was enqueued count, also when its kind never retries by itself.
  private var retry: JobRetry {
    policy.retry.attempts == 1 && job.maxAttempts > 1 ? .standard : policy.retry
  }

  /// The verdict about an end.
  func verdict(on end: AttemptEnd, using generator: inout some RandomNumberGenerator) -> JobVerdict {
    switch end {
    case .said(let outcome): verdict(on: outcome.choice, using: &generator)
    case .threw(let crash as JobProcessCrash): crashed(failure(.crash, "\(crash)"), using: &generator)
    case .threw(let error): failed(failure(.error, "\(error)", detail: detail(of: error)), using: &generator)
    case .stopped(.cancelled(let reason)): .cancelled(reason: reason)
    case .stopped(.drained): .returned
    case .stopped(let cause): failed(failure(.timeout, cause.reason), using: &generator)
    case .unrunnable(let parking, let reason): .parked(parking, reason: reason)
    }
  }

  private func verdict(
    on choice: JobOutcome.Choice, using generator: inout some RandomNumberGenerator
  ) -> JobVerdict {
    switch choice {
    case .complete(let output):
      if let output, output.count > JobLimits.payload {
        return failed(tooLarge("output", output.count), using: &generator)
      }
      return .completed(output: output)
    case .retry(let delay, let payload, let version, let reason):
      if let payload, payload.count > JobLimits.payload {
        return failed(tooLarge("changed payload", payload.count), using: &generator)
      }
      return asked(delay, payload, version, reason ?? "asked for another try", using: &generator)
    case .snooze(let duration): return .snoozed(for: max(.zero, duration))
    case .cancel(let reason): return .cancelled(reason: reason)
    case .discard(let reason): return .discarded(failure(.asked, reason))
    }
  }

  /// A handler may choose its own delay, but not more attempts than the job has.
  private func asked(
    _ delay: Duration?, _ payload: Data?, _ version: Int?, _ reason: String,
    using generator: inout some RandomNumberGenerator
  ) -> JobVerdict {
    let failure = failure(.asked, reason)
    guard !isLast else { return .discarded(failure) }
    let wait = delay ?? retry.delay(afterFailure: failures, using: &generator) ?? .zero
    return .retry(after: max(.zero, wait), failure: failure, payload: payload, version: version)
  }

  private func failed(_ failure: JobFailure, using generator: inout some RandomNumberGenerator) -> JobVerdict {
    guard !isLast, let delay = retry.delay(afterFailure: failures, using: &generator) else {
      return .discarded(failure)
    }
    return .retry(after: max(.zero, delay), failure: failure, payload: nil)
  }

  /// A crash uses up no attempt, so that a kind that never retries is tried again too: after its own delay for so many
  /// crashes, or the standard one.
  private func crashed(_ failure: JobFailure, using generator: inout some RandomNumberGenerator) -> JobVerdict {
    let crashes = job.crashes + 1
    let delay =
      retry.delay(afterFailure: crashes, using: &generator)
      ?? JobRetry.standard.delay(afterFailure: crashes, using: &generator)
    return .crashed(retryAfter: max(.zero, delay ?? .zero), failure: failure)
  }

  private func failure(_ kind: JobFailure.Kind, _ message: String, detail: String? = nil) -> JobFailure {
    JobFailure(kind, message, detail: detail, attempt: job.attempt)
  }

  /// A worker process has sent what its error said.
  private func detail(of error: any Error) -> String? {
    guard let failure = error as? JobProcessFailure else { return ErrorDetail(error).text }
    return failure.detail
  }

  private func tooLarge(_ what: String, _ size: Int) -> JobFailure {
    failure(
      .error, "the \(what) has \(size) bytes, over \(JobLimits.payload); store it elsewhere and return a reference")
  }
}
