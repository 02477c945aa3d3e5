/// What a supervisor, or a call to one, ends with.
public struct SupervisorError: Error, Sendable {
  /// Which kind of failure; new ones may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The code's name, such as `notFound`.
    public let description: String

    /// The supervisor is not running (OTP's `noproc`, G16).
    public static let notRunning = Code(description: "notRunning")
    /// The supervisor is stopping, or stopped while the call waited.
    public static let stopping = Code(description: "stopping")
    /// No child has this id.
    public static let notFound = Code(description: "notFound")
    /// A child with this id runs, starts or stops already.
    public static let alreadyStarted = Code(description: "alreadyStarted")
    /// A child with this id is known but does not run.
    public static let alreadyPresent = Code(description: "alreadyPresent")
    /// The call needs a child that is down, and this one runs.
    public static let running = Code(description: "running")
    /// The child is between two generations.
    public static let restarting = Code(description: "restarting")
    /// The child does not wait for anything.
    public static let notWaiting = Code(description: "notWaiting")
    /// The supervisor has as many children as it may have.
    public static let maxChildren = Code(description: "maxChildren")
    /// The child did not become ready; ``SupervisorError/underlying`` says why.
    public static let startFailed = Code(description: "startFailed")
    /// A restart limit was exceeded and the action was to escalate; distinct from a clean stop (S10).
    public static let restartLimitReached = Code(description: "restartLimitReached")
    /// A specification was refused, before any effect.
    public static let invalidSpecification = Code(description: "invalidSpecification")
    /// The waiting caller was cancelled.
    public static let cancelled = Code(description: "cancelled")
  }

  /// Which kind of failure.
  public let code: Code
  /// The supervisor's path, such as `app/feeds`.
  public internal(set) var supervisor: String
  /// The child concerned, if one is.
  public let child: String?
  /// The cause, and what to do about it, in words.
  public let reason: String
  /// The error that caused this one.
  public let underlying: (any Error)?
  /// The offender's most recent exits, newest last, when a limit was reached; at most ten.
  public internal(set) var history: [Exit] = []

  init(_ code: Code, child: String? = nil, _ reason: String, underlying: (any Error)? = nil) {
    self.code = code
    self.supervisor = ""
    self.child = child
    self.reason = reason
    self.underlying = underlying
  }
}

extension SupervisorError: CustomStringConvertible {
  /// The supervisor, the child, what happened and why, on one line.
  public var description: String {
    let name = child.map { supervisor.isEmpty ? $0 : "\(supervisor)/\($0)" } ?? supervisor
    let cause = underlying.map { ": \($0)" } ?? ""
    return name.isEmpty ? reason + cause : "\(name): \(reason)\(cause)"
  }
}

/// A child that did not become ready in time.
public struct StartDeadlineExceeded: Error, Sendable, CustomStringConvertible {
  /// How long it was given.
  public let deadline: Duration
  /// What happened and what to do.
  public var description: String {
    "not ready within \(deadline.rounded); call context.ready(), choose readiness: .onEntry, or raise startDeadline"
  }
}

/// A child whose body returned before it had said that it was ready (G21).
public struct EndedBeforeReady: Error, Sendable, CustomStringConvertible {
  /// What happened and what to do.
  public var description: String {
    "returned before it was ready; call context.ready() first, or choose readiness: .onEntry"
  }
}

/// A child that was silent for longer than its heartbeat allows.
public struct HeartbeatMissed: Error, Sendable, CustomStringConvertible {
  /// The longest silence allowed.
  public let interval: Duration
  /// What happened.
  public var description: String { "no heartbeat for \(interval)" }
}

/// Thrown by a child before it is ready to say that it is not wanted (OTP's `ignore`, S25): it counts as started, does
/// not run, and is not restarted.
public struct ChildIgnored: Error, Sendable {
  /// Not wanted.
  public init() {}
}
