/// What people do about alarms. Each call returns when it is stored, and is kept with who did it.
///
/// - Throws: ``AlarmError``, as the calls that report do; `notFound` when there is nothing to act on.
extension Alarms {
  /// Takes notice of an alarm's incident: nothing more is sent about it, and it stays listed (AL40).
  ///
  /// It ends when the alarm clears; the next raise is another incident. An incident that only waits for this, because
  /// its alarm latches, is over with it.
  ///
  /// - Parameters:
  ///   - id: The alarm.
  ///   - actor: Who.
  ///   - note: In their words.
  ///   - scope: Whether a change of the set alarm ends it, too. Default not.
  ///   - duration: When it ends in any case, > 0; default never.
  public func acknowledge(
    _ id: AlarmID, by actor: String, note: String? = nil, _ scope: Acknowledgement.Scope = .untilClear,
    for duration: Duration? = nil
  ) async throws(AlarmError) {
    try await change(id) { desk, time throws(AlarmError) in
      let now = time.wallTime
      try desk.acknowledge(
        id,
        Acknowledgement(by: actor, at: now, note: note, scope: scope, until: duration.map { now.advanced(by: $0) }))
    }
  }

  /// Takes that back.
  public func unacknowledge(_ id: AlarmID, by actor: String) async throws(AlarmError) {
    try await change(id) { desk, time throws(AlarmError) in try desk.unacknowledge(id, by: actor, at: time) }
  }

  /// Puts alarms aside for a time: nothing is sent about them; those still set when it ends are told once (AL41).
  ///
  /// - Parameters:
  ///   - pattern: Which. Another shelf for the same pattern replaces it.
  ///   - duration: For how long, > 0; nil until ``unshelve(_:by:)``.
  ///   - actor: Who.
  ///   - note: Why, in their words.
  ///   - expiresOnClear: Whether it ends when its alarms have cleared and stayed so for 60 s. Default not.
  ///   - pausesRemedies: Whether their remedies wait, too. Default not.
  public func shelve(
    _ pattern: AlarmPattern, for duration: Duration?, by actor: String, note: String? = nil,
    expiresOnClear: Bool = false, pausesRemedies: Bool = false
  ) async throws(AlarmError) {
    try await change(nil) { desk, time throws(AlarmError) in
      let now = time.wallTime
      let mute = AlarmMute(
        kind: .shelf, name: pattern.description, patterns: [pattern], from: now,
        until: duration.map { now.advanced(by: $0) }, by: actor, note: note, expiresOnClear: expiresOnClear,
        pausesRemedies: pausesRemedies)
      try desk.add(mute, at: time)
    }
  }

  /// Takes alarms from the shelf.
  public func unshelve(_ pattern: AlarmPattern, by actor: String) async throws(AlarmError) {
    try await change(nil) { desk, time throws(AlarmError) in
      try desk.removeMute(.shelf, pattern.description, by: actor, at: time)
    }
  }

  /// Plans work during which alarms are quiet.
  ///
  /// - Parameters:
  ///   - name: Names it; another of the same name replaces it. 1 to 128 bytes without control
  ///     characters.
  ///   - patterns: Which alarms.
  ///   - start: When it begins; one that has passed means at once.
  ///   - end: When it ends, after its start and not yet passed.
  ///   - actor: Who.
  ///   - note: Why, in their words.
  ///   - pausesRemedies: Whether their remedies wait, too. Default they do.
  public func planMaintenance(
    _ name: String, of patterns: [AlarmPattern], from start: WallTime, until end: WallTime, by actor: String,
    note: String? = nil, pausesRemedies: Bool = true
  ) async throws(AlarmError) {
    do throws(JobRefused) { try JobRefused.check(name: name, as: "its name") } catch {
      throw AlarmError(.invalidMute, name, "\(error.field) \(error.reason)")
    }
    guard !patterns.isEmpty else { throw AlarmError(.invalidMute, name, "needs at least one pattern") }
    try await change(nil) { desk, time throws(AlarmError) in
      let mute = AlarmMute(
        kind: .maintenance, name: name, patterns: patterns, from: start, until: end, by: actor, note: note,
        expiresOnClear: false, pausesRemedies: pausesRemedies)
      try desk.add(mute, at: time)
    }
  }

  /// Ends planned work, or calls it off.
  public func endMaintenance(_ name: String, by actor: String) async throws(AlarmError) {
    try await change(nil) { desk, time throws(AlarmError) in
      try desk.removeMute(.maintenance, name, by: actor, at: time)
    }
  }

  /// Begins the next run of a remedy now, also of one that has used up its attempts.
  public func runRemedy(of id: AlarmID, by actor: String) async throws(AlarmError) {
    try await change(id) { desk, time throws(AlarmError) in try desk.runRemedy(id, by: actor, at: time) }
  }
}
