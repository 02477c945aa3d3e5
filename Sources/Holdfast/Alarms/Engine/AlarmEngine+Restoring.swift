extension AlarmEngine {
  /// An engine that goes on from what was stored.
  ///
  /// Call ``advance(to:)`` next: what came due while no engine ran happens then, each at its own instant, and makes the
  /// events that it would have made. An instant that lies in the future, because the wall clock was set back, counts as
  /// now.
  ///
  /// - Throws: ``AlarmError/Code/invalidRecord`` and what registering a rule throws.
  public init(
    restoring records: [AlarmRecord], limits: Limits = Limits(), at time: AlarmTime
  ) throws(AlarmError) {
    self.init(limits: limits)
    wallOffset = time.wallOffset
    let latest = time.instant.nanoseconds
    for record in records { try restore(record, latest) }
    let rules = Dictionary(records.map { ($0.id.description, $0) }) { _, last in last }
    for rule in Self.inOrder(records.compactMap(\.alarmRule)) {
      guard let record = rules[rule.name], let stored = record.rule else { continue }
      try restore(rule, stored, latest)
    }
  }

  private mutating func restore(_ record: AlarmRecord, _ latest: Int64) throws(AlarmError) {
    let slot = try slot(for: record.id)
    alarms[slot].phase = AlarmPhase(
      state: record.state, since: record.since.map { instant($0, latest) } ?? 0, wallSince: record.since ?? 0)
    alarms[slot].description = record.description
    alarms[slot].ownSeverity = record.severity
    alarms[slot].override = record.override
  }

  private mutating func restore(_ rule: AlarmRule, _ stored: AlarmRecord.Rule, _ latest: Int64) throws(AlarmError) {
    try rule.check()
    let id = try rule.reference.id()
    try checkCycles(id, rule.when.form)
    let slot = try slot(for: id)
    var none: Kept = [:]
    alarms[slot].root = build(rule.when.form, owner: slot, at: latest, keeping: &none)
    raiseRanks(above: slot)
    ruleDescriptions[slot] = rule.description
    let operators = operators(below: alarms[slot].root)
    guard operators.count == stored.operators.count else {
      throw AlarmError(.invalidRecord, id.description, "stores another rule's memory; remove the record")
    }
    for (node, memory) in zip(operators, stored.operators) { restore(node, memory, latest) }
    for node in connectives(below: alarms[slot].root) { recount(node) }
  }

  private mutating func restore(_ node: Int32, _ memory: AlarmRecord.Memory, _ latest: Int64) {
    let isFlapping = nodes[Int(node)].kind == .flapping
    nodes[Int(node)].input = Signal(rawValue: memory.input)
    nodes[Int(node)].output = Signal(rawValue: memory.output)
    nodes[Int(node)].since = instant(memory.since, latest)
    nodes[Int(node)].mark = memory.mark.map { isFlapping ? $0 : instant($0, latest) } ?? .min
    let history = Int(nodes[Int(node)].history)
    if history > 0 {
      histories[history] = RunHistory()
      let times = (memory.runs ?? []).map { instant($0, latest) }
      for index in stride(from: 0, to: times.count - 1, by: 2) {
        histories[history].append(from: times[index], to: max(times[index], times[index + 1]), atMost: .max)
      }
    }
    timers.set(memory.due.map { saturatingDifference($0, wallOffset) } ?? .max, of: node, in: &nodes)
  }

  /// Alarms, `not`, `and` and `or` remember nothing; their values follow from their operands'.
  private mutating func recount(_ node: Int32) {
    let children = children(of: node)
    if nodes[Int(node)].kind == .all || nodes[Int(node)].kind == .any {
      (nodes[Int(node)].setCount, nodes[Int(node)].knownCount, nodes[Int(node)].knownSetCount) = (0, 0, 0)
      for child in children { nodes[Int(node)].count(nodes[Int(child)].output, by: 1) }
    } else if let child = children.first {
      nodes[Int(node)].input = nodes[Int(child)].output
    }
    compute(node, at: now)
  }

  /// Operands first.
  private func connectives(below root: Int32) -> [Int32] {
    var found: [Int32] = []
    var waiting = [root]
    while let node = waiting.popLast() {
      if nodes[Int(node)].operation == nil { found.append(node) }
      waiting += children(of: node)
    }
    return found.reversed()
  }

  private func instant(_ wall: Int64, _ latest: Int64) -> Int64 {
    min(latest, saturatingDifference(wall, wallOffset))
  }
}

extension AlarmRecord {
  fileprivate var alarmRule: AlarmRule? {
    rule.map { AlarmRule(id, severity, when: $0.when, description: $0.description) }
  }
}
