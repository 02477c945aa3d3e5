#if canImport(FoundationEssentials)
  package import FoundationEssentials
#else
  package import Foundation
#endif

/// What a handler says of its attempt; a handler that returns nothing means ``complete``, one that throws means
/// "failed, by policy".
public struct JobOutcome: Sendable, Hashable, Codable {
  /// What a handler can say; `package` because isolated handlers send it between processes.
  package enum Choice: Sendable, Hashable, Codable {
    case complete(output: Data?)
    case retry(after: Duration?, payload: Data?, version: Int?, reason: String?)
    case snooze(Duration)
    case cancel(String)
    case discard(String)
  }

  package let choice: Choice

  package init(_ choice: Choice) {
    self.choice = choice
  }

  /// It is done.
  public static let complete = JobOutcome(.complete(output: nil))

  /// It is done, and this is what came of it; kept with the job, at most ``JobLimits/payload`` bytes of JSON.
  ///
  /// - Throws: `EncodingError`, which then counts as the handler's own error.
  public static func complete(_ output: some Encodable) throws -> JobOutcome {
    JobOutcome(.complete(output: try PayloadCoding.encoder.encode(output)))
  }

  /// It failed and shall be tried again, as long as it has attempts.
  ///
  /// - Parameters:
  ///   - delay: ≥ 0; nil for the policy's.
  ///   - reason: Kept as the failure.
  public static func retry(after delay: Duration? = nil, reason: String? = nil) -> JobOutcome {
    JobOutcome(.retry(after: delay, payload: nil, version: nil, reason: reason))
  }

  /// The same, with another payload for the next attempt (SC7).
  ///
  /// - Throws: `EncodingError`, which then counts as the handler's own error.
  public static func retry<J: Job>(
    after delay: Duration? = nil, with job: J, reason: String? = nil
  ) throws -> JobOutcome {
    let payload = try PayloadCoding.encoder.encode(job)
    return JobOutcome(.retry(after: delay, payload: payload, version: J.version, reason: reason))
  }

  /// It is not the time yet: the same attempt comes again later, without having failed.
  public static func snooze(for duration: Duration) -> JobOutcome { JobOutcome(.snooze(duration)) }

  /// It is not wanted any more.
  public static func cancel(_ reason: String) -> JobOutcome { JobOutcome(.cancel(reason)) }

  /// It makes no sense to try again.
  public static func discard(_ reason: String) -> JobOutcome { JobOutcome(.discard(reason)) }
}
