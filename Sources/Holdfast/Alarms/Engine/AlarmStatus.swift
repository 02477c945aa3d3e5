#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// What is known of one alarm at present.
public struct AlarmStatus: Sendable, Hashable {
  /// The alarm.
  public let id: AlarmID
  /// Its state.
  public let state: AlarmState
  /// What it was set with.
  public let description: String?
  /// Its severity, overrides included.
  public let severity: AlarmSeverity
  /// When the state began, on the monotonic clock; nil while it is unknown.
  public let since: Instant?
  /// The same on the wall clock.
  public let wallSince: Date?
  /// Whether it follows from a rule.
  public let isDerived: Bool
}

/// Why a derived alarm is in its state: the value of each part of its rule.
public struct AlarmExplanation: Sendable, Hashable {
  /// The part, as it is written.
  public let expression: String
  /// Its value; only alarms themselves can be unknown.
  public let state: AlarmState
  /// When this part changes if nothing is reported until then.
  public let changesAt: Instant?
  /// Its operands.
  public let parts: [AlarmExplanation]
}

extension AlarmExplanation {
  /// Each part on a line: the value, the expression indented by its depth, and when it is due.
  ///
  /// - Parameter now: Instants are given as the time from here.
  public func lines(at now: Instant) -> [String] {
    let due = changesAt.map { "   changes in \(RuleDuration.rough(now.duration(to: $0).wholeNanoseconds))" } ?? ""
    let mark = state.rawValue + String(repeating: " ", count: 9 - state.rawValue.count)
    return ["\(mark)\(expression)\(due)"]
      + parts.flatMap { $0.lines(at: now) }.map { line in
        String(line.prefix(9)) + "  " + String(line.dropFirst(9))
      }
  }
}
