/// What is stored of one alarm, so that another run of the process goes on where this one stopped (AL43).
///
/// Instants are kept as the wall clock's reading in nanoseconds since 1970, because monotonic clocks mean nothing to
/// another run: whatever waits goes on by the wall time that has passed meanwhile.
public struct AlarmRecord: Codable, Sendable, Hashable {
  /// The alarm.
  public let id: AlarmID
  let state: AlarmState
  let description: String?
  let severity: AlarmSeverity
  let override: AlarmSeverity?
  let since: Int64?
  let rule: Rule?

  struct Rule: Codable, Sendable, Hashable {
    let when: AlarmExpression
    let description: String?
    /// The operators that remember something, operands first.
    let operators: [Memory]
  }

  struct Memory: Codable, Sendable, Hashable {
    let input: UInt8
    let output: UInt8
    let since: Int64
    /// An instant, or the slots of flapping.
    let mark: Int64?
    let due: Int64?
    /// Starts and ends in turn.
    let runs: [Int64]?
  }
}

/// What has to be stored since the last time.
public struct AlarmChanges: Sendable, Hashable {
  /// Records to write, replacing those of the same ids.
  public let saved: [AlarmRecord]
  /// Alarms whose records are to be deleted.
  public let removed: [AlarmID]

  /// Whether there is nothing to store.
  public var isEmpty: Bool { saved.isEmpty && removed.isEmpty }
}
