import HeapModule

/// The earliest instants at which some record may have to act: one small entry for each, so that a supervisor needs one
/// timer however many of its children wait.
///
/// An entry is a hint: the record's own deadline decides. A deadline that moved later is re-entered when its old entry
/// comes up, so a heartbeat or a restart costs nothing here.
struct DeadlineQueue {
  private struct Entry: Comparable {
    let due: Instant
    let slot: UInt32

    static func < (lhs: Entry, rhs: Entry) -> Bool { lhs.due < rhs.due }
  }

  private var heap = Heap<Entry>()

  /// No later than the next instant at which anything is due.
  var next: Instant? { heap.min?.due }

  /// Sets the deadline of a record and makes sure that it will be noticed.
  mutating func set(_ deadline: Instant, for slot: UInt32, in children: inout ChildSlab) {
    children[slot].deadline = deadline
    guard deadline < children[slot].queued else { return }
    children[slot].queued = deadline
    heap.insert(Entry(due: deadline, slot: slot))
    if heap.count > 64, heap.count > 2 * children.count { rebuild(from: &children) }
  }

  /// Takes out a slot whose deadline has passed; nil when none has.
  mutating func popDue(by now: Instant, in children: inout ChildSlab) -> UInt32? {
    while let entry = heap.min, entry.due <= now {
      heap.removeMin()
      guard children.isOccupied(entry.slot), children[entry.slot].queued == entry.due else { continue }
      children[entry.slot].queued = .distantFuture
      let deadline = children[entry.slot].deadline
      if deadline <= now { return entry.slot }
      if deadline < .distantFuture { set(deadline, for: entry.slot, in: &children) }
    }
    return nil
  }

  mutating func clear() {
    heap = Heap()
  }

  /// Entries that lost their record, or were overtaken by an earlier one, are dropped.
  private mutating func rebuild(from children: inout ChildSlab) {
    let live = children.inOrder.lazy.compactMap { [children] slot in
      children[slot].queued < .distantFuture ? Entry(due: children[slot].queued, slot: slot) : nil
    }
    heap = Heap(Array(live))
  }
}
