#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What `status` answers.
struct StatusReport: Codable, Equatable, Sendable {
  /// The name of the whole.
  var name: String
  /// The daemon's own process.
  var pid: Int32
  var version: String
  /// In start order.
  var programs: [ProgramStatus]
  /// Nil when the file describes no jobs.
  var queues: [QueueReport]?
  /// Nil when the file describes no jobs.
  var schedules: [ScheduleReport]?
  /// Nil when the file describes neither jobs nor alarms.
  var alarms: AlarmSummary?
}

/// One child, as an operator sees it.
struct ProgramStatus: Codable, Equatable, Sendable {
  var name: String
  var group: String?
  /// `pending`, `starting`, `running`, `stopping`, `waiting`, `stopped`, `finished`, `parked` …
  var state: String
  var pid: Int32?
  /// Seconds since the current process started.
  var uptime: Double?
  /// Starts beyond the first.
  var restarts: Int
  var ready: Bool
  /// When a waiting child is started again.
  var waitingUntil: Date?
  /// How the last generation ended.
  var lastExit: String?
}

/// What `start`, `stop` and `restart` answer for each child.
struct ActionReport: Codable, Equatable, Sendable {
  var name: String
  /// `started`, `stopped`, `restarted`, or what stood in the way.
  var result: String
}

/// What `tree` answers as text.
struct TreeReport: Codable, Equatable, Sendable {
  var tree: String
}

/// What `reload` answers.
struct ReloadReport: Codable, Equatable, Sendable {
  var added: [String] = []
  var removed: [String] = []
  var changed: [String] = []
  var unchanged: [String] = []
  /// Kinds of jobs, queues, partitions, schedules, alarms, remedies and routes that differ, as `job thumbnail`.
  var jobs: [String] = []
  /// What takes effect only after a restart of the daemon.
  var ignored: [String] = []
  /// What did not start at once, with the reason; it is retried by its policy.
  var failures: [String] = []
}

/// What `version` answers.
struct VersionReport: Codable, Equatable, Sendable {
  var version: String
  var `protocol`: Int
}

/// One line of output.
struct LogLine: Codable, Equatable, Sendable {
  var time: Date
  var name: String
  var stream: LogQuery.Stream
  var line: String
  /// Which start of the child wrote it; 1 is the first.
  var generation: Int
  /// Lines before this one that were lost because the reader was too slow.
  var dropped: Int?
}
