import Synchronization

/// A point in time, on both clocks.
struct Moment {
  let now: Instant
  let wall: WallTime

  /// When the wall clock will show a time, if nobody steps it; looked at again after ``patience``, in case somebody did.
  func instant(of time: WallTime) -> Instant {
    now.advanced(by: max(.zero, min(wall.duration(to: time), Moment.patience)))
  }

  /// The longest trust in the wall clock. The only thing that wakes an idle node, and only while it knows of future work.
  #if os(Linux)
    // The kernel tells of steps at once: this is a second look.
    static let patience = Duration.seconds(60)
  #else
    static let patience = Duration.seconds(10)
  #endif
}

/// Names one reservation of one run of a runner: a slot of its window, and how often that was used (law 2).
struct RunKey: Hashable, Sendable {
  let slot: UInt32
  let generation: UInt32
}

/// How long a run may take, be silent, and take to stop.
struct RunLimits: Sendable, Hashable {
  var timeout: Duration?
  var heartbeat: Duration?
  var grace = Duration.seconds(5)
}

/// Why a run shall stop.
enum StopCause: Sendable, Hashable {
  /// It took longer than it may.
  case timeout(Duration)
  /// It gave no sign of life for so long.
  case silent(Duration)
  /// Somebody cancelled the job.
  case cancelled(String)
  /// The runner stops, and could not wait any longer.
  case drained

  /// In words, for whoever runs.
  var reason: String {
    switch self {
    case .timeout(let duration): "timed out after \(duration.rounded)"
    case .silent(let duration): "gave no heartbeat for \(duration.rounded)"
    case .cancelled(let reason): reason
    case .drained: "the runner is stopping"
    }
  }
}

/// A job that this node has: reserved, running, or ended and not yet acknowledged.
///
/// The machine moves it about and reads what is fixed; the driver keeps in ``control`` what belongs to the running task.
final class Reservation: Sendable {
  let pool: Int
  let box: JobBox
  let handler: JobHandler?
  let limits: RunLimits
  let control = Mutex(Control())

  init(_ claim: JobClaim, handler: JobHandler?, limits: RunLimits) {
    pool = claim.pool
    box = claim.box
    self.handler = handler
    self.limits = limits
  }

  var job: JobRecord { box.job }
  var run: RunReference { RunReference(job: box.job.id, token: box.job.token) }

  /// Calls a body as soon as the run has no grace period any more, at once when it has none already.
  func whenAtOnce(_ body: @escaping @Sendable () -> Void) {
    let isAtOnce = control.withLock { control in
      if !control.isAtOnce { control.end = body }
      return control.isAtOnce
    }
    if isAtOnce { body() }
  }

  /// What the driver knows of the task.
  struct Control {
    var task: Task<Void, Never>?
    var cause: StopCause?
    /// Whether it has no grace period any more; see ``JobCommand/cancel(reason:atOnce:)``.
    var isAtOnce = false
    /// What ends it without one, where there is such a thing.
    var end: (@Sendable () -> Void)?
    /// What the hooks before the run gave to those after it.
    var states: [(any Sendable)?] = []
    var error: (any Error)?
    /// What shall become of the job when its worker is taken away, if somebody said so in time.
    var decided: JobOutcome?
  }
}
