/// The calls of OTP's API, with its return values as typed errors (§1.8, S28).
///
/// A call either throws before any effect, or takes a token that is answered exactly once.
extension SupervisorMachine {
  /// `start_child`: adds a child at the end of the start order and starts it.
  mutating func add(_ child: Child, _ token: ReplyToken, at now: Instant) throws(SupervisorError) {
    try requireRunning()
    try plan.validate(child)
    if let slot = children.slot(of: child.id) { throw taken(slot) }
    guard children.count < plan.maxChildren else {
      throw SupervisorError(
        .maxChildren, child: child.id, "the supervisor has its \(plan.maxChildren) children already")
    }
    let slot = children.insert(child, phase: .pending)
    routine(.added, slot, at: now)
    children[slot].reply = token
    guard child.options.autostart else {
      children.setPhase(.stopped, of: slot)
      return answer(slot, .ignored)
    }
    spawn(slot, byCall: [.startedByCall, .discardOnFailure], at: now)
  }

  private func taken(_ slot: UInt32) -> SupervisorError {
    let (id, phase) = (children[slot].child.id, children[slot].phase)
    return phase.isActive
      ? SupervisorError(.alreadyStarted, child: id, "is \(phase) already")
      : SupervisorError(.alreadyPresent, child: id, "is known and \(phase); restart it, or delete it first")
  }

  /// `terminate_child`: ends a child, or the wait for its restart; the answer comes when it is gone.
  mutating func terminate(_ id: String, _ token: ReplyToken, at now: Instant) throws(SupervisorError) {
    try requireRunning()
    let slot = try find(id)
    stopReplies[slot, default: []].append(token)
    if children[slot].phase.isActive { return requestStop(slot, .terminate, at: now) }
    deadlines.set(.distantFuture, for: slot, in: &children)
    terminated(slot, children[slot].lastExit ?? .shutdown, at: now)
  }

  /// `restart_child`: starts a child that is down, with a clean record.
  mutating func restart(_ id: String, _ token: ReplyToken, at now: Instant) throws(SupervisorError) {
    try requireRunning()
    let slot = try findDown(id)
    children[slot].backoff = Backoff.State()
    histories[slot] = nil
    children[slot].reply = token
    spawn(slot, byCall: .startedByCall, at: now)
  }

  /// `delete_child`: forgets a child that is down.
  mutating func delete(_ id: String, at now: Instant) throws(SupervisorError) {
    try requireRunning()
    remove(try findDown(id), at: now)
  }

  /// "Restart now": ends the delay of a child, or of its whole group.
  mutating func skipDelay(of id: String, at now: Instant) throws(SupervisorError) {
    let slot = try find(id)
    if children[slot].phase == .waiting { return spawn(slot, at: now) }
    guard children[slot].phase == .restarting, case .regrouping(var group) = mode else {
      throw SupervisorError(.notWaiting, child: id, "is \(children[slot].phase), not waiting")
    }
    group.due = now
    mode = .regrouping(group)
    startGroup(at: now)
  }

  /// The caller of a start went away: the generation it waited for is stopped (G20).
  mutating func abandonStart(_ token: ReplyToken, at now: Instant) {
    guard let slot = children.inOrder.first(where: { children[$0].reply == token }) else { return }
    if children[slot].phase.isActive { return requestStop(slot, .terminate, at: now) }
    deadlines.set(.distantFuture, for: slot, in: &children)
    terminated(slot, .shutdown, at: now)
  }

  /// The current generation wants to hear about its stop; false when it has been told already.
  mutating func listen(_ reference: ChildReference) -> Bool {
    guard let slot = children.current(reference), children[slot].phase != .stopping else { return false }
    children[slot].flags.insert(.listens)
    return true
  }

  private func requireRunning() throws(SupervisorError) {
    switch mode {
    case .idle: throw SupervisorError(.notRunning, "the supervisor is not running")
    case .stopping: throw stoppingError
    case .starting, .running, .regrouping: return
    }
  }

  private func find(_ id: String) throws(SupervisorError) -> UInt32 {
    guard let slot = children.slot(of: id) else { throw SupervisorError(.notFound, child: id, "no child has this id") }
    return slot
  }

  private func findDown(_ id: String) throws(SupervisorError) -> UInt32 {
    let slot = try find(id)
    switch children[slot].phase {
    case .starting, .running, .stopping:
      throw SupervisorError(.running, child: id, "is \(children[slot].phase); terminate it first")
    case .pending, .waiting, .restarting:
      throw SupervisorError(.restarting, child: id, "is about to start; skip its delay, or terminate it")
    case .stopped, .finished, .parked: return slot
    }
  }
}
