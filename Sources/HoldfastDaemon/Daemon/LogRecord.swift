import Holdfast
import HoldfastPrograms
import Logging

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One line of the daemon's own log. The keys are stable; absent ones are left out.
struct LogRecord: Encodable, Sendable {
  var time: Date
  /// `debug`, `info`, `notice`, `warning` or `error`.
  var level: Logger.Level
  /// `ready`, `exited`, `waiting` … (the library's names), `output`, or `log` for anything else.
  var event: String
  /// The program or replica; absent when the daemon itself is meant.
  var child: String?
  /// The path of its supervisor.
  var supervisor: String?
  var generation: Int?
  var pid: Int32?
  /// For `output`.
  var stream: String?
  /// In words; for `output` the line.
  var message: String

  /// About the daemon itself.
  init(_ level: Logger.Level, _ message: String, event: String = "log", child: String? = nil) {
    (time, self.level, self.event, self.child, self.message) = (Date(), level, event, child, message)
  }

  /// Something that happened in the tree.
  init(_ event: SupervisionEvent, pid: Int32?) {
    time = event.wall
    level = event.severity
    self.event = event.name
    child = event.child
    supervisor = event.supervisor
    generation = event.child == nil ? nil : event.generation
    self.pid = pid
    message = event.words
  }

  /// Something that changed about an alarm.
  init(_ event: AlarmEvent) {
    (time, level) = (event.wall, event.state != .set ? .notice : event.severity >= .error ? .error : .warning)
    let kind = event.kind.rawValue
    self.event = "alarm" + kind.prefix(1).uppercased() + kind.dropFirst()
    let severity = event.state == .set ? " (\(event.severity))" : ""
    message = "\(event.id)\(severity)" + (event.description.map { ": \($0)" } ?? "")
  }

  /// A line that a program wrote.
  init(_ line: ProgramLine, of child: String) {
    (time, level, event, self.child) = (line.time, .info, "output", child)
    (generation, stream, message) = (line.generation, line.stream.rawValue, line.text)
  }
}

extension SupervisionEvent {
  /// Routine is information, an end that nobody asked for is an error.
  fileprivate var severity: Logger.Level {
    switch kind {
    case .exited(let exit, _): exit.isAbnormal ? .error : .notice
    case .startFailed, .abandoned, .heartbeatMissed, .startDeadlineMissed, .limitReached, .supervisorStopped(.some):
      .error
    case .cancelled, .endedLate, .failingRepeatedly, .backoffFault, .parked, .table: .warning
    case .supervisorStarting, .added, .removed: .debug
    default: .info
    }
  }
}
