/// The remedies of all alarms: a pure value around their machines. Time passes through ``advance(to:)``.
struct RemedyBook: Sendable {
  /// What the driver is to do, in order. A ticket names one run among all of them, for ever.
  enum Effect: Sendable, Hashable {
    case start(ticket: UInt64, AlarmID, run: UInt64, attempt: Int)
    case wouldStart(AlarmID, run: UInt64, attempt: Int)
    case stop(ticket: UInt64)
    case ended(AlarmID, run: UInt64, RemedyOutcome)
    case exhausted(AlarmID, attempts: Int)
    case recovered(AlarmID)
  }

  private struct Run {
    let alarm: AlarmID
    let number: UInt64
  }

  private var machines: [AlarmID: RemedyMachine] = [:]
  private var due = DueTimes<AlarmID, Instant>()
  /// Runs that have not been reported to have ended.
  private var runs: [UInt64: Run] = [:]
  private var lastTicket: UInt64 = 0
  /// What is to be stored; those that are gone have no machine any more.
  private var changed: Set<AlarmID> = []
  private var random: any RandomNumberGenerator & Sendable

  init(random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()) {
    self.random = random
  }

  /// When ``advance(to:)`` is to be called next; nil for never.
  var nextWakeUp: Instant? {
    mutating get { due.next }
  }

  subscript(id: AlarmID) -> RemedyMachine? { machines[id] }

  var alarms: some Collection<AlarmID> { machines.keys }
}

extension RemedyBook {
  /// Makes these all remedies there are (RM8, RM9). What was stored of one is gone on with.
  ///
  /// - Parameters:
  ///   - replacing: Those that are there already and get other options; the others keep going as they are.
  ///   - raised: Those whose alarms are set.
  mutating func configure(
    _ policies: [AlarmID: RemedyPolicy], replacing: Set<AlarmID>, stored: [AlarmID: RemedyRecord] = [:],
    raised: Set<AlarmID>, at time: AlarmTime
  ) -> [Effect] {
    var effects: [Effect] = []
    for id in machines.keys where policies[id] == nil { effects += remove(id, at: time.instant) }
    for (id, policy) in policies {
      if machines[id] != nil {
        guard replacing.contains(id) else { continue }
        effects += tell(id) { machine, _ in machine.replace(with: policy, at: time.instant) }
      } else if let record = stored[id] {
        effects += resume(id, record, policy, isRaised: raised.contains(id), at: time)
      } else {
        machines[id] = RemedyMachine(policy)
        if raised.contains(id) { effects += hear(id, isRaised: true, at: time.instant) }
      }
    }
    changed.formUnion(stored.keys.filter { policies[$0] == nil })
    return effects
  }

  private mutating func resume(
    _ id: AlarmID, _ record: RemedyRecord, _ policy: RemedyPolicy, isRaised: Bool, at time: AlarmTime
  ) -> [Effect] {
    let (machine, effects) = RemedyMachine.resume(record, policy, isRaised: isRaised, at: time)
    machines[id] = machine
    return tell(id) { _, _ in effects }
  }

  private mutating func remove(_ id: AlarmID, at now: Instant) -> [Effect] {
    let effects = tell(id) { machine, _ in machine.remove(at: now) }
    machines[id] = nil
    due.set(nil, for: id)
    for (ticket, run) in runs where run.alarm == id { runs[ticket] = nil }
    return effects
  }

  /// The alarm is set, or is not; said again, it changes nothing.
  mutating func hear(_ id: AlarmID, isRaised: Bool, at now: Instant) -> [Effect] {
    guard machines[id] != nil else { return [] }
    return tell(id) { machine, _ in isRaised ? machine.raised(at: now) : machine.cleared(at: now) }
  }

  /// A run ended; one that nobody waits for any more is ignored.
  mutating func ended(ticket: UInt64, _ outcome: RemedyOutcome, at now: Instant) -> [Effect] {
    guard let run = runs.removeValue(forKey: ticket) else { return [] }
    return tell(run.alarm) { machine, random in machine.ended(run: run.number, outcome, at: now, using: &random) }
  }

  mutating func advance(to now: Instant) -> [Effect] {
    var effects: [Effect] = []
    while let id = due.popDue(by: now) {
      effects += tell(id) { machine, random in machine.advance(to: now, using: &random) }
    }
    return effects
  }

  /// Somebody wants the next run now.
  mutating func runNow(_ id: AlarmID, at now: Instant) throws(AlarmError) -> [Effect] {
    guard let machine = machines[id] else {
      throw AlarmError(.notFound, id.description, "has no remedy; give its rule one")
    }
    guard machine.state == .waitingToRetry, machine.live == nil else {
      throw AlarmError(
        .notWaiting, id.description,
        machine.state == .clear ? "is not set, so there is nothing to repair" : "is being repaired already")
    }
    return tell(id) { machine, _ in machine.runNow(at: now) }
  }

  /// Tells a machine of an event, and notes what follows: tickets, ends, the time when it is due.
  private mutating func tell(
    _ id: AlarmID, _ event: (inout RemedyMachine, inout any RandomNumberGenerator & Sendable) -> [RemedyMachine.Effect]
  ) -> [Effect] {
    guard var machine = machines.removeValue(forKey: id) else { return [] }
    let last = machine.history.last
    let effects = event(&machine, &random)
    due.set(machine.nextWakeUp, for: id)
    changed.insert(id)
    let end = machine.history.last { $0.run == last?.run }
    machines[id] = machine
    let ended: [Effect] =
      end.flatMap { end in
        last?.outcome == nil ? end.outcome.map { [.ended(id, run: end.run, $0)] } : nil
      } ?? []
    return ended + effects.map { effect(id, $0) }
  }

  private mutating func effect(_ id: AlarmID, _ effect: RemedyMachine.Effect) -> Effect {
    switch effect {
    case .start(let run, let attempt):
      lastTicket += 1
      runs[lastTicket] = Run(alarm: id, number: run)
      return .start(ticket: lastTicket, id, run: run, attempt: attempt)
    case .wouldStart(let run, let attempt): return .wouldStart(id, run: run, attempt: attempt)
    case .stop(let run):
      return .stop(ticket: runs.first { $0.value.alarm == id && $0.value.number == run }?.key ?? 0)
    case .exhausted(let attempts): return .exhausted(id, attempts: attempts)
    case .recovered: return .recovered(id)
    }
  }

  /// What is to be stored of those that changed; nil for what is gone.
  mutating func takeChanges(at time: AlarmTime) -> [AlarmID: RemedyRecord?] {
    defer { changed = [] }
    return Dictionary(uniqueKeysWithValues: changed.map { ($0, machines[$0]?.record(at: time)) })
  }

  var hasChanges: Bool { !changed.isEmpty }
}
