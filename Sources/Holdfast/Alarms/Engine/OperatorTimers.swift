import HeapModule

/// When which operator is due: one heap for the whole engine.
///
/// A node's own `due` is the truth and the stamp of its entry: an entry that says otherwise is stale and dropped when it
/// comes up, or when stale ones are the majority (D9).
struct OperatorTimers {
  struct Entry: Comparable {
    let due: Int64
    let node: Int32

    static func < (lhs: Entry, rhs: Entry) -> Bool { lhs.due < rhs.due }
  }

  private var heap = Heap<Entry>()
  /// Nodes that are due at some time.
  private(set) var live = 0

  mutating func set(_ due: Int64, of node: Int32, in nodes: inout [OperatorNode]) {
    let old = nodes[Int(node)].due
    guard due != old else { return }
    nodes[Int(node)].due = due
    if old != .max { live -= 1 }
    guard due != .max else { return }
    live += 1
    heap.insert(Entry(due: due, node: node))
    if heap.count > 1024, heap.count > 2 * live { rebuild(from: nodes) }
  }

  /// The earliest instant at which a node is due; `.max` when none is.
  mutating func next(in nodes: [OperatorNode]) -> Int64 {
    while let first = heap.min {
      if nodes[Int(first.node)].due == first.due { return first.due }
      heap.removeMin()
    }
    return .max
  }

  /// Takes out a node that is due by `now`.
  mutating func popDue(by now: Int64, in nodes: inout [OperatorNode]) -> Int32? {
    guard next(in: nodes) <= now, let first = heap.popMin() else { return nil }
    nodes[Int(first.node)].due = .max
    live -= 1
    return first.node
  }

  private mutating func rebuild(from nodes: [OperatorNode]) {
    var entries: [Entry] = []
    entries.reserveCapacity(live)
    for (index, node) in nodes.enumerated() where node.due != .max {
      entries.append(Entry(due: node.due, node: Int32(index)))
    }
    heap = Heap(entries)
  }
}
