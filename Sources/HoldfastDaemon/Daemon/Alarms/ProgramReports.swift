import Holdfast

/// What becomes of the alarms of one program: pure.
struct ProgramReports {
  let child: String
  /// Whether something says when it works.
  let hasProbe: Bool

  /// What an event means.
  func reports(of event: SupervisionEvent.Kind) -> [AlarmReport] {
    switch event {
    case .starting: starting
    case .ready, .stopped, .removed, .finished: allClear
    case .startFailed(let error): changes([.down: "did not start: \(error)", .unready: nil])
    case .startDeadlineMissed: changes([.down: "was not ready in time", .unready: nil])
    case .exited(let exit, _): changes(exit.isAbnormal ? [.down: "\(exit)", .unready: nil] : [.unready: nil])
    case .parked(let reason): changes([.down: "is parked", .unready: nil, .parked: reason])
    default: []
    }
  }

  /// What a state means, to correct what was reported by another process, or was missed.
  func reports(of state: ChildState?, lastExit: String?) -> [AlarmReport] {
    switch state {
    case .running, .stopped, .finished, nil: allClear
    case .starting: starting
    case .waiting: changes([.down: lastExit ?? "waits for its next start", .unready: nil, .parked: nil])
    case .parked: changes([.down: "is parked", .unready: nil, .parked: lastExit ?? "failed too often"])
    // What comes next decides about the others.
    case .pending, .restarting, .stopping: changes([.unready: nil])
    }
  }

  private var starting: [AlarmReport] { changes([.parked: nil, .unready: hasProbe ? "is not ready yet" : nil]) }

  private var allClear: [AlarmReport] { changes([.down: nil, .unready: nil, .parked: nil]) }

  /// Sets those that have words, and clears the others.
  private func changes(_ changes: KeyValuePairs<ProgramAlarm, String?>) -> [AlarmReport] {
    changes.compactMap { alarm, words in
      alarm.id(of: child).map { id in
        words.map { .set(id, String($0.prefix(1000)), severity: alarm.severity) } ?? .clear(id)
      }
    }
  }
}
