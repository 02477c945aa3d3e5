/// A group restart under way (S2–S4): stop what is affected, wait for the longest delay, start in order.
struct Regroup {
  enum Step {
    /// Newest first; the cursor is where the search for the next one to stop begins.
    case stopping(cursor: UInt32?)
    case waiting
    case starting(cursor: UInt32?)
  }

  /// The sequence number of the first affected child.
  var from: UInt64
  /// The longest of the delays of those that failed.
  var due: Instant
  var step: Step
  /// Set when the group is not to start again but to be parked, with the reason.
  var parking: String?

  var isStarting: Bool { if case .starting = step { true } else { false } }

  var cursor: UInt32? {
    if case .starting(let cursor) = step { cursor } else { nil }
  }
}

extension SupervisorMachine {
  /// Starts a failed child again, alone or with its group.
  mutating func restart(_ slot: UInt32, due: Instant, at now: Instant) {
    switch plan.strategy {
    case .oneForOne where due <= now:
      spawn(slot, at: now)
    case .oneForOne:
      wait(slot, until: due, at: now)
    case .oneForAll, .restForOne:
      regroup(from: slot, due: due, parking: nil, at: now)
    }
  }

  private mutating func wait(_ slot: UInt32, until due: Instant, at now: Instant) {
    children.setPhase(.waiting, of: slot)
    deadlines.set(due, for: slot, in: &children)
    let attempt = Int(children[slot].backoff.attempt)
    tell(.waiting(until: due, delay: now.duration(to: due), attempt: attempt), slot, at: now)
    turnOver(slot, at: now)
  }

  /// A limit was exceeded.
  mutating func breach(_ action: BreachAction, _ slot: UInt32, _ reason: String, at now: Instant) {
    tell(.limitReached(reason, action: action), slot, at: now)
    switch action {
    case .escalate: escalate(slot, reason, at: now)
    case .park: park(slot, reason, at: now)
    case .coolDown(let pause):
      children[slot].backoff = Backoff.State()
      restart(slot, due: now.advanced(by: pause), at: now)
    case .exitProcess(let status):
      effects.append(.exitProcess(status))
      escalate(slot, reason, at: now)
    }
  }

  private mutating func escalate(_ slot: UInt32, _ reason: String, at now: Instant) {
    let exit = children[slot].lastExit
    let cause: (any Error)? = if case .failed(let error) = exit { error } else { nil }
    var error = SupervisorError(
      .restartLimitReached, child: children[slot].child.id,
      "gave up: \(reason); last exit \(exit.map(String.init(describing:)) ?? "unknown")", underlying: cause)
    error.history = histories[slot] ?? []
    children.setPhase(.stopped, of: slot)
    answer(slot, .failure(error))
    stop(.failed(error), at: now)
  }

  private mutating func park(_ slot: UInt32, _ reason: String, at now: Instant) {
    guard plan.strategy == .oneForOne else { return regroup(from: slot, due: now, parking: reason, at: now) }
    parkAlone(slot, reason, at: now)
  }

  private mutating func parkAlone(_ slot: UInt32, _ reason: String, at now: Instant) {
    children.setPhase(.parked, of: slot)
    children[slot].backoff = Backoff.State()
    let id = children[slot].child.id
    answer(slot, .failure(SupervisorError(.startFailed, child: id, "parked: \(reason); restart it by hand")))
    tell(.parked(reason: reason), slot, at: now)
    turnOver(slot, at: now)
  }
}

// MARK: - Groups

extension SupervisorMachine {
  /// Whether a child falls to a group restart that has not come to its starts: the whole group counts once (S8), also
  /// when its members fail one after another before their turn to stop.
  func joinsGroup(_ slot: UInt32) -> Bool {
    guard case .regrouping(let group) = mode, !group.isStarting else { return false }
    return children[slot].sequence >= group.from
  }

  /// Joins a failed child to the group restart under way, or begins one (S38).
  private mutating func regroup(from slot: UInt32, due: Instant, parking: String?, at now: Instant) {
    var from = plan.strategy == .oneForAll ? 0 : children[slot].sequence
    var (due, parking) = (due, parking)
    // A sequence of starts that is cut short is taken up again by the new group.
    if let firstUnstarted { from = min(from, firstUnstarted) }
    if case .regrouping(let pending) = mode, !pending.isStarting {
      from = min(from, pending.from)
      due = max(due, pending.due)
      parking = parking ?? pending.parking
    }
    mode = .regrouping(Regroup(from: from, due: due, step: .stopping(cursor: children.last), parking: parking))
    ownDeadline = .distantFuture
    children.setPhase(.restarting, of: slot)
    enlist(from: from, at: now)
    if due > now {
      let attempt = Int(children[slot].backoff.attempt)
      tell(.waiting(until: due, delay: now.duration(to: due), attempt: attempt), slot, at: now)
    }
    continueRegroup(at: now)
  }

  /// Children that are down take part too, also those stopped by hand (S2); temporary ones are dropped, parked ones stay.
  private mutating func enlist(from: UInt64, at now: Instant) {
    var cursor = children.last
    while let slot = cursor, children[slot].sequence >= from {
      cursor = children[slot].previous
      children[slot].flags.remove(.inTurn)
      guard !children[slot].phase.isActive, children[slot].phase != .parked else { continue }
      deadlines.set(.distantFuture, for: slot, in: &children)
      if children[slot].options.restart == .temporary {
        remove(slot, at: now)
      } else {
        children.setPhase(.restarting, of: slot)
      }
    }
  }

  /// Takes the next step of the group restart, as soon as the one before it is over.
  mutating func continueRegroup(at now: Instant) {
    guard case .regrouping(var group) = mode, case .stopping(var cursor) = group.step else { return }
    while let slot = cursor, children[slot].sequence >= group.from, !children[slot].phase.isActive {
      cursor = children[slot].previous
    }
    if let slot = cursor, children[slot].sequence >= group.from {
      group.step = .stopping(cursor: slot)
      mode = .regrouping(group)
      return requestStop(slot, .regroup, at: now)
    }
    group.step = .waiting
    mode = .regrouping(group)
    ownDeadline = group.due
    if group.due <= now { startGroup(at: now) }
  }

  /// The group's delay is over, or skipped.
  mutating func startGroup(at now: Instant) {
    guard case .regrouping(let group) = mode, case .waiting = group.step else { return }
    ownDeadline = .distantFuture
    var first = children.first
    while let slot = first, children[slot].sequence < group.from { first = children[slot].next }
    if let reason = group.parking {
      parkGroup(from: first, reason, at: now)
      everythingStarted(at: now)
    } else {
      mode = .regrouping(Regroup(from: group.from, due: group.due, step: .starting(cursor: first)))
      advance(at: now)
    }
  }

  private mutating func parkGroup(from first: UInt32?, _ reason: String, at now: Instant) {
    var cursor = first
    while let slot = cursor {
      cursor = children[slot].next
      if children[slot].phase == .restarting { parkAlone(slot, reason, at: now) }
    }
  }
}
