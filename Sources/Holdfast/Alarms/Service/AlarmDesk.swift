#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Everything that the alarms service decides, as a pure value: what is reported and asked goes in with the time, what to
/// publish, to start and to store comes out.
///
/// The engine says what changes; incidents, remedies and notifications follow from its events, in this order, within the
/// same pass. A driver changes something, calls ``settle(at:)``, and takes what came of it.
struct AlarmDesk: Sendable {
  /// What came of a pass.
  struct Outcome: Sendable {
    /// In order.
    var events: [AlarmEvent] = []
    /// What can be read from now on; nil for what nobody knows any more.
    var views: [AlarmID: AlarmView?] = [:]
    /// What remedies are to do, in order.
    var effects: [RemedyBook.Effect] = []
  }

  private static let mostRounds = 1000

  var engine: AlarmEngine
  var book: IncidentBook
  var remedies: RemedyBook
  var planner: NotificationPlanner
  /// Failed attempts in a row, by route.
  var failedDeliveries: [String: Int] = [:]
  private(set) var configuration = AlarmConfiguration()
  /// Whether that is what it was given: a run may begin with one that does not fit any more.
  private(set) var isConfigured = false
  private(set) var remedyTable: [AlarmID: Remedy] = [:]
  var outcome = Outcome()
  var write = AlarmWrite()
  /// Who has just changed an alarm, until the pass has settled.
  var reporter: (alarm: AlarmID, actor: String)?

  init(
    engine: AlarmEngine = AlarmEngine(), book: IncidentBook = IncidentBook(),
    planner: NotificationPlanner = NotificationPlanner(), remedies: RemedyBook = RemedyBook()
  ) {
    self.engine = engine
    self.book = book
    self.planner = planner
    self.remedies = remedies
  }

  /// When ``advance(to:)`` is to be called next, unless something else happens first; nil for never.
  mutating func nextWakeUp(at time: AlarmTime) -> Instant? {
    let wall = [book.nextWakeUp, planner.nextWakeUp].compactMap(\.self).min()
    return [engine.nextWakeUp, remedies.nextWakeUp, wall.map { time.instant(of: $0) }].compactMap(\.self).min()
  }

  /// Lets time pass.
  mutating func advance(to time: AlarmTime) {
    engine.advance(to: time)
    book.advance(to: time.wallTime)
    obey(remedies.advance(to: time.instant), at: time)
  }

  mutating func takeOutcome() -> Outcome {
    defer { outcome = Outcome() }
    return outcome
  }
}

// MARK: - What follows

extension AlarmDesk {
  /// Brings everything up to what the engine says, until nothing more follows.
  mutating func settle(at time: AlarmTime) {
    advance(to: time)
    // A rule about its own remedy could go round for ever; what is left then follows in the next pass.
    for _ in 0..<Self.mostRounds {
      let events = engine.takeEvents()
      for event in events { hear(event) }
      let changes = book.takeChanges()
      keep(changes)
      for id in changes.restless { reconsider(id, at: time) }
      if events.isEmpty, changes.restless.isEmpty { break }
    }
    for message in planner.advance(to: time.wallTime) {
      let target = planner.target(of: message.route)
      let draft = target.flatMap { message.draft(for: $0, queue: configuration.notificationQueue) }
      if let draft { write.enqueue(draft) }
    }
    for (key, group) in planner.takeChanges() { write.put(.notifications, key.text, group) }
    reporter = nil
  }

  private mutating func hear(_ event: AlarmEvent) {
    outcome.events.append(event)
    book.hear(event, causes: event.kind == .raised ? Self.causes(of: event.id, engine, book.incidents) : [])
    let note = AlarmNote(
      AlarmNote.Kind(event.kind), by: reporter?.alarm == event.id ? reporter?.actor : nil, event.description,
      severity: event.severity, incident: book.incidents[event.id]?.id)
    write.note(.alarms, event.id.description, at: WallTime(event.wall), note)
  }

  private mutating func keep(_ changes: IncidentBook.Changes) {
    for (id, incident) in changes.incidents {
      let isClosed = incident.state == .closed
      write.put(.incidents, id.description, isClosed ? nil : incident)
      if isClosed { write.note(.incidents, id.description, at: incident.closed ?? incident.raised, incident) }
    }
    for (key, mute) in changes.mutes { write.put(.mutes, key, mute) }
    for mute in changes.ended { noteEnd(of: mute, by: nil, at: mute.end ?? mute.from) }
  }

  /// An alarm's state, or what keeps it quiet, may be another.
  private mutating func reconsider(_ id: AlarmID, at time: AlarmTime) {
    let standing = book.standing(of: id, at: time.wallTime)
    obey(remedies.hear(id, isRaised: isToBeRepaired(id, at: time), at: time.instant), at: time)
    let status = engine.status(of: id)
    let incident = book.incidents[id]
    let isSet = status?.state == .set
    planner.hear(
      NotificationPlanner.Subject(
        alarm: id, incident: incident?.id ?? 0, severity: status?.severity ?? .debug,
        description: status?.description, since: incident?.raised ?? time.wallTime, isSet: isSet,
        isQuiet: isSet ? standing.isQuiet : standing.isMuted),
      at: time.wallTime)
    let isForgotten = incident == nil && status?.state ?? .unknown == .unknown
    outcome.views[id] = .some(
      isForgotten ? nil : status.map { AlarmView(status: $0, standing: standing, incident: incident) })
  }

  /// Notes what remedies are to do; those that gave up have an alarm of their own.
  mutating func obey(_ effects: [RemedyBook.Effect], at time: AlarmTime) {
    for effect in effects {
      outcome.effects.append(effect)
      record(effect, at: time)
      switch effect {
      case .exhausted(let id, let attempts):
        let words = "the remedy of \(id) did not help in \(attempts) attempt\(attempts == 1 ? "" : "s")"
        let severity = engine.status(of: id)?.severity
        report { engine throws(AlarmError) in
          try engine.set(.exhausted(id), words, severity: severity.map { max($0, .error) }, at: time)
        }
      case .recovered(let id):
        report { engine throws(AlarmError) in try engine.clear(.exhausted(id), at: time) }
      default: break
      }
    }
  }

  /// A report of our own: a limit that it hits, or a rule of the same name, must not stop anything else.
  mutating func report(_ body: (inout AlarmEngine) throws(AlarmError) -> Void) {
    try? body(&engine)
  }

  private mutating func record(_ effect: RemedyBook.Effect, at time: AlarmTime) {
    let wall = time.wallTime
    switch effect {
    case .start(_, let id, let run, let attempt):
      book.update(id) { $0.began(IncidentAttempt(run: run, number: attempt, started: wall, isDryRun: false)) }
      note(id, AlarmNote(.remedyStarted, remedyTable[id]?.words, run: run), at: wall)
    case .wouldStart(let id, let run, let attempt):
      book.update(id) { $0.began(IncidentAttempt(run: run, number: attempt, started: wall, isDryRun: true)) }
      note(id, AlarmNote(.remedyWouldStart, remedyTable[id]?.words, run: run), at: wall)
    case .ended(let id, let run, let outcome):
      book.update(id) { $0.ended(run: run, outcome, at: wall) }
      note(id, AlarmNote(.remedyEnded, outcome.words, run: run), at: wall)
    case .exhausted(let id, _):
      book.update(id) { $0.isExhausted = true }
      note(id, AlarmNote(.remedyExhausted), at: wall)
    case .recovered(let id): book.update(id) { $0.isExhausted = false }
    case .stop: break
    }
  }

  mutating func note(_ id: AlarmID, _ note: AlarmNote, at time: WallTime) {
    var note = note
    note.incident = note.incident ?? book.incidents[id]?.id
    write.note(.alarms, id.description, at: time, note)
  }
}

// MARK: - Storing

extension AlarmDesk {
  /// Whether there is anything to store.
  var hasChanges: Bool { !write.isEmpty || engine.hasChanges || remedies.hasChanges }

  /// Takes what is to be stored together, as far as one commit holds it.
  mutating func takeWrite(at time: AlarmTime) -> AlarmWrite {
    let changes = engine.takeChanges()
    for record in changes.saved { write.put(.alarms, record.id.description, record) }
    for id in changes.removed { write.put(.alarms, id.description, nil) }
    for (id, record) in remedies.takeChanges(at: time) {
      write.put(.remedies, id.description, record.map { StoredRemedy(alarm: id, record: $0) })
    }
    return write.takeSlice()
  }
}

/// A remedy's record under the alarm that it belongs to.
struct StoredRemedy: Codable, Sendable {
  let alarm: AlarmID
  let record: RemedyRecord
}

// MARK: - Configuring

extension AlarmDesk {
  /// Puts a configuration in the place of the one before, all or nothing. Rules that stay keep what they remember.
  ///
  /// - Parameter stored: What is known of remedies from before this process.
  mutating func configure(
    _ new: AlarmConfiguration, stored: [AlarmID: RemedyRecord] = [:], at time: AlarmTime
  ) throws(AlarmError) {
    try new.checkRoutes()
    try new.checkMaintenance()
    let table = try new.allRemedies()
    var kept: Set<AlarmID> = []
    for rule in new.rules { kept.insert(try rule.reference.id()) }
    let before = engine
    for id in engine.derived where !kept.contains(id) { engine.unregister(id, at: time) }
    do throws(AlarmError) { try engine.register(new.rules, at: time) } catch {
      engine = before
      throw error
    }
    book.configure(new.inhibitions, latching: new.latching, at: time.wallTime)
    book.configure(new.maintenance, at: time.wallTime)
    planner.configure(new.routes)
    take(new, table, replacing: Set(table.keys), stored: stored, at: time)
  }

  /// Adds a rule, or replaces the one of the same id.
  mutating func register(_ rule: AlarmRule, at time: AlarmTime) throws(AlarmError) {
    let id = try rule.reference.id()
    var new = configuration
    new.rules.removeAll { $0.reference == rule.reference }
    new.rules.append(rule)
    let table = try new.allRemedies()
    try engine.register(rule, at: time)
    let others = try configuration.allRemedies()
    take(
      new, table, replacing: Set(table.keys.filter { others[$0] == nil || $0 == id || $0 == .exhausted(id) }), at: time)
  }

  /// Removes a rule with its remedy; false when there is none.
  mutating func unregister(_ id: AlarmID, at time: AlarmTime) throws(AlarmError) -> Bool {
    var new = configuration
    new.rules.removeAll { $0.name == id.description }
    guard new.rules.count < configuration.rules.count else { return false }
    engine.unregister(id, at: time)
    take(new, try new.allRemedies(), replacing: [], at: time)
    return true
  }

  private mutating func take(
    _ new: AlarmConfiguration, _ table: [AlarmID: Remedy], replacing: Set<AlarmID>,
    stored: [AlarmID: RemedyRecord] = [:], at time: AlarmTime
  ) {
    (configuration, isConfigured) = (new, true)
    remedyTable = table
    let raised = Set(table.keys.filter { isToBeRepaired($0, at: time) })
    obey(
      remedies.configure(table.mapValues(\.policy), replacing: replacing, stored: stored, raised: raised, at: time),
      at: time)
  }

  func isToBeRepaired(_ id: AlarmID, at time: AlarmTime) -> Bool {
    engine.state(of: id) == .set && !book.standing(of: id, at: time.wallTime).remediesPaused
  }
}
