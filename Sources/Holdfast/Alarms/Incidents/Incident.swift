/// One span of trouble with one alarm: from its raise until it is over, with why, what was done, and who knows of it.
///
/// ```
/// (none) ──raised──▶ open ──cleared──▶ closed
///                     ▲ │cleared, latching, nobody has acknowledged it
///               raised│ ▼
///                    latched ──acknowledged──▶ closed
/// ```
///
/// An alarm that is raised again after it was closed begins another incident; one that is raised while it is latched
/// goes on with the same one.
public struct Incident: Sendable, Hashable, Codable, Identifiable {
  /// What it is doing.
  public enum State: String, Sendable, Hashable, Codable, CaseIterable {
    /// The alarm is set. Exits: latched, closed.
    case open
    /// The alarm is clear, but stays in sight until somebody has acknowledged it. Exits: open, closed.
    case latched
    /// It is over. No exit.
    case closed
  }

  /// Names it in the whole store; grows with time.
  public let id: Int64
  /// The alarm.
  public let alarm: AlarmID
  /// What it is doing.
  public internal(set) var state = State.open
  /// The worst severity that it has had.
  public internal(set) var severity: AlarmSeverity
  /// What the alarm was set with last.
  public internal(set) var description: String?
  /// When it began.
  public let raised: WallTime
  /// When the alarm cleared last; nil while it is set.
  public internal(set) var cleared: WallTime?
  /// When it was over.
  public internal(set) var closed: WallTime?
  /// How often the alarm was raised within it, ≥ 1.
  public internal(set) var raises = 1
  /// What set the alarm, nearest first; empty for one that was reported.
  public internal(set) var causes: [IncidentCause]
  /// Who has taken notice.
  public internal(set) var acknowledgement: Acknowledgement?
  /// What the remedy did, newest last; at most 50.
  public internal(set) var attempts: [IncidentAttempt] = []
  /// Whether the remedy's attempts are used up.
  public internal(set) var isExhausted = false
  /// Whether it waits for somebody to take notice, although the alarm may be clear again.
  public internal(set) var latches: Bool

  static let mostAttempts = 50
}

/// An alarm behind a derived one, at the moment when that was raised.
public struct IncidentCause: Sendable, Hashable, Codable {
  /// 1 for what the alarm's own rule looks at, one more for each rule below that.
  public let depth: Int
  /// The alarm.
  public let alarm: AlarmID
  /// Its state.
  public let state: AlarmState
  /// What it was set with.
  public let description: String?
  /// Its own incident, if it had one.
  public let incident: Int64?
  /// The rule through which it had its effect, as it is written.
  public let rule: String
}

/// One run of a remedy, as the incident keeps it.
public struct IncidentAttempt: Sendable, Hashable, Codable {
  /// Which run of the remedy this is, over all incidents.
  public let run: UInt64
  /// Which attempt this is within the incident, from 1.
  public let number: Int
  /// When it began.
  public let started: WallTime
  /// When it ended; nil while it goes on.
  public internal(set) var ended: WallTime?
  /// How it ended.
  public internal(set) var outcome: RemedyOutcome?
  /// Whether it was only said that it would have been started.
  public let isDryRun: Bool
}

/// Somebody has taken notice: nothing more is sent about the incident while this lasts.
public struct Acknowledgement: Sendable, Hashable, Codable {
  /// Until when it holds.
  public enum Scope: String, Sendable, Hashable, Codable, CaseIterable {
    /// Until the alarm clears; the default.
    case untilClear
    /// Until anything about the alarm changes: its severity, its description, its state.
    case untilChange
  }

  /// Who.
  public let by: String
  /// When.
  public let at: WallTime
  /// In their words.
  public let note: String?
  /// Until when it holds.
  public let scope: Scope
  /// When it ends in any case; nil for no such time.
  public let until: WallTime?
}
