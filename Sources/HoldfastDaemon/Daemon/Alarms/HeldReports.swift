import Holdfast

/// Holds back what is worth telling only when it lasts: pure.
struct HeldReports {
  private var held: [AlarmID: (due: Instant, report: AlarmReport)] = [:]

  /// When ``takeDue(at:)`` has something; nil while nothing is held.
  var nextWakeUp: Instant? { held.values.map(\.due).min() }

  /// What is to be told now of a report: all of it, unless the alarm is set and has to stay so for a time first.
  mutating func hear(_ report: AlarmReport, after patience: Duration, at now: Instant) -> AlarmReport? {
    guard case .set(let id, _, _) = report, patience > .zero else {
      held[report.id] = nil
      return report
    }
    held[id] = (held[id]?.due ?? now.advanced(by: patience), report)
    return nil
  }

  /// What has lasted by now, in order.
  mutating func takeDue(at now: Instant) -> [AlarmReport] {
    let due = held.filter { $0.value.due <= now }
    for id in due.keys { held[id] = nil }
    return due.values.sorted { $0.due < $1.due }.map(\.report)
  }
}
