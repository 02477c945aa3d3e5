extension AlarmEngine {
  /// The expression that nodes were made from.
  func form(of node: Int32) -> AlarmExpression.Form {
    let source = nodes[Int(node)].source
    let operands =
      source >= 0 ? [.alarm(AlarmReference(alarms[source].id))] : children(of: node).map { form(of: $0) }
    switch nodes[Int(node)].kind {
    case .not: return .not(operands[0])
    case .all: return .all(operands)
    case .any: return .any(operands)
    default: return nodes[Int(node)].operation.map { .operation($0, operands[0]) } ?? operands[0]
    }
  }

  /// The operators of a rule that remember something.
  func remembered(in root: Int32) -> Kept {
    var kept: Kept = [:]
    for node in operators(below: root) {
      guard case .operation(let operation, let operand) = form(of: node) else { continue }
      kept[RememberedPart(name: operation.name, operand: operand), default: []].append(nodes[Int(node)])
    }
    return kept
  }

  /// The nodes of a rule that remember something, operands first.
  func operators(below root: Int32) -> [Int32] {
    var found: [Int32] = []
    var waiting = [root]
    while let node = waiting.popLast() {
      if nodes[Int(node)].operation != nil { found.append(node) }
      waiting += children(of: node)
    }
    return found.reversed()
  }

  /// Goes on with what the same operator remembered in the rule that is replaced (AL30, D4).
  mutating func adopt(_ old: OperatorNode, _ node: Int32) {
    nodes[Int(node)].since = old.since
    nodes[Int(node)].mark = old.mark
    nodes[Int(node)].output = old.output
    if old.history > 0 { histories[Int(nodes[Int(node)].history)] = histories[Int(old.history)] }
  }

  /// A new operator knows of its operand what it is and since when.
  mutating func beginMemory(of node: Int32, at instant: Int64) {
    let input = nodes[Int(node)].input
    let source = nodes[Int(node)].source
    let since = source >= 0 ? since(ofAlarm: source, at: instant) : since(of: nodes[Int(node)].firstChild, at: instant)
    nodes[Int(node)].input = []
    nodes[Int(node)].since = since
    remember(node, input, at: since)
  }

  private func since(ofAlarm slot: Int32, at instant: Int64) -> Int64 {
    alarms[slot].state == .unknown ? instant : min(alarms[slot].phase.since, instant)
  }

  /// Since when a part has had its value, as far as its alarms tell; this instant when they do not.
  private func since(of node: Int32, at instant: Int64) -> Int64 {
    let part = nodes[Int(node)]
    switch part.kind {
    case .alarm: return since(ofAlarm: part.source, at: instant)
    case .not: return since(of: part.firstChild, at: instant)
    case .all, .any:
      let deciding: Bool = part.kind == .any
      let times = children(of: node).map { (nodes[Int($0)].output.isSet, since(of: $0, at: instant)) }
      // One operand is enough to keep an `any` set or an `all` clear; otherwise all of them are needed.
      if part.output.isSet == deciding { return times.filter { $0.0 == deciding }.map(\.1).min() ?? instant }
      return times.map(\.1).max() ?? instant
    case .debounce where part.output.isSet: return saturatingSum(part.since, part.setting)
    case .debounce where !part.input.isSet, .hold where part.input.isSet: return part.since
    default: return instant
    }
  }
}
