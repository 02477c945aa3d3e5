extension AlarmEngine {
  /// Refuses a rule that would depend on its own alarm, by whatever way (AL31, D5).
  func checkCycles(_ id: AlarmID, _ form: AlarmExpression.Form) throws(AlarmError) {
    var cameFrom: [AlarmID: AlarmID] = [:]
    var waiting: [AlarmID] = []
    for reference in form.references {
      let input = AlarmID(checked: reference.text)
      if cameFrom.updateValue(id, forKey: input) == nil { waiting.append(input) }
    }
    // Nothing reads a new alarm, so there is no way back to it unless the rule itself is one.
    let isRead = alarms.slot(of: id).map { alarms[$0].firstReader >= 0 } ?? false
    guard isRead || cameFrom[id] != nil else { return }
    while let next = waiting.popLast(), next != id, cameFrom[id] == nil {
      guard let slot = alarms.slot(of: next), alarms[slot].isDerived else { continue }
      for input in sources(below: alarms[slot].root).map({ alarms[$0].id }) where cameFrom[input] == nil {
        cameFrom[input] = next
        waiting.append(input)
      }
    }
    guard cameFrom[id] != nil else { return }
    throw AlarmError(.cycle, id.description, "would depend on itself: \(Self.path(to: id, cameFrom)); break the circle")
  }

  private static func path(to id: AlarmID, _ cameFrom: [AlarmID: AlarmID]) -> String {
    var path = [id]
    while let before = cameFrom[path[path.count - 1]], path.count <= cameFrom.count {
      path.append(before)
      if before == id { break }
    }
    return path.reversed().map(\.description).joined(separator: " → ")
  }

  /// What depends on an alarm must come after it.
  mutating func raiseRanks(above slot: Int32) {
    var waiting = [slot]
    while let slot = waiting.popLast() {
      let rank = alarms[slot].root < 0 ? 0 : nodes[Int(alarms[slot].root)].rank
      var reader = alarms[slot].firstReader
      while reader >= 0 {
        if raise(reader, above: rank) { waiting.append(nodes[Int(reader)].owner) }
        reader = nodes[Int(reader)].nextReader
      }
    }
  }

  /// - Returns: Whether the top of the rule rose too.
  private mutating func raise(_ node: Int32, above rank: Int32) -> Bool {
    var (node, rank) = (node, rank)
    while node >= 0 {
      guard nodes[Int(node)].rank <= rank else { return false }
      rank += 1
      nodes[Int(node)].rank = rank
      node = nodes[Int(node)].parent
    }
    return true
  }

  /// The alarms that a rule reads, repetitions included.
  func sources(below root: Int32) -> [Int32] {
    var found: [Int32] = []
    var waiting = [root]
    while let node = waiting.popLast() {
      if nodes[Int(node)].source >= 0 { found.append(nodes[Int(node)].source) }
      waiting += children(of: node)
    }
    return found
  }

  func children(of node: Int32) -> [Int32] {
    var children: [Int32] = []
    var child = nodes[Int(node)].firstChild
    while child >= 0 {
      children.append(child)
      child = nodes[Int(child)].nextSibling
    }
    return children
  }

  /// Rules so that each comes after those of the same list that it looks at; those in a circle come in the order given.
  static func inOrder(_ rules: [AlarmRule]) -> [AlarmRule] {
    var index: [String: Int] = [:]
    for (number, rule) in rules.enumerated() { index[rule.name] = number }
    var ordered: [AlarmRule] = []
    var isSeen = Array(repeating: false, count: rules.count)
    for start in rules.indices where !isSeen[start] {
      isSeen[start] = true
      var path = [(rule: start, inputs: rules[start].when.form.references[...])]
      while let (rule, inputs) = path.last {
        guard let input = inputs.first else {
          ordered.append(rules[rule])
          path.removeLast()
          continue
        }
        path[path.count - 1].inputs.removeFirst()
        guard let next = index[input.text], !isSeen[next] else { continue }
        isSeen[next] = true
        path.append((next, rules[next].when.form.references[...]))
      }
    }
    return ordered
  }
}
