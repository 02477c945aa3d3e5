/// Something that happened to an alarm, for its history.
public struct AlarmNote: Sendable, Hashable, Codable {
  /// What can happen.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// What ``AlarmEvent/Kind`` says.
    case raised, cleared, updated, levelChanged, forgotten
    /// Somebody took notice of the incident, or took that back.
    case acknowledged, unacknowledged
    /// Somebody put alarms of a pattern aside; took them back, or the shelf ended by itself.
    case shelved, unshelved
    /// Somebody planned work during which alarms of a pattern are quiet; ended it, or it ended by itself.
    case maintenancePlanned, maintenanceEnded
    /// It was latched and somebody took notice, or it need not latch any more: the incident is over.
    case released
    /// A remedy began, ended, only said that it would begin, or has used up its attempts.
    case remedyStarted, remedyEnded, remedyWouldStart, remedyExhausted
    /// Somebody wanted the next run of the remedy now.
    case remedyWanted
  }

  /// What happened.
  public let kind: Kind
  /// Who did it; nil for what happened by itself.
  public var by: String?
  /// What the alarm was set with, or why.
  public var text: String?
  /// The severity at the time.
  public var severity: AlarmSeverity?
  /// The incident that it belongs to.
  public var incident: Int64?
  /// The run of the remedy.
  public var run: UInt64?

  init(
    _ kind: Kind, by actor: String? = nil, _ text: String? = nil, severity: AlarmSeverity? = nil,
    incident: Int64? = nil, run: UInt64? = nil
  ) {
    self.kind = kind
    self.by = actor
    self.text = text
    self.severity = severity
    self.incident = incident
    self.run = run
  }
}

/// An entry of the history, as it is stored.
public struct AlarmHistoryEntry: Sendable, Hashable {
  /// Its place in all journals of the store; only grows.
  public let number: Int64
  /// When.
  public let at: WallTime
  /// Of which alarm, or of which pattern; shortened with a hash when its text is longer than 512 bytes.
  public let alarm: String
  /// What happened.
  public let note: AlarmNote
}
