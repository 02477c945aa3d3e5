extension AlarmEngine {
  /// Sets an alarm, with what is to be said about it (AL2, AL3).
  ///
  /// Setting one that is set changes its description and its severity, if they differ, and runs no rule.
  ///
  /// A severity of nil keeps what it has; ``AlarmSeverity/warning`` for a new one. An override wins.
  ///
  /// - Throws: ``AlarmError/Code/derived`` when a rule decides, ``AlarmError/Code/limitReached`` for one alarm too many.
  public mutating func set(
    _ id: AlarmID, _ description: String? = nil, severity: AlarmSeverity? = nil, at time: AlarmTime
  ) throws(AlarmError) {
    let slot = try reportedSlot(id)
    let instant = begin(time)
    if let severity { change(slot, at: instant) { $0.ownSeverity = severity } }
    if alarms[slot].state == .set {
      update(slot, description, at: instant)
    } else {
      enter(.set, slot, description, at: instant)
    }
    runPass(at: instant)
  }

  /// Clears an alarm; one that was never set becomes known to be clear (AL4).
  ///
  /// - Throws: As ``set(_:_:severity:at:)``.
  public mutating func clear(_ id: AlarmID, at time: AlarmTime) throws(AlarmError) {
    let slot = try reportedSlot(id)
    let instant = begin(time)
    if alarms[slot].state != .clear { enter(.clear, slot, nil, at: instant) }
    runPass(at: instant)
  }

  /// Makes an alarm unknown again, as though it had never been reported; one that is not known is left alone.
  ///
  /// - Throws: ``AlarmError/Code/derived`` when a rule decides: unregister the rule instead.
  public mutating func forget(_ id: AlarmID, at time: AlarmTime) throws(AlarmError) {
    guard let slot = alarms.slot(of: id) else { return }
    try checkReported(slot)
    let instant = begin(time)
    if alarms[slot].state != .unknown { enter(.unknown, slot, nil, at: instant) }
    runPass(at: instant)
    dropIfIdle(slot)
  }

  /// Overrides the severity of an alarm, known or not, from now on; nil ends that (AL6).
  public mutating func overrideSeverity(
    _ severity: AlarmSeverity?, of id: AlarmID, at time: AlarmTime
  ) throws(AlarmError) {
    let slot = try slot(for: id)
    let instant = begin(time)
    change(slot, at: instant) { $0.override = severity }
    note(slot)
    runPass(at: instant)
    dropIfIdle(slot)
  }

  /// Lets time pass: everything that is due by then happens, each at its own instant.
  public mutating func advance(to time: AlarmTime) {
    let instant = begin(time)
    runPass(at: instant)
  }

  private mutating func reportedSlot(_ id: AlarmID) throws(AlarmError) -> Int32 {
    let slot = try slot(for: id)
    try checkReported(slot)
    return slot
  }

  private func checkReported(_ slot: Int32) throws(AlarmError) {
    guard alarms[slot].isDerived else { return }
    throw AlarmError(
      .derived, alarms[slot].id.description, "follows from a rule; report what the rule looks at, or unregister it")
  }

  mutating func slot(for id: AlarmID) throws(AlarmError) -> Int32 {
    if let slot = alarms.slot(of: id) { return slot }
    guard alarms.count < limits.alarms else {
      throw AlarmError(
        .limitReached, id.description, "would be one more than \(limits.alarms) alarms; forget some, or raise the limit"
      )
    }
    return alarms.add(id)
  }
}
