extension AlarmEngine {
  /// What operators of a replaced rule remember, by what they are and what they look at.
  typealias Kept = [RememberedPart: [OperatorNode]]

  struct RememberedPart: Hashable {
    let name: RuleOperator.Name
    let operand: AlarmExpression.Form
  }

  /// Makes the nodes of an expression, operands first, each with its value at this instant.
  mutating func build(
    _ form: AlarmExpression.Form, owner: Int32, at instant: Int64, keeping kept: inout Kept
  ) -> Int32 {
    switch form {
    case .alarm(let reference):
      return finish(source(OperatorNode(kind: .alarm, owner: owner), reference), at: instant)
    case .not(let operand):
      let child = build(operand, owner: owner, at: instant, keeping: &kept)
      return finish(parent(OperatorNode(kind: .not, owner: owner), of: [child]), at: instant)
    case .all(let parts), .any(let parts):
      let children = parts.map { build($0, owner: owner, at: instant, keeping: &kept) }
      let kind: OperatorNode.Kind = if case .all = form { .all } else { .any }
      return finish(parent(OperatorNode(kind: kind, owner: owner), of: children), at: instant)
    case .operation(let operation, let operand):
      return build(operation, operand, owner: owner, at: instant, keeping: &kept)
    }
  }

  private mutating func build(
    _ operation: RuleOperator, _ operand: AlarmExpression.Form, owner: Int32, at instant: Int64,
    keeping kept: inout Kept
  ) -> Int32 {
    let template = OperatorNode(operation, owner: owner)
    let node: Int32
    if case .alarm(let reference) = operand {
      node = source(template, reference)
    } else {
      node = parent(template, of: [build(operand, owner: owner, at: instant, keeping: &kept)])
    }
    if template.kind == .intensity || template.kind == .onTime { nodes[Int(node)].history = addHistory() }
    if let old = kept[RememberedPart(name: operation.name, operand: operand)]?.popLast() {
      adopt(old, node)
    } else {
      beginMemory(of: node, at: instant)
    }
    return finish(node, at: instant)
  }

  private mutating func finish(_ node: Int32, at instant: Int64) -> Int32 {
    compute(node, at: instant)
    return node
  }

  private mutating func source(_ template: OperatorNode, _ reference: AlarmReference) -> Int32 {
    let id = AlarmID(checked: reference.text)
    let slot = alarms.slot(of: id) ?? alarms.add(id)
    var node = template
    node.source = slot
    node.input = alarms[slot].signal
    node.rank = 1 + (alarms[slot].root < 0 ? 0 : nodes[Int(alarms[slot].root)].rank)
    node.nextReader = alarms[slot].firstReader
    let index = add(node)
    if node.nextReader >= 0 { nodes[Int(node.nextReader)].previousReader = index }
    alarms[slot].firstReader = index
    return index
  }

  private mutating func parent(_ template: OperatorNode, of children: [Int32]) -> Int32 {
    var node = template
    node.rank = 1 + (children.map { nodes[Int($0)].rank }.max() ?? 0)
    if node.kind == .all || node.kind == .any {
      (node.setCount, node.knownCount, node.knownSetCount) = (0, 0, 0)
      node.operandCount = Int64(children.count)
      for child in children { node.count(nodes[Int(child)].output, by: 1) }
    } else if let child = children.first {
      node.input = nodes[Int(child)].output
    }
    node.firstChild = children.first ?? -1
    let index = add(node)
    for (child, next) in zip(children, children.dropFirst() + [-1]) {
      nodes[Int(child)].parent = index
      nodes[Int(child)].nextSibling = next
    }
    return index
  }

  private mutating func add(_ node: OperatorNode) -> Int32 {
    if let index = freeNodes.popLast() {
      nodes[Int(index)] = node
      return index
    }
    nodes.append(node)
    return Int32(nodes.count - 1)
  }

  private mutating func addHistory() -> Int32 {
    if let index = freeHistories.popLast() { return index }
    histories.append(RunHistory())
    return Int32(histories.count - 1)
  }

  /// Removes the nodes of a rule.
  ///
  /// - Returns: The alarms that they read.
  mutating func release(_ root: Int32) -> [Int32] {
    let sources = sources(below: root)
    var waiting = [root]
    while let index = waiting.popLast() {
      waiting += children(of: index)
      let node = nodes[Int(index)]
      unlink(node)
      if node.history > 0 {
        histories[Int(node.history)] = RunHistory()
        freeHistories.append(node.history)
      }
      timers.set(.max, of: index, in: &nodes)
      nodes[Int(index)] = OperatorNode(kind: .alarm, owner: -1)
      freeNodes.append(index)
    }
    return sources
  }

  private mutating func unlink(_ node: OperatorNode) {
    guard node.source >= 0 else { return }
    if node.previousReader >= 0 {
      nodes[Int(node.previousReader)].nextReader = node.nextReader
    } else {
      alarms[node.source].firstReader = node.nextReader
    }
    if node.nextReader >= 0 { nodes[Int(node.nextReader)].previousReader = node.previousReader }
  }
}

extension OperatorNode {
  init(_ operation: RuleOperator, owner: Int32) {
    switch operation {
    case .debounce(let time): self.init(kind: .debounce, owner: owner, setting: time)
    case .hold(let time): self.init(kind: .hold, owner: owner, setting: time)
    case .intensity(let count, let period):
      self.init(kind: .intensity, owner: owner, setting: Int64(count), window: period)
    case .onTime(let share, let period): self.init(kind: .onTime, owner: owner, setting: share, window: period)
    case .sustain(let share, let period): self.init(kind: .sustain, owner: owner, setting: share, window: period)
    case .flapping(let slot): self.init(kind: .flapping, owner: owner, setting: slot, mark: 0)
    case .unknownAsSet: self.init(kind: .unknownAsSet, owner: owner)
    }
  }

  /// The operator that this node is; nil for alarms and connectives.
  var operation: RuleOperator? {
    switch kind {
    case .alarm, .not, .all, .any: nil
    case .debounce: .debounce(setting)
    case .hold: .hold(setting)
    case .intensity: .intensity(Int(setting), within: window)
    case .onTime: .onTime(setting, within: window)
    case .sustain: .sustain(setting, within: window)
    case .flapping: .flapping(slot: setting)
    case .unknownAsSet: .unknownAsSet
    }
  }
}
