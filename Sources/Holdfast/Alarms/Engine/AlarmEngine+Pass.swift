import HeapModule

extension AlarmEngine {
  /// Brings everything up to what happened before this moment.
  ///
  /// - Returns: The moment's instant, no earlier than any before.
  mutating func begin(_ time: AlarmTime) -> Int64 {
    wallOffset = time.wallOffset
    let instant = max(now, min(max(time.instant.nanoseconds, -Self.farthest), Self.farthest))
    var due = timers.next(in: nodes)
    while due < instant {
      runPass(at: due)
      due = timers.next(in: nodes)
    }
    now = instant
    return instant
  }

  /// Looks at every node that is due or was touched, in order of rank.
  mutating func runPass(at instant: Int64) {
    while let node = timers.popDue(by: instant, in: &nodes) { enqueue(node) }
    while let entry = queue.popMin() {
      let node = Int32(truncatingIfNeeded: entry)
      nodes[Int(node)].isQueued = false
      settle(node, at: instant)
    }
  }

  mutating func enqueue(_ node: Int32) {
    guard !nodes[Int(node)].isQueued else { return }
    nodes[Int(node)].isQueued = true
    queue.insert(UInt64(UInt32(nodes[Int(node)].rank)) << 32 | UInt64(UInt32(node)))
  }

  /// Computes a node anew, and tells whoever depends on it.
  private mutating func settle(_ node: Int32, at instant: Int64) {
    let old = nodes[Int(node)].output
    compute(node, at: instant)
    let new = nodes[Int(node)].output
    note(nodes[Int(node)].owner)
    let parent = nodes[Int(node)].parent
    guard parent >= 0 else { return conclude(node, at: instant) }
    if new != old { tell(parent, new, insteadOf: old, at: instant) }
  }

  /// Sets a node's output and its timer.
  mutating func compute(_ node: Int32, at instant: Int64) {
    let verdict = nodes[Int(node)].verdict(at: instant, &histories[Int(nodes[Int(node)].history)])
    nodes[Int(node)].output = Signal(isSet: verdict.isSet, isKnown: nodes[Int(node)].isKnown)
    timers.set(verdict.due, of: node, in: &nodes)
  }

  private mutating func tell(_ parent: Int32, _ new: Signal, insteadOf old: Signal, at instant: Int64) {
    switch nodes[Int(parent)].kind {
    case .all, .any:
      nodes[Int(parent)].count(old, by: -1)
      nodes[Int(parent)].count(new, by: 1)
    default: remember(parent, new, at: instant)
    }
    enqueue(parent)
  }

  mutating func remember(_ node: Int32, _ signal: Signal, at instant: Int64) {
    nodes[Int(node)].remember(signal, at: instant, &histories[Int(nodes[Int(node)].history)])
  }

  /// The top of a rule decides the state of its alarm.
  private mutating func conclude(_ root: Int32, at instant: Int64) {
    let slot = nodes[Int(root)].owner
    let state: AlarmState = nodes[Int(root)].output.isSet ? .set : .clear
    guard alarms[slot].state != state else { return }
    enter(state, slot, state == .set ? derivedDescription(of: slot) : nil, at: instant)
  }

  /// Changes the state of an alarm; its readers are looked at later in the same pass.
  mutating func enter(_ state: AlarmState, _ slot: Int32, _ description: String?, at instant: Int64) {
    let previous = alarms[slot].phase
    alarms[slot].phase = AlarmPhase(state: state, since: instant, wallSince: saturatingSum(instant, wallOffset))
    alarms[slot].description = description
    note(slot)
    let kind: AlarmEvent.Kind =
      switch state {
      case .set: .raised
      case .clear: .cleared
      case .unknown: .forgotten
      }
    emit(kind, slot, previous, at: instant)
    let signal = alarms[slot].signal
    var reader = alarms[slot].firstReader
    while reader >= 0 {
      remember(reader, signal, at: instant)
      enqueue(reader)
      reader = nodes[Int(reader)].nextReader
    }
  }
}

extension AlarmEngine {
  /// Remembers that an alarm is to be stored.
  mutating func note(_ slot: Int32) {
    guard !alarms[slot].isNoted else { return }
    alarms[slot].isNoted = true
    noted.append(slot)
  }

  mutating func emit(_ kind: AlarmEvent.Kind, _ slot: Int32, _ previous: AlarmPhase, at instant: Int64) {
    let phase = AlarmPhase(
      state: alarms[slot].state, since: instant, wallSince: saturatingSum(instant, wallOffset))
    events.append(
      AlarmEvent(
        id: alarms[slot].id, kind: kind, description: alarms[slot].description, severity: alarms[slot].severity,
        phase: phase, previous: previous))
  }

  /// Changes a severity; a set alarm says so at once.
  mutating func change(_ slot: Int32, at instant: Int64, _ body: (inout AlarmCell) -> Void) {
    let previous = alarms[slot].severity
    body(&alarms[slot])
    guard alarms[slot].severity != previous else { return }
    note(slot)
    if alarms[slot].state == .set { emit(.levelChanged, slot, alarms[slot].phase, at: instant) }
  }

  /// Changes the description of a set alarm, and of those that only repeat it.
  mutating func update(_ slot: Int32, _ description: String?, at instant: Int64) {
    guard alarms[slot].description != description else { return }
    alarms[slot].description = description
    note(slot)
    emit(.updated, slot, alarms[slot].phase, at: instant)
    var waiting = [slot]
    while let source = waiting.popLast() {
      var reader = alarms[source].firstReader
      while reader >= 0 {
        if let owner = repeater(reader), alarms[owner].state == .set {
          alarms[owner].description = description
          note(owner)
          emit(.updated, owner, alarms[owner].phase, at: instant)
          waiting.append(owner)
        }
        reader = nodes[Int(reader)].nextReader
      }
    }
  }

  /// The alarm whose whole rule is this node, if it has no words of its own (AL20).
  private func repeater(_ node: Int32) -> Int32? {
    let node = nodes[Int(node)]
    return node.kind == .alarm && node.parent < 0 && ruleDescriptions[node.owner] == nil ? node.owner : nil
  }

  /// What a derived alarm says: the words of its rule, or of the one alarm behind it.
  func derivedDescription(of slot: Int32) -> String? {
    if let own = ruleDescriptions[slot] { return own }
    var node = alarms[slot].root
    while node >= 0 {
      switch nodes[Int(node)].kind {
      case .not, .all, .any: return nil
      default: break
      }
      let source = nodes[Int(node)].source
      if source >= 0 { return alarms[source].description }
      node = nodes[Int(node)].firstChild
    }
    return nil
  }
}
