import Logging

extension SupervisionEvent: CustomStringConvertible {
  /// The event in words, with its path: `app/web: waiting 1.2 seconds (attempt 3)`.
  public var description: String { "\(path): \(words)" }

  /// The event in words.
  public var words: String {
    switch kind {
    case .supervisorStarting: "starting its children"
    case .supervisorStarted: "all children started"
    case .supervisorStopping(let reason): "stopping: \(reason)"
    case .supervisorStopped(let error): error.map { "stopped: \($0)" } ?? "stopped"
    case .added: "added"
    case .removed: "removed"
    case .starting: "starting"
    case .ready(let after): "ready after \(after.rounded)"
    case .startFailed(let error): "did not start: \(error)"
    case .exited(let exit, let lifetime): "ended after \(lifetime.rounded): \(exit)"
    case .finished: "finished, not restarted"
    case .waiting(_, let delay, 0): "waiting \(delay.rounded) to start with a clean record"
    case .waiting(_, let delay, let attempt): "waiting \(delay.rounded) to restart (failure \(attempt))"
    case .stopping: "asked to stop"
    case .cancelled: "did not stop in its grace, cancelled"
    case .stopped(let exit): "stopped (\(exit))"
    case .abandoned: "did not end by its deadline, abandoned"
    case .endedLate(let exit): "ended after it was abandoned (\(exit))"
    case .heartbeatMissed(let interval): "no heartbeat for \(interval.rounded), being replaced"
    case .startDeadlineMissed(let deadline): "not ready within \(deadline.rounded), being stopped"
    case .failingRepeatedly(let failures): "failed \(failures) times in a row"
    case .limitReached(let reason, let action): "restart limit reached (\(reason)), \(action.words)"
    case .parked(let reason): "parked: \(reason)"
    case .backoffFault(let fault): "its backoff function \(fault); the cap is used"
    case .table(let words): words
    }
  }

  /// OTP's error context: what kind of report this is (S33).
  var errorContext: String? {
    switch kind {
    case .exited: "child_terminated"
    case .startFailed, .startDeadlineMissed: "start_error"
    case .abandoned, .cancelled: "shutdown_error"
    case .limitReached: "shutdown"
    case .starting, .ready: "progress"
    default: nil
    }
  }

  /// Why, where there is a why.
  var reason: String? {
    switch kind {
    case .exited(let exit, _), .stopped(let exit), .endedLate(let exit): "\(exit)"
    case .startFailed(let error): "\(error)"
    case .supervisorStopping(let reason), .parked(let reason), .limitReached(let reason, _): reason
    case .supervisorStopped(let error): error.map { "\($0)" }
    default: nil
    }
  }
}

extension SupervisionEvent.Kind {
  /// OTP's severities: progress is information, an end by itself is an error.
  var logLevel: Logger.Level {
    switch self {
    case .added, .removed, .starting, .stopping, .stopped, .supervisorStarting: .debug
    case .ready, .supervisorStarted, .supervisorStopping, .supervisorStopped(nil), .finished, .waiting: .info
    case .exited(let exit, _): exit.isAbnormal ? .error : .notice
    case .cancelled, .endedLate, .failingRepeatedly, .backoffFault, .parked, .table: .warning
    case .startFailed, .abandoned, .heartbeatMissed, .startDeadlineMissed, .limitReached, .supervisorStopped: .error
    }
  }
}

extension BreachAction {
  fileprivate var words: String {
    switch self {
    case .escalate: "giving up"
    case .park: "parked until somebody restarts it"
    case .coolDown(let duration): "cooling down for \(duration.rounded)"
    case .exitProcess(let status): "ending the process with status \(status)"
    }
  }
}

extension Duration {
  /// For people: milliseconds below a second, tenths above.
  package var rounded: String {
    // A duration may hold more seconds than an integer.
    let seconds = min(self.seconds, 1e18)
    let milliseconds = seconds * 1000
    if milliseconds < 10 { return "\((milliseconds * 100).rounded() / 100) ms" }
    if milliseconds < 1000 { return "\(Int(milliseconds.rounded())) ms" }
    return seconds < 60 ? "\((seconds * 10).rounded() / 10) s" : "\(Int(seconds / 60)) min \(Int(seconds) % 60) s"
  }
}
