/// A remedy as a pure value: what happened goes in with the time, what to do comes out (RM1–RM9).
///
/// ```
/// clear ──raised──▶ running ──ended──▶ waitingToRetry ──time──▶ running
///   ▲                │   ▲                  │
///   │             cleared │raised           │cleared
///   └────ended──── finishingRun             └──▶ clear
/// ```
///
/// It holds no task and no clock. Its driver starts and stops runs as ``Effect`` says, reports each end with the run's
/// number, and calls ``advance(to:using:)`` at ``nextWakeUp``. One remedy never has two runs at once: where a stopped run
/// takes its time to end, the next one waits for it.
public struct RemedyMachine: Sendable {
  /// What the driver is to do, in order.
  public enum Effect: Sendable, Hashable {
    /// Begin a run.
    case start(run: UInt64, attempt: Int)
    /// Say that a run would begin now (``RemedyPolicy/isDryRun``).
    case wouldStart(run: UInt64, attempt: Int)
    /// Stop a run for good: child processes, too.
    case stop(run: UInt64)
    /// The remedy has used up its attempts and the alarm is still set: tell somebody, take the next step.
    case exhausted(attempts: Int)
    /// The alarm of an exhausted remedy cleared after all.
    case recovered
  }

  /// Attempts kept in ``history``.
  static let historyLimit = 50

  /// How runs are limited and repeated.
  public internal(set) var policy: RemedyPolicy
  /// What it is doing.
  public internal(set) var state = RemedyState.clear
  /// Attempts of this incident, the present one included.
  public internal(set) var attempts = 0
  /// Whether its attempts are used up for this incident.
  public internal(set) var isExhausted = false
  /// The newest runs, newest last; at most 50.
  public internal(set) var history: [RemedyAttempt] = []
  /// Runs so far, in all incidents: the number of the newest.
  public internal(set) var lastRun: UInt64 = 0

  /// The run that was started last and has not been reported to have ended.
  var live: UInt64?
  /// The limit of a run, or the time of the next; distantFuture for none.
  var deadline = Instant.distantFuture
  var isRerunWanted = false
  /// Nothing begins before this.
  var coolUntil = Instant(nanoseconds: .min)
  var backoff = Backoff.State()
  var isRemoved = false

  /// A remedy whose alarm is clear, as far as it knows.
  public init(_ policy: RemedyPolicy) {
    self.policy = policy
  }

  /// When ``advance(to:using:)`` is to be called next; nil for never.
  public var nextWakeUp: Instant? {
    deadline == .distantFuture || isBlocked ? nil : deadline
  }

  /// A run that was stopped has not ended yet, so its end is what is waited for.
  private var isBlocked: Bool { state == .waitingToRetry && live != nil }
}
