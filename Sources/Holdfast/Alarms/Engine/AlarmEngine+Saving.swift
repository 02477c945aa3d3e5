extension AlarmEngine {
  /// What changed since the last call, to be stored together: states, overrides, rules and what their operators remember.
  public mutating func takeChanges() -> AlarmChanges {
    var saved: [AlarmRecord] = []
    for slot in noted where alarms.isOccupied(slot) && alarms[slot].isNoted {
      alarms[slot].isNoted = false
      saved.append(record(slot))
    }
    defer { (noted, removed) = ([], []) }
    return AlarmChanges(saved: saved, removed: removed.filter { alarms.slot(of: $0) == nil })
  }

  /// Everything, to be stored at once.
  public var records: [AlarmRecord] {
    alarms.slots.map(record).sorted { $0.id < $1.id }
  }

  private func record(_ slot: Int32) -> AlarmRecord {
    let cell = alarms[slot]
    let rule =
      cell.isDerived
      ? AlarmRecord.Rule(
        when: AlarmExpression(form: form(of: cell.root)), description: ruleDescriptions[slot],
        operators: operators(below: cell.root).map(memory)) : nil
    return AlarmRecord(
      id: cell.id, state: cell.state, description: cell.description, severity: cell.ownSeverity,
      override: cell.override, since: cell.state == .unknown ? nil : cell.phase.wallSince, rule: rule)
  }

  private func memory(of index: Int32) -> AlarmRecord.Memory {
    let node = nodes[Int(index)]
    let runs = node.history == 0 ? nil : histories[Int(node.history)].runs.flatMap { [wall($0.start), wall($0.end)] }
    return AlarmRecord.Memory(
      input: node.input.rawValue, output: node.output.rawValue, since: wall(node.since),
      mark: node.kind == .flapping ? node.mark : node.mark == .min ? nil : wall(node.mark),
      due: node.due == .max ? nil : wall(node.due), runs: runs)
  }

  private func wall(_ instant: Int64) -> Int64 { saturatingSum(instant, wallOffset) }
}
