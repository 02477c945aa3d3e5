/// The supervisor as a pure value: events in, with the time; effects out.
///
/// It holds no task, clock, lock or continuation. The driver (``Supervisor``) keeps it in a `Mutex`, tells it what
/// happened, and performs the effects after unlocking.
struct SupervisorMachine {
  enum Mode {
    /// Not running. Exits: starting.
    case idle
    /// The first start, in order. Exits: running, regrouping, stopping.
    case starting(cursor: UInt32?)
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

// MARK: - Telling

extension SupervisorMachine {
  func reference(_ slot: UInt32) -> ChildReference {
    ChildReference(slot: slot, generation: children[slot].generation)
  }

  mutating func tell(_ kind: SupervisionEvent.Kind, at now: Instant) {
    notices.append(Notice(id: "", generation: 0, kind: kind, at: now))
  }

  mutating func tell(_ kind: SupervisionEvent.Kind, _ slot: UInt32, at now: Instant) {
    notices.append(Notice(id: children[slot].child.id, generation: children[slot].starts, kind: kind, at: now))
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
