/// The supervisor as a pure value: events in, with the time; effects out.
///
/// It holds no task, clock, lock or continuation. The driver (``Supervisor``) keeps it in a `Mutex`, tells it what
/// happened, and performs the effects after unlocking.
struct SupervisorMachine {
  enum Mode {
    /// Not running. Exits: starting.
    case idle
    /// The first start, in order. Exits: running, regrouping, stopping.
    case starting(cursor: UInt32)
    /// Every child has had its turn. Exits: regrouping, stopping.
    case running
    /// A group restart. Exits: running, stopping.
    case regrouping(Regroup)
    /// The end. Exits: idle.
    case stopping(Stopping)
  }

  let plan: SupervisorPlan
  var children = ChildSlab()
  var mode = Mode.idle
  var window: RestartWindow
  var deadlines = DeadlineQueue()
  /// The deadline of the supervisor itself: a group's delay, or its total stop.
  var ownDeadline = Instant.distantFuture
  var random: any RandomNumberGenerator & Sendable
  var effects: [Effect] = []
  var notices: [Notice] = []
  /// Whether anybody looks at routine events; they are not made otherwise.
  var tellsRoutine = false
  /// Whether every child of this run has had its turn once.
  var isUp = false
  var abandoned: [Abandoned] = []
  var totals = Totals()
  /// Callers who wait for the end of a child.
  var stopReplies: [UInt32: [ReplyToken]] = [:]
  /// Recent exits of the children that fail again and again, for the report when they reach a limit.
  var histories: [UInt32: [Exit]] = [:]

  init(_ plan: SupervisorPlan, random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()) {
    self.plan = plan
    self.random = random
    window = RestartWindow(plan.intensity)
    fillWithPlan()
  }

  /// Counted since the supervisor was made.
  struct Totals: Sendable {
    var starts = 0
    var restarts = 0
    var abandoned = 0
  }

  /// A generation that did not end by its deadline and whose task may still run.
  struct Abandoned {
    let reference: ChildReference
    let id: String
    let generation: Int
    let since: Instant
  }

  /// The next instant at which ``timePassed(at:)`` may have something to do.
  var nextDeadline: Instant { min(deadlines.next ?? .distantFuture, ownDeadline) }

  /// Hands over what there is to do and to tell.
  mutating func drain() -> (effects: [Effect], notices: [Notice]) {
    defer {
      effects.removeAll()
      notices.removeAll()
    }
    return (effects, notices)
  }

  mutating func fillWithPlan() {
    for child in plan.children { _ = children.insert(child, phase: child.box.options.autostart ? .pending : .stopped) }
  }
}

// MARK: - Starting

extension SupervisorMachine {
  private var isIdle: Bool {
    if case .idle = mode { true } else { false }
  }

  /// A run begins: children start in order, each when the one before it is ready (S23).
  mutating func begin(at now: Instant) {
    guard isIdle else { return }
    tell(.supervisorStarting, at: now)
    window.clear()
    isUp = false
    startNext(from: children.first, at: now)
  }

  /// Starts the first child from `slot` on that waits for its turn; when there is none, everything is up.
  mutating func startNext(from slot: UInt32?, at now: Instant) {
    var cursor = slot
    while let slot = cursor, !isTurn(children[slot].phase) { cursor = children[slot].next }
    guard let slot = cursor else { return everythingStarted(at: now) }
    if case .regrouping(var group) = mode {
      group.step = .starting(cursor: slot)
      mode = .regrouping(group)
    } else {
      mode = .starting(cursor: slot)
    }
    spawn(slot, at: now)
  }

  private func isTurn(_ phase: Phase) -> Bool { phase == .pending || phase == .restarting }

  /// A group restart that cut the first start short has started the rest as well.
  mutating func everythingStarted(at now: Instant) {
    mode = .running
    guard !isUp else { return }
    isUp = true
    effects.append(.started)
    tell(.supervisorStarted, at: now)
  }

  /// A child of the sequence has had its turn, unless it is being started again at once.
  mutating func turnOver(_ slot: UInt32, next: UInt32?, at now: Instant) {
    guard cursor == slot, children[slot].phase != .starting else { return }
    startNext(from: next, at: now)
  }

  /// The child whose turn it is in a start sequence.
  var cursor: UInt32? {
    switch mode {
    case .starting(let cursor): cursor
    case .regrouping(let group): group.cursor
    case .idle, .running, .stopping: nil
    }
  }

  /// Makes a new generation; `call` says whether a caller asked for this very start.
  mutating func spawn(_ slot: UInt32, byCall call: ChildRecord.Flags = [], at now: Instant) {
    children.setPhase(.starting, of: slot)
    children[slot].generation &+= 1
    children[slot].starts &+= 1
    children[slot].purpose = .none
    children[slot].flags = call
    children[slot].startedAt = now
    let record = children[slot]
    deadlines.set(now.advanced(by: record.options.startDeadline), for: slot, in: &children)
    totals.starts += 1
    if record.starts > 1 { totals.restarts += 1 }
    routine(.starting, slot, at: now)
    effects.append(.spawn(reference(slot), record.child))
  }

  /// The current generation says that it is up.
  mutating func childBecameReady(_ reference: ChildReference, at now: Instant) {
    guard let slot = children.current(reference), children[slot].phase == .starting else { return }
    children.setPhase(.running, of: slot)
    watchHeartbeat(slot, at: now)
    let byCall = children[slot].flags.contains(.startedByCall)
    children[slot].flags.subtract([.startedByCall, .discardOnFailure])
    if tellsRoutine || !byCall { tell(.ready(after: children[slot].startedAt.duration(to: now)), slot, at: now) }
    answer(slot, .running(generation: Int(children[slot].starts)))
    turnOver(slot, next: children[slot].next, at: now)
  }

  private mutating func watchHeartbeat(_ slot: UInt32, at now: Instant) {
    let interval = children[slot].options.heartbeat
    deadlines.set(interval.map { now.advanced(by: $0) } ?? .distantFuture, for: slot, in: &children)
  }

  /// The current generation's work loop turned.
  mutating func childBeat(_ reference: ChildReference, at now: Instant) {
    guard let slot = children.current(reference), children[slot].phase == .running else { return }
    guard let interval = children[slot].options.heartbeat else { return }
    children[slot].deadline = now.advanced(by: interval)
  }
}

// MARK: - Telling

extension SupervisorMachine {
  func reference(_ slot: UInt32) -> ChildReference {
    ChildReference(slot: slot, generation: children[slot].generation)
  }

  mutating func tell(_ kind: SupervisionEvent.Kind, at now: Instant) {
    notices.append(Notice(id: "", generation: 0, kind: kind, at: now))
  }

  mutating func tell(_ kind: SupervisionEvent.Kind, _ slot: UInt32, at now: Instant) {
    let record = children[slot]
    notices.append(Notice(id: record.child.id, generation: record.starts, kind: kind, at: now))
  }

  mutating func routine(_ kind: SupervisionEvent.Kind, _ slot: UInt32, at now: Instant) {
    if tellsRoutine { tell(kind, slot, at: now) }
  }

  /// Answers whoever waits for this child's start.
  mutating func answer(_ slot: UInt32, _ reply: Reply) {
    guard children[slot].reply != 0 else { return }
    effects.append(.reply(children[slot].reply, reply))
    children[slot].reply = 0
  }

  /// Answers whoever waits for this child's end.
  mutating func answerStops(_ slot: UInt32, _ exit: Exit) {
    guard !stopReplies.isEmpty, let tokens = stopReplies.removeValue(forKey: slot) else { return }
    for token in tokens { effects.append(.reply(token, .ended(exit))) }
  }
}
