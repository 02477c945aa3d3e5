import Holdfast
import HoldfastPrograms

/// What the file says of one program.
struct ProgramConfiguration: Equatable, Sendable {
  var name: String
  /// The executable and its arguments, at least one.
  var command: [String]
  /// Absolute. Default: the file's folder.
  var directory: String
  /// Added to what is inherited.
  var environment: [String: String] = [:]
  /// Default ``Inheritance/all``.
  var inherit = Inheritance.all
  /// `user` or `user:group`, by name or number; nil keeps the daemon's own.
  var user: String?
  /// nil keeps the daemon's own.
  var umask: UInt32?
  /// From -20 to 19; nil keeps the daemon's own.
  var nice: Int?
  var resources = ResourceConfiguration()
  var ready: ReadinessConfiguration?
  /// From start to readiness, > 0. Default 30 s.
  var startDeadline = Duration.seconds(30)
  /// Default ``RestartPolicy/permanent``.
  var restart = RestartPolicy.permanent
  var backoff = BackoffConfiguration()
  /// Failures in a row; nil means any number.
  var limit: FailureLimit?
  /// Starts with a signal and ends with KILL. Default TERM, 5 s, KILL.
  var stop: [StopStep] = [.signal(.terminate), .wait(.seconds(5)), .signal(.kill)]
  /// Programs and groups that must be ready first.
  var after: [String] = []
  /// From 1 to 1,000. More than one are named `web-1`, `web-2` …
  var replicas = 1
  /// The group it belongs to; nil means the root.
  var group: String?
  var logs = LogConfiguration()
  /// Exit codes that are no failure. Default 0.
  var success: Set<Int32> = [0]
  /// Whether it starts with the daemon. Default true.
  var autostart = true

  /// What decides whether a running program has to be restarted: replicas come and go one by one, and order and
  /// start at boot say nothing about a process that runs.
  var identity: ProgramConfiguration {
    var copy = self
    (copy.replicas, copy.after, copy.autostart) = (1, [], true)
    return copy
  }

  /// The names of its children in the tree.
  var children: [String] {
    replicas == 1 ? [name] : (1...replicas).map { "\(name)-\($0)" }
  }
}

/// What a program sees of the daemon's own environment.
enum Inheritance: Equatable, Sendable {
  case all
  case none
  case names([String])
}

/// One rung of the ladder that stops a program.
enum StopStep: Equatable, Sendable {
  case signal(ProgramSignal)
  case wait(Duration)
}

/// When a program counts as running.
enum ReadinessConfiguration: Equatable, Sendable {
  /// A GET answers with a status from 200 to 399.
  case http(String)
  /// A connection is accepted.
  case tcp(host: String, port: Int)
  /// A command ends with status 0.
  case exec([String])
  /// A line of output contains this.
  case line(String)
}

/// Limits that the system enforces on a program; nil keeps the daemon's own.
struct ResourceConfiguration: Equatable, Sendable {
  /// Bytes of address space.
  var memory: UInt64?
  /// Open files.
  var files: UInt64?
  /// Seconds of processor time.
  var cpu: UInt64?
  /// Processes of the program's user.
  var processes: UInt64?
  /// Bytes of a core dump.
  var core: UInt64?
  /// Bytes of the largest file it may write.
  var fileSize: UInt64?
}

/// Where a program's output goes.
struct LogConfiguration: Equatable, Sendable {
  enum File: Equatable, Sendable {
    /// `logs/NAME.log` in the state folder, one for each replica.
    case standard
    /// A path, absolute; replicas add their number.
    case path(String)
    /// Memory only.
    case none
  }

  var file = File.standard
  /// Bytes before the file is rotated. Default 10 MiB.
  var size: UInt64 = 10 << 20
  /// Files kept, 1 to 100. Default 3.
  var keep = 3
  /// Lines kept in memory, 1 to 100,000. Default 1,000.
  var ring = 1000
}
