/// Every incident that is not over, and what keeps alarms quiet: a pure value. Time passes through ``advance(to:)``.
struct IncidentBook: Sendable {
  /// More mutes are refused.
  static let mostMutes = 10_000

  private(set) var incidents: [AlarmID: Incident] = [:]
  private(set) var mutes: [String: AlarmMute] = [:]
  private var inhibitions: [AlarmInhibition] = []
  /// For each inhibition the alarms that are set and make it hold.
  private var sources: [Set<AlarmID>] = []
  private var latching: [AlarmPattern] = []
  var windows: [String: MaintenanceWindow] = [:]
  /// The alarms that are set.
  private var raised: Set<AlarmID> = []
  private var lastID: Int64 = 0

  /// What changed since the last time: incidents to store, closed ones included, mutes to store or delete, those of them
  /// that have ended by themselves, and alarms whose standing may be another.
  struct Changes {
    var incidents: [AlarmID: Incident] = [:]
    var mutes: [String: AlarmMute?] = [:]
    var ended: [AlarmMute] = []
    var restless: Set<AlarmID> = []
  }

  private var changes = Changes()

  mutating func takeChanges() -> Changes {
    defer { changes = Changes() }
    return changes
  }

  /// When ``advance(to:)`` is to be called next; nil for never.
  private(set) var nextWakeUp: WallTime?
}

// MARK: - Alarms

extension IncidentBook {
  /// Something changed about an alarm.
  ///
  /// - Parameter causes: What set it, for its incident.
  mutating func hear(_ event: AlarmEvent, causes: [IncidentCause] = []) {
    let time = WallTime(event.wall)
    switch event.kind {
    case .raised: raise(event, at: time, causes)
    case .updated, .levelChanged: update(event.id) { $0.changed(event) }
    case .cleared, .forgotten: clear(event.id, at: time)
    }
    changes.restless.insert(event.id)
    let isSet = event.state == .set
    guard isSet ? raised.insert(event.id).inserted : raised.remove(event.id) != nil else { return }
    noteQuiet(event.id, isSet, at: time)
    noteSource(event.id, isSet)
  }

  private mutating func raise(_ event: AlarmEvent, at time: WallTime, _ causes: [IncidentCause]) {
    if incidents[event.id] != nil { return update(event.id) { $0.raisedAgain(event, causes) } }
    lastID = max(lastID + 1, time.microseconds)
    let incident = Incident(
      id: lastID, alarm: event.id, severity: event.severity, description: event.description, raised: time,
      causes: causes, latches: latching.contains { $0.matches(event.id) })
    incidents[event.id] = incident
    changes.incidents[event.id] = incident
  }

  private mutating func clear(_ id: AlarmID, at time: WallTime) {
    update(id) { if $0.state == .open { $0.cleared(at: time) } }
  }

  /// Changes an incident; one that is over is forgotten here.
  mutating func update(_ id: AlarmID, _ change: (inout Incident) -> Void) {
    guard var incident = incidents[id] else { return }
    change(&incident)
    guard incident != incidents[id] else { return }
    incidents[id] = incident.state == .closed ? nil : incident
    changes.incidents[id] = incident
    changes.restless.insert(id)
    if let until = incident.acknowledgement?.until { wake(at: until) }
  }

  /// A mute that expires on clear counts from when the last of its alarms cleared.
  private mutating func noteQuiet(_ id: AlarmID, _ isSet: Bool, at time: WallTime) {
    for (key, mute) in mutes where mute.expiresOnClear && mute.matches(id) {
      let since = isSet || raised.contains(where: mute.matches) ? nil : time
      guard since != mute.quietSince else { continue }
      mutes[key]?.quietSince = since
      changes.mutes[key] = mutes[key]
      if let end = mutes[key]?.end { wake(at: end) }
    }
  }

  private mutating func noteSource(_ id: AlarmID, _ isSet: Bool) {
    for index in inhibitions.indices where inhibitions[index].source.matches(id) {
      if isSet { sources[index].insert(id) } else { sources[index].remove(id) }
      disturb { [inhibitions] in inhibitions[index].target.matches($0) }
    }
  }

  /// The standing of every alarm with an incident that matches may be another.
  private mutating func disturb(_ matches: (AlarmID) -> Bool) {
    for id in incidents.keys where matches(id) { changes.restless.insert(id) }
  }
}

// MARK: - Operators

extension IncidentBook {
  mutating func acknowledge(_ id: AlarmID, _ acknowledgement: Acknowledgement) throws(AlarmError) {
    guard incidents[id] != nil else {
      throw AlarmError(.notFound, id.description, "has no open incident; there is nothing to acknowledge")
    }
    update(id) { $0.acknowledged(acknowledgement) }
  }

  mutating func unacknowledge(_ id: AlarmID) throws(AlarmError) {
    guard incidents[id]?.acknowledgement != nil else {
      throw AlarmError(.notFound, id.description, "is not acknowledged")
    }
    update(id) { $0.unacknowledged() }
  }

  /// Adds a mute, or replaces the one of the same kind and name.
  mutating func add(_ mute: AlarmMute, at time: WallTime) throws(AlarmError) {
    if let until = mute.until, until <= max(time, mute.from) {
      throw AlarmError(.invalidMute, mute.name, "ends before it begins; give a later end")
    }
    guard mutes[mute.key] != nil || mutes.count < Self.mostMutes else {
      throw AlarmError(.limitReached, mute.name, "would be one more than \(Self.mostMutes) mutes; end some")
    }
    var mute = mute
    mute.resumes = mutes[mute.key].flatMap { $0.isSpent == true ? $0.until : $0.recurs == true ? $0.from : $0.resumes }
    keep(mute, at: time)
  }

  mutating func keep(_ mute: AlarmMute, at time: WallTime) {
    mutes[mute.key] = mute
    changes.mutes[mute.key] = mute
    disturb(mute.matches)
    if mute.from > time { wake(at: mute.from) }
    if let end = mute.end { wake(at: end) }
  }

  mutating func remove(_ kind: AlarmMute.Kind, _ name: String, at time: WallTime) throws(AlarmError) {
    guard let mute = mutes["\(kind.rawValue)/\(name)"], mute.isSpent != true else {
      throw AlarmError(.notFound, name, "is no \(kind.rawValue) in force or to come")
    }
    end(mute)
    planNext(after: mute, at: time)
    spend(mute, at: time)
  }

  mutating func end(_ mute: AlarmMute) {
    mutes[mute.key] = nil
    changes.mutes[mute.key] = .some(nil)
    disturb(mute.matches)
  }

  /// Puts these in the place of those before.
  mutating func configure(_ inhibitions: [AlarmInhibition], latching: [AlarmPattern], at time: WallTime) {
    self.inhibitions = inhibitions
    sources = inhibitions.map { inhibition in raised.filter(inhibition.source.matches) }
    self.latching = latching
    for id in incidents.keys {
      let latches = latching.contains { $0.matches(id) }
      update(id) { if latches { $0.latches = true } else { $0.released(at: time) } }
    }
    disturb { _ in true }
  }
}

// MARK: - Time

extension IncidentBook {
  /// Lets time pass: mutes begin and end, acknowledgements end.
  mutating func advance(to time: WallTime) {
    guard let due = nextWakeUp, due <= time else { return }
    nextWakeUp = nil
    for mute in mutes.values.sorted(by: { $0.key < $1.key }) {
      if mute.isOver(at: time) {
        end(mute)
        if mute.isSpent != true { changes.ended.append(mute) }
        planNext(after: mute, at: time)
      } else {
        disturb(mute.matches)
        for next in [mute.from, mute.end].compactMap(\.self) where next > time { wake(at: next) }
      }
    }
    for (id, incident) in incidents {
      guard let until = incident.acknowledgement?.until else { continue }
      if until <= time { update(id) { $0.unacknowledged() } } else { wake(at: until) }
    }
  }

  private mutating func wake(at time: WallTime) {
    nextWakeUp = min(nextWakeUp ?? time, time)
  }

  /// Why nothing is sent about an alarm, if so.
  func standing(of id: AlarmID, at time: WallTime) -> AlarmStanding {
    var standing = AlarmStanding()
    if let incident = incidents[id] {
      standing.acknowledgement = incident.acknowledgement
      standing.isLatched = incident.state == .latched
    }
    for mute in mutes.values where mute.isInForce(at: time) && mute.matches(id) {
      switch mute.kind {
      case .shelf: standing.shelf = mute
      case .maintenance: standing.maintenance = mute
      }
      if mute.pausesRemedies { standing.remediesPaused = true }
    }
    for index in inhibitions.indices where inhibitions[index].target.matches(id) {
      guard let source = sources[index].filter({ $0 != id }).min() else { continue }
      standing.inhibitedBy = standing.inhibitedBy ?? source
      if inhibitions[index].pausesRemedies { standing.remediesPaused = true }
    }
    return standing
  }
}

// MARK: - Restoring

extension IncidentBook {
  /// A book that goes on from what was stored.
  init(restoring incidents: [Incident], mutes: [AlarmMute], raised: some Sequence<AlarmID>) {
    for incident in incidents where incident.state != .closed { self.incidents[incident.alarm] = incident }
    for mute in mutes { self.mutes[mute.key] = mute }
    self.raised = Set(raised)
    lastID = incidents.map(\.id).max() ?? 0
    // Looks at everything once.
    nextWakeUp = .distantPast
  }
}
