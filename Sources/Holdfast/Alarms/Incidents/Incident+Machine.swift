/// What happens to an incident. It holds no clock; each event brings the time.
extension Incident {
  /// The alarm was raised again, while the incident was latched.
  mutating func raisedAgain(_ event: AlarmEvent, _ causes: [IncidentCause]) {
    state = .open
    cleared = nil
    raises += 1
    self.causes = causes
    note(event)
  }

  /// Something about the set alarm changed.
  mutating func changed(_ event: AlarmEvent) {
    if acknowledgement?.scope == .untilChange { acknowledgement = nil }
    note(event)
  }

  /// The alarm is no longer set.
  mutating func cleared(at time: WallTime) {
    cleared = time
    guard latches, acknowledgement == nil else { return close(at: time) }
    state = .latched
  }

  /// Somebody has taken notice.
  mutating func acknowledged(_ acknowledgement: Acknowledgement) {
    self.acknowledgement = acknowledgement
    if state == .latched { close(at: acknowledgement.at) }
  }

  mutating func unacknowledged() {
    acknowledgement = nil
  }

  /// The alarm is not to latch any more.
  mutating func released(at time: WallTime) {
    latches = false
    if state == .latched { close(at: time) }
  }

  mutating func began(_ attempt: IncidentAttempt) {
    attempts.append(attempt)
    if attempts.count > Self.mostAttempts { attempts.removeFirst() }
  }

  mutating func ended(run: UInt64, _ outcome: RemedyOutcome, at time: WallTime) {
    guard let index = attempts.lastIndex(where: { $0.run == run && $0.outcome == nil }) else { return }
    attempts[index].ended = time
    attempts[index].outcome = outcome
  }

  private mutating func close(at time: WallTime) {
    state = .closed
    closed = time
  }

  private mutating func note(_ event: AlarmEvent) {
    severity = max(severity, event.severity)
    description = event.description
  }
}
