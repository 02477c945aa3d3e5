extension AlarmEngine {
  /// Registers a rule: its alarm is evaluated at once, with one event (AL20).
  ///
  /// A rule of the same id is replaced, and every part that stays keeps what it remembers: registering a rule again
  /// changes nothing (AL30). A part that is new knows of its alarms what they are and since when.
  ///
  /// - Throws: What ``AlarmRule/check()`` throws, ``AlarmError/Code/cycle`` with the path, and
  ///   ``AlarmError/Code/limitReached``.
  public mutating func register(_ rule: AlarmRule, at time: AlarmTime) throws(AlarmError) {
    try rule.check()
    let id = try rule.reference.id()
    let form = rule.when.form
    try checkInputs(of: form)
    try checkCycles(id, form)
    try checkRoom(id, form)
    let instant = begin(time)
    // What is due now belongs to what was known before.
    runPass(at: instant)
    let slot = try slot(for: id)
    install(rule, form, slot, at: instant)
    runPass(at: instant)
  }

  /// Registers rules that may build on each other, in any order: all or none.
  public mutating func register(_ rules: [AlarmRule], at time: AlarmTime) throws(AlarmError) {
    let before = self
    do throws(AlarmError) {
      for rule in Self.inOrder(rules) { try register(rule, at: time) }
    } catch {
      self = before
      throw error
    }
  }

  /// Removes a rule: its alarm is unknown from now on, and what it remembered is gone.
  ///
  /// - Returns: Whether there was one.
  @discardableResult
  public mutating func unregister(_ id: AlarmID, at time: AlarmTime) -> Bool {
    guard let slot = alarms.slot(of: id), alarms[slot].isDerived else { return false }
    let instant = begin(time)
    runPass(at: instant)
    let sources = release(alarms[slot].root)
    alarms[slot].root = -1
    ruleDescriptions[slot] = nil
    enter(.unknown, slot, nil, at: instant)
    runPass(at: instant)
    for idle in sources + [slot] { dropIfIdle(idle) }
    return true
  }

  private mutating func install(_ rule: AlarmRule, _ form: AlarmExpression.Form, _ slot: Int32, at instant: Int64) {
    let old = alarms[slot].root
    ruleDescriptions[slot] = rule.description
    note(slot)
    if old < 0 || self.form(of: old) != form {
      var kept = old < 0 ? [:] : remembered(in: old)
      let root = build(form, owner: slot, at: instant, keeping: &kept)
      let sources = old < 0 ? [] : release(old)
      alarms[slot].root = root
      raiseRanks(above: slot)
      for source in sources { dropIfIdle(source) }
      enqueue(root)
    }
    change(slot, at: instant) { $0.ownSeverity = rule.severity }
    if alarms[slot].state == .set, let words = rule.description { update(slot, words, at: instant) }
  }

  private func checkInputs(of form: AlarmExpression.Form) throws(AlarmError) {
    for reference in form.references { _ = try reference.id() }
  }

  private func checkRoom(_ id: AlarmID, _ form: AlarmExpression.Form) throws(AlarmError) {
    guard nodes.count - freeNodes.count + form.partCount <= limits.parts else {
      throw AlarmError(
        .limitReached, id.description, "would make the rules larger than \(limits.parts) parts; raise the limit")
    }
    let mentioned = Set(form.references.map(\.text) + [id.description])
    let new = mentioned.count { alarms.slot(of: AlarmID(checked: $0)) == nil }
    guard alarms.count + new <= limits.alarms else {
      throw AlarmError(
        .limitReached, id.description, "and its inputs would be more than \(limits.alarms) alarms; raise the limit")
    }
  }

  /// Forgets an alarm of which nothing is known and that nobody needs.
  mutating func dropIfIdle(_ slot: Int32) {
    guard alarms.isOccupied(slot), alarms[slot].isIdle else { return }
    removed.append(alarms[slot].id)
    alarms.remove(slot)
  }
}

extension AlarmExpression.Form {
  /// The alarms that are mentioned, in order, repetitions included.
  var references: [AlarmReference] {
    var found: [AlarmReference] = []
    var waiting = [self]
    while let form = waiting.popLast() {
      if case .alarm(let reference) = form { found.append(reference) }
      waiting += form.children.reversed()
    }
    return found
  }

  var partCount: Int {
    var (count, waiting) = (0, [self])
    while let form = waiting.popLast() {
      count += 1
      waiting += form.children
    }
    return count
  }
}
