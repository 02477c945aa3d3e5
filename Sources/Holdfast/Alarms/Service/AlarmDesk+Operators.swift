/// What people do about alarms; each is kept with who did it.
extension AlarmDesk {
  mutating func acknowledge(_ id: AlarmID, _ acknowledgement: Acknowledgement) throws(AlarmError) {
    let incident = book.incidents[id]
    try book.acknowledge(id, acknowledgement)
    note(
      id, AlarmNote(.acknowledged, by: acknowledgement.by, acknowledgement.note, incident: incident?.id),
      at: acknowledgement.at)
  }

  mutating func unacknowledge(_ id: AlarmID, by actor: String, at time: AlarmTime) throws(AlarmError) {
    try book.unacknowledge(id)
    note(id, AlarmNote(.unacknowledged, by: actor), at: time.wallTime)
  }

  mutating func add(_ mute: AlarmMute, at time: AlarmTime) throws(AlarmError) {
    try book.add(mute, at: time.wallTime)
    note(mute, mute.kind == .shelf ? .shelved : .maintenancePlanned, by: mute.by, at: time.wallTime)
  }

  mutating func removeMute(
    _ kind: AlarmMute.Kind, _ name: String, by actor: String, at time: AlarmTime
  ) throws(AlarmError) {
    let mute = book.mutes["\(kind.rawValue)/\(name)"]
    try book.remove(kind, name, at: time.wallTime)
    if let mute { noteEnd(of: mute, by: actor, at: time.wallTime) }
  }

  /// - Parameter actor: Who ended it; nil when it ended by itself.
  mutating func noteEnd(of mute: AlarmMute, by actor: String?, at time: WallTime) {
    note(mute, mute.kind == .shelf ? .unshelved : .maintenanceEnded, by: actor, at: time)
  }

  /// In the history of what each of its patterns names.
  private mutating func note(_ mute: AlarmMute, _ kind: AlarmNote.Kind, by actor: String?, at time: WallTime) {
    let words = [mute.kind == .maintenance ? mute.name : nil, mute.note].compactMap(\.self).joined(separator: ": ")
    for pattern in mute.patterns {
      let note = AlarmNote(kind, by: actor, words.isEmpty ? nil : words)
      write.note(.alarms, pattern.description, at: time, note)
    }
  }

  mutating func runRemedy(_ id: AlarmID, by actor: String, at time: AlarmTime) throws(AlarmError) {
    let effects = try remedies.runNow(id, at: time.instant)
    note(id, AlarmNote(.remedyWanted, by: actor), at: time.wallTime)
    obey(effects, at: time)
  }
}

extension AlarmDesk {
  mutating func ended(_ ticket: UInt64, _ outcome: RemedyOutcome, at time: AlarmTime) {
    obey(remedies.ended(ticket: ticket, outcome, at: time.instant), at: time)
  }
}

/// What the service says of its own store.
extension AlarmDesk {
  mutating func storeFailed(_ error: StoreError, at time: AlarmTime) {
    report { engine throws(AlarmError) in
      try engine.set(.storeUnavailable, "\(error)", severity: .critical, at: time)
    }
  }

  mutating func storeRecovered(at time: AlarmTime) {
    report { engine throws(AlarmError) in try engine.clear(.storeUnavailable, at: time) }
  }
}

extension AlarmID {
  static let storeUnavailable = AlarmID(checked: "store.unavailable")
}

/// What handlers say of the messages that they send.
extension AlarmDesk {
  mutating func delivered(_ route: String, at time: AlarmTime) {
    failedDeliveries[route] = nil
    guard engine.state(of: .failing(route)) == .set else { return }
    report { engine throws(AlarmError) in try engine.clear(.failing(route), at: time) }
  }

  mutating func notDelivered(_ route: String, _ reason: String, at time: AlarmTime) {
    let count = failedDeliveries[route, default: 0] + 1
    failedDeliveries[route] = count
    guard count == configuration.failuresUntilFailing else { return }
    report { engine throws(AlarmError) in
      try engine.set(
        .failing(route), "\(count) attempts failed in a row, the last: \(reason)", severity: .error, at: time)
    }
  }
}
