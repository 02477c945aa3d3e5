import Synchronization

/// Changing what the service does while it runs, and asking about rules.
///
/// - Throws: ``AlarmError``, as the calls that report do, and whatever does not fit; nothing has changed then.
extension Alarms {
  /// Puts a configuration in the place of the one before, as the complete set; it holds for later runs, too.
  ///
  /// Rules that stay keep what they remember; remedies get their new options (RM8), those that are gone are stopped (RM9).
  public func configure(_ configuration: AlarmConfiguration) async throws(AlarmError) {
    try await change(nil) { desk, time throws(AlarmError) in
      try desk.configure(configuration, at: time)
    }
  }

  /// Adds a rule, or replaces the one of the same id (AL30), until the service is made anew.
  public func register(_ rule: AlarmRule) async throws(AlarmError) {
    try await change(nil) { desk, time throws(AlarmError) in try desk.register(rule, at: time) }
  }

  /// Removes a rule and its remedy: its alarm is unknown from now on.
  ///
  /// - Returns: Whether there was one.
  @discardableResult
  public func unregister(_ id: AlarmID) async throws(AlarmError) -> Bool {
    try await change(id) { desk, time throws(AlarmError) in try desk.unregister(id, at: time) }
  }

  /// The value of each part of an alarm's rule now; nil when it has none.
  public func explanation(of id: AlarmID) async throws(AlarmError) -> AlarmExplanation? {
    try await look { $0.engine.explanation(of: id) }
  }

  /// The rule that an alarm follows from; nil when there is none.
  public func rule(of id: AlarmID) async throws(AlarmError) -> AlarmRule? {
    try await look { $0.engine.rule(of: id) }
  }

  /// Alarms that rules look at and that nobody has ever reported: slips of the pen, perhaps (AL7).
  public func neverReported() async throws(AlarmError) -> [AlarmID] {
    try await look { $0.engine.neverReported }
  }

  /// The mutes in force or to come, by kind and name.
  public func mutes() async throws(AlarmError) -> [AlarmMute] {
    try await look { $0.book.mutes.values.filter { $0.isSpent != true }.sorted { $0.key < $1.key } }
  }

  /// Every remedy, by its alarm.
  public func remedies() async throws(AlarmError) -> [RemedyStatus] {
    let clock = store.clock
    return try await look { desk in
      desk.remedies.alarms.sorted().compactMap { RemedyStatus($0, in: desk, now: AlarmTime(of: clock)) }
    }
  }

  private func look<Value: Sendable>(_ body: (borrowing AlarmDesk) -> Value) async throws(AlarmError) -> Value {
    let node = try await node(for: "")
    return node.state.withLock { body($0.desk) }
  }
}

/// What a remedy is doing.
public struct RemedyStatus: Sendable, Hashable {
  /// Its alarm.
  public let alarm: AlarmID
  /// What it does, in words.
  public let words: String
  /// What it is doing.
  public let state: RemedyState
  /// Attempts of the present incident.
  public let attempts: Int
  /// Whether they are used up.
  public let isExhausted: Bool
  /// When it acts next: the next run begins, or the present one is stopped; nil for never.
  public let next: WallTime?

  init?(_ id: AlarmID, in desk: AlarmDesk, now: AlarmTime) {
    guard let machine = desk.remedies[id] else { return nil }
    alarm = id
    words = desk.remedyTable[id]?.words ?? ""
    state = machine.state
    attempts = machine.attempts
    isExhausted = machine.isExhausted
    next = machine.nextWakeUp.map { now.wallTime.advanced(by: now.instant.duration(to: $0)) }
  }
}
