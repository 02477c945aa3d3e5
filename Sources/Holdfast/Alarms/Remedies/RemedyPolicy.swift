/// How a remedy is run while its alarm is set: limits, repetition, and what to do when it does not help.
public struct RemedyPolicy: Sendable {
  /// When a run is followed by another while the alarm stays set.
  public enum Retry: Sendable {
    /// Never: one run for each raise (RM7). The default.
    case never
    /// So long after the end of the run.
    case after(Duration)
    /// After growing delays, counted from the end of the run and anew for each incident.
    case backoff(Backoff)
  }

  /// A run is stopped after this time (RM4); nil lets it run for ever. Default 60 s.
  public var timeout: Duration?
  /// Default ``Retry/never``.
  public var retry: Retry
  /// Runs for one incident; after the last the remedy is exhausted and somebody has to be told. Default nil, no limit.
  public var maxAttempts: Int?
  /// No run begins sooner than this after the end of the one before, whatever the alarm does. Default zero.
  public var coolDown: Duration
  /// Only says what it would do. Default false.
  public var isDryRun: Bool
  /// Whether an alarm that was cleared and raised again during a run gets one more run at once, because the first may
  /// have looked too early (RM3). Default false.
  public var rerunIfRaisedDuringRun: Bool

  /// A policy; what is left out has its default.
  public init(
    timeout: Duration? = .seconds(60), retry: Retry = .never, maxAttempts: Int? = nil, coolDown: Duration = .zero,
    isDryRun: Bool = false, rerunIfRaisedDuringRun: Bool = false
  ) {
    self.timeout = timeout
    self.retry = retry
    self.maxAttempts = maxAttempts
    self.coolDown = coolDown
    self.isDryRun = isDryRun
    self.rerunIfRaisedDuringRun = rerunIfRaisedDuringRun
  }
}

/// What a remedy is doing (RM1–RM9).
public enum RemedyState: String, Sendable, Hashable, Codable, CaseIterable {
  /// The alarm is clear and nothing runs. Exits: running, waitingToRetry (during a cool-down).
  case clear
  /// A run goes on and the alarm is set. Exits: waitingToRetry, finishingRun.
  case running
  /// The alarm is set and the next run has its time, or there is none. Exits: running, clear.
  case waitingToRetry
  /// A run goes on although the alarm is clear. Exits: clear, running.
  case finishingRun
}

/// How one run of a remedy ended.
public enum RemedyOutcome: Sendable, Hashable, Codable {
  /// It returned.
  case finished
  /// It threw or failed, with the reason (RM6).
  case failed(String)
  /// It was stopped at its limit (RM4).
  case timedOut
  /// It was stopped because the remedy was removed, or the process ended.
  case cancelled
}

/// One run of a remedy, for the history.
public struct RemedyAttempt: Sendable, Hashable {
  /// Which run this is of all the remedy had; what is late carries it, so that it can be ignored.
  public let run: UInt64
  /// Which attempt this is within its incident, from 1.
  public let number: Int
  /// When it began.
  public let started: Instant
  /// When it ended; nil while it goes on.
  public internal(set) var ended: Instant?
  /// How it ended.
  public internal(set) var outcome: RemedyOutcome?
}
