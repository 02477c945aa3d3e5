import Holdfast
import Logging

/// What a configuration file says, checked and with its defaults filled in. Two equal values run the same.
struct Configuration: Equatable, Sendable {
  /// The file, absolute.
  var file: String
  /// The name of the whole, the root of the tree. Default: the name of the file's folder.
  var name: String
  /// The folder for logs, socket and lock, absolute. Default `.holdfast` beside the file.
  var state: String
  /// In the order of the file.
  var programs: [ProgramConfiguration] = []
  /// In the order of the file.
  var groups: [GroupConfiguration] = []
  /// The limit of the root. Default none: programs that have nothing to do with each other must not bring each other
  /// down. Each has its own backoff and limit; a group has one together.
  var intensity = Intensity.unlimited
  /// The least important messages that are shown. Default info.
  var logLevel = Logger.Level.info
  /// The longest that stopping everything may take, > 0. Default 60 s.
  var shutdown = Duration.seconds(60)
  /// The file of the jobs' store, absolute; used only when there are queues, jobs or alarms. Default `holdfast.db` in the state
  /// folder.
  var store = ""
  /// In the order of the file; `default` is added when jobs use it.
  var queues: [QueueEntry] = []
  /// In the order of the file.
  var partitions: [PartitionEntry] = []
  /// In the order of the file.
  var jobs: [JobConfiguration] = []
  /// In the order of the file.
  var schedules: [ScheduleEntry] = []
  /// In the order of the file.
  var alarms: [AlarmEntry] = []
  /// Of alarms that are no rules of the file.
  var remedies: [AlarmID: RemedyEntry] = [:]
  /// In the order of the file.
  var notify: [RouteEntry] = []
  /// In the order of the file.
  var maintenance: [MaintenanceWindow] = []
  /// How long running jobs may go on when the daemon stops; then they are stopped and run again later. > 0. Default 30 s.
  var drain = Duration.seconds(30)

  /// The name of the child that runs the jobs.
  static let jobsChild = "jobs"
  /// The name of the child that fires the schedules.
  static let schedulesChild = "schedules"

  /// The name of the child that keeps the alarms.
  static let alarmsChild = "alarms"
  /// The name of the child that sets and clears the daemon's own alarms.
  static let watchChild = "alarms-watch"
  /// The queue of the jobs that tell people of alarms.
  static let notificationQueue = "notifications"

  /// Whether there is anything that needs a store.
  var hasStore: Bool { hasAlarms || !(queues.isEmpty && jobs.isEmpty && partitions.isEmpty && schedules.isEmpty) }

  /// Whether the file says anything of alarms.
  var hasAlarms: Bool { !(alarms.isEmpty && remedies.isEmpty && notify.isEmpty && maintenance.isEmpty) }

  func job(_ kind: String) -> JobConfiguration? {
    jobs.first { $0.kind == kind }
  }

  func program(_ name: String) -> ProgramConfiguration? {
    programs.first { $0.name == name }
  }
}

/// A group of programs that share a strategy and a limit: a supervisor of its own.
struct GroupConfiguration: Equatable, Sendable {
  var name: String
  /// Default ``Strategy/oneForOne``.
  var strategy = Strategy.oneForOne
  /// Default ``Intensity/standard``.
  var intensity = Intensity.standard
  /// Programs and groups that must be ready first.
  var after: [String] = []
}
