#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Something that happened to a supervisor or to one of its children.
public struct SupervisionEvent: Sendable {
  /// Counts the events of one supervisor, from 1, without gaps.
  public let number: UInt64
  /// The supervisor's path, such as `app/feeds`.
  public let supervisor: String
  /// The child's id; nil when the event is about the supervisor itself.
  public let child: String?
  /// The child's generation, 1 for its first start; 0 before that.
  public let generation: Int
  /// What happened.
  public let kind: Kind
  /// When, on the tree's monotonic clock.
  public let at: Instant
  /// When, on the wall clock.
  public let wall: Date

  /// The supervisor's path, and the child's id if there is one: `app/feeds/lse`.
  public var path: String { child.map { "\(supervisor)/\($0)" } ?? supervisor }

  /// What can happen.
  public enum Kind: Sendable {
    /// The supervisor begins to start its children.
    case supervisorStarting
    /// Every child has had its turn.
    case supervisorStarted
    /// The supervisor begins to stop its children.
    case supervisorStopping(reason: String)
    /// Nothing of it runs any more; the error is what `run()` throws.
    case supervisorStopped(SupervisorError?)

    /// A child was added while the supervisor ran.
    case added
    /// A child's specification was forgotten.
    case removed
    /// A generation's task was started.
    case starting
    /// It became ready, so long after it was started.
    case ready(after: Duration)
    /// A start failed.
    case startFailed(any Error)
    /// It ended by itself, so long after it was started.
    case exited(Exit, lifetime: Duration)
    /// It ended by itself and will not be restarted.
    case finished
    /// It will start again at an instant of the tree's clock, after so many failures in a row.
    case waiting(until: Instant, delay: Duration, attempt: Int)
    /// It was asked to stop.
    case stopping
    /// It did not stop within its grace, and was cancelled.
    case cancelled
    /// It ended after it was asked to.
    case stopped(Exit)
    /// It did not end by its deadline: nobody waits for it any more.
    case abandoned
    /// The task of an abandoned generation ended after all; its result is ignored.
    case endedLate(Exit)
    /// It was silent for too long and is being replaced.
    case heartbeatMissed(interval: Duration)
    /// It was not ready in time and is being stopped.
    case startDeadlineMissed(deadline: Duration)
    /// It failed so many times in a row (reported at five, and at each doubling).
    case failingRepeatedly(failures: Int)
    /// A limit was exceeded, with the action taken.
    case limitReached(String, action: BreachAction)
    /// It stays down until somebody restarts it.
    case parked(reason: String)
    /// Its delay function misbehaved; the cap was used instead.
    case backoffFault(String)
    /// Told by a table supervisor about a row or a pass.
    case table(String)
  }
}

extension SupervisionEvent {
  /// The event's name, stable for logs, JSON and metrics: `ready`, `waiting`, `limitReached` …
  public var name: String {
    switch kind {
    case .supervisorStarting: "supervisorStarting"
    case .supervisorStarted: "supervisorStarted"
    case .supervisorStopping: "supervisorStopping"
    case .supervisorStopped: "supervisorStopped"
    case .added: "added"
    case .removed: "removed"
    case .starting: "starting"
    case .ready: "ready"
    case .startFailed: "startFailed"
    case .exited: "exited"
    case .finished: "finished"
    case .waiting: "waiting"
    case .stopping: "stopping"
    case .cancelled: "cancelled"
    case .stopped: "stopped"
    case .abandoned: "abandoned"
    case .endedLate: "endedLate"
    case .heartbeatMissed: "heartbeatMissed"
    case .startDeadlineMissed: "startDeadlineMissed"
    case .failingRepeatedly: "failingRepeatedly"
    case .limitReached: "limitReached"
    case .parked: "parked"
    case .backoffFault: "backoffFault"
    case .table: "table"
    }
  }
}
