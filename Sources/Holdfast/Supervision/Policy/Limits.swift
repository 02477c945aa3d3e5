/// What happens when a limit on restarts is exceeded.
public enum BreachAction: Sendable, Hashable {
  /// The supervisor stops its children and ends with ``SupervisorError/Code/restartLimitReached``. The default (S10).
  case escalate
  /// The child stays down, visible as ``ChildState/parked``, until someone restarts it.
  case park
  /// The child stays down for this long, then starts with a clean record.
  case coolDown(Duration)
  /// The process ends at once with this status, for a restart from outside.
  case exitProcess(Int32)
}

/// How many restarts a supervisor tolerates within a sliding window (S6–S8).
public struct Intensity: Sendable, Hashable {
  /// Which restarts fall under the limit.
  public enum Counting: String, Sendable, Hashable, Codable {
    /// Those without a delay: a child that backs off does not use up its supervisor's patience. The default.
    case immediateRestarts
    /// Every restart, as OTP and DelayedOTP count (D13).
    case allRestarts
  }

  /// Restarts allowed within the period, ≥ 0. With 0 the first one breaches.
  public var restarts: Int
  /// The length of the window, > 0. A restart exactly one period old still counts.
  public var period: Duration
  /// Which restarts count.
  public var counting: Counting
  /// What happens when one more is needed.
  public var breach: BreachAction

  /// Allows `restarts` within the `period`; the default is 5 in 30 s.
  public static func restarts(
    _ restarts: Int, within period: Duration, counting: Counting = .immediateRestarts,
    then breach: BreachAction = .escalate
  ) -> Intensity {
    Intensity(restarts: restarts, period: period, counting: counting, breach: breach)
  }

  /// Five immediate restarts in thirty seconds, then escalate.
  public static let standard = Intensity.restarts(5, within: .seconds(30))

  /// No limit.
  public static let unlimited = Intensity.restarts(.max, within: .seconds(1))
}

/// How many times in a row one child may fail; a healthy lifetime (``Backoff/reset``) starts the count anew.
public struct FailureLimit: Sendable, Hashable {
  /// Failures in a row that are followed by a restart, ≥ 0.
  public var failures: Int
  /// What happens at the next one.
  public var breach: BreachAction

  /// Allows this many consecutive failures.
  public static func failures(_ failures: Int, then breach: BreachAction = .escalate) -> FailureLimit {
    FailureLimit(failures: failures, breach: breach)
  }
}
