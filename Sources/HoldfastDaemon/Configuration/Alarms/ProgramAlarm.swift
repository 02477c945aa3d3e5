import Holdfast

/// The alarms that the daemon keeps about each program (or replica) itself.
enum ProgramAlarm: String, CaseIterable {
  /// From a failure until it is ready again, or is stopped by somebody.
  case down
  /// It has been started, and what says that it works has not said so when half of its `within:` is over. Only of
  /// programs with `ready:`.
  case unready
  /// It failed too often, and stays down until somebody starts it.
  case parked

  /// `web.down`; nil when the name of the child cannot begin one.
  func id(of child: String) -> AlarmID? { try? AlarmID("\(child).\(rawValue)") }

  /// The ids of a child.
  static func all(of child: String) -> [AlarmID] { allCases.compactMap { $0.id(of: child) } }

  var severity: AlarmSeverity {
    switch self {
    case .down: .error
    case .unready: .notice
    case .parked: .critical
    }
  }
}
