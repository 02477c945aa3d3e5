/// Starting in order: the first start of all children, and the starts of a group.
extension SupervisorMachine {
  /// A run begins (S23).
  mutating func begin(at now: Instant) {
    guard case .idle = mode else { return }
    tell(.supervisorStarting, at: now)
    window.clear()
    isUp = false
    mode = .starting(cursor: children.first)
    advance(at: now)
  }

  /// The first child of the start sequence whose turn is not over.
  private var cursor: UInt32? {
    get {
      switch mode {
      case .starting(let cursor): cursor
      case .regrouping(let group): group.cursor
      case .idle, .running, .stopping: nil
      }
    }
    set {
      switch mode {
      case .starting: mode = .starting(cursor: newValue)
      case .regrouping(var group):
        group.step = .starting(cursor: newValue)
        mode = .regrouping(group)
      case .idle, .running, .stopping: break
      }
    }
  }

  private var isSequencing: Bool {
    switch mode {
    case .starting: true
    case .regrouping(let group): group.isStarting
    case .idle, .running, .stopping: false
    }
  }

  /// Where a sequence of starts that is cut short has to be taken up again.
  var firstUnstarted: UInt64? { isSequencing ? cursor.map { children[$0].sequence } : nil }

  /// Starts every child of the sequence whose gate is open; when all have had their turn, everything is up.
  mutating func advance(at now: Instant) {
    guard isSequencing else { return }
    var first = cursor
    while let slot = first, hadTurn(slot) { first = children[slot].next }
    cursor = first
    guard first != nil else { return everythingStarted(at: now) }
    var (walk, isBlocked) = (first, false)
    while let slot = walk, !isBlocked || children.gated > 0 {
      if children[slot].phase.awaitsTurn, isOpen(slot, isBlocked) {
        children[slot].flags.insert(.inTurn)
        spawn(slot, at: now)
      }
      if !hadTurn(slot) { isBlocked = true }
      walk = children[slot].next
    }
  }

  private func hadTurn(_ slot: UInt32) -> Bool {
    !children[slot].phase.awaitsTurn && !children[slot].flags.contains(.inTurn)
  }

  /// Only predecessors hold a child up: one that was deleted and added again stands after it, and may wait for it.
  private func isOpen(_ slot: UInt32, _ isBlocked: Bool) -> Bool {
    switch children[slot].options.gate {
    case .previous: !isBlocked
    case .after(let ids):
      ids.allSatisfy { id in
        guard let other = children.slot(of: id) else { return true }
        return hadTurn(other) || children[other].sequence >= children[slot].sequence
      }
    }
  }

  /// A group restart that cut the first start short has started the rest as well.
  mutating func everythingStarted(at now: Instant) {
    mode = .running
    guard !isUp else { return }
    isUp = true
    effects.append(.started)
    tell(.supervisorStarted, at: now)
  }

  /// A child has had its turn, unless it is being started again at once.
  mutating func turnOver(_ slot: UInt32, at now: Instant) {
    guard children[slot].flags.contains(.inTurn), children[slot].phase != .starting else { return }
    children[slot].flags.remove(.inTurn)
    advance(at: now)
  }

  /// A child that leaves a sequence must not be looked for there.
  mutating func leaveSequence(_ slot: UInt32) {
    if isSequencing, cursor == slot { cursor = children[slot].next }
  }

  /// Makes a new generation; `call` says whether a caller asked for this very start.
  mutating func spawn(_ slot: UInt32, byCall call: ChildRecord.Flags = [], at now: Instant) {
    children.setPhase(.starting, of: slot)
    children[slot].generation &+= 1
    children[slot].starts &+= 1
    children[slot].purpose = .none
    children[slot].flags = call.union(children[slot].flags.intersection(.inTurn))
    children[slot].startedAt = now
    deadlines.set(now.advanced(by: children[slot].options.startDeadline), for: slot, in: &children)
    totals.starts += 1
    if children[slot].starts > 1 { totals.restarts += 1 }
    routine(.starting, slot, at: now)
    effects.append(.spawn(reference(slot), children[slot].child))
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
    turnOver(slot, at: now)
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
