import Holdfast

/// One request: a JSON object on one line, at most 8 MiB. The answer is a ``ReplyStart`` at once, any number of JSON
/// lines and a ``ReplyEnd``.
struct ControlRequest: Codable, Equatable, Sendable {
  enum Command: String, Codable, Sendable {
    case status, tree, start, stop, restart, logs, reload, version
    case enqueue, jobs, job, explain, change, tail, queues, queue, nodes, audit, schedules, alarms
  }

  /// Both sides must speak the same.
  static let currentProtocol = 1
  /// A payload of the largest size fits, however it is written.
  static let sizeLimit = 8 << 20

  var `protocol` = currentProtocol
  var command: Command
  /// Programs, replicas and groups; empty means all where that makes sense.
  var names: [String]?
  /// `text`, `mermaid` or `json`, for trees.
  var format: String?
  /// What to show, for logs.
  var logs: LogQuery?
  /// What to store, for enqueue.
  var enqueue: EnqueueRequest?
  /// Which jobs, for jobs and job.
  var query: JobQuery?
  /// What to do to jobs, for change.
  var change: JobChange?
  /// Which queues, for queues.
  var scope: QueueScope?
  /// What to do to a queue, for queue.
  var queue: QueueChange?
  /// What somebody wants of schedules, for schedules.
  var schedule: ScheduleRequest?
  /// What somebody wants of alarms and remedies, for alarms.
  var alarm: AlarmRequest?
  /// Who asks; kept with every change.
  var actor: String?
  /// Entries in the answer, for audit.
  var limit: Int?
}

/// Which lines of output somebody wants to see.
struct LogQuery: Codable, Equatable, Sendable {
  enum Stream: String, Codable, CaseIterable, Sendable {
    case out, err, note
  }

  /// The last lines of each program; nil means 100.
  var lines: Int?
  /// Whether to go on with lines as they come.
  var follow: Bool?
  /// Only lines of the last so many seconds.
  var since: Double?
  /// Only lines of the generation before the current one.
  var previous: Bool?
  /// Only lines of one stream.
  var stream: Stream?
  /// Only lines that contain this.
  var grep: String?
}

/// The first line of an answer: the daemon lives and has taken the request.
struct ReplyStart: Codable, Equatable, Sendable {
  var accepted = true
  /// Seconds until the next line at most; nil when nobody can tell.
  var within: Double?
}

/// The last line of every answer.
struct ReplyEnd: Codable, Equatable, Sendable {
  /// The exit status for the command.
  var done: Int32
  /// What went wrong, in words.
  var error: String?
  /// What the daemon speaks.
  var `protocol`: Int? = ControlRequest.currentProtocol
}
