import HeapModule

/// When something must happen to a slot of the window: one small heap, so that a runner needs one timer.
///
/// An entry is a hint: the slot's own deadline decides. One that moved later is entered again when its old entry comes
/// up, so a million short runs with long timeouts leave no more entries than there are slots.
struct SlotDeadlines {
  private struct Entry: Comparable {
    let due: Instant
    let slot: UInt32

    static func < (lhs: Entry, rhs: Entry) -> Bool { lhs.due < rhs.due }
  }

  private var heap = Heap<Entry>()
  private var deadlines: [Instant] = []
  private var queued: [Instant] = []

  /// No later than the next instant at which anything is due.
  var next: Instant? { heap.min?.due }

  /// Sets the deadline of a slot; `distantFuture` for none.
  mutating func set(_ deadline: Instant, for slot: UInt32) {
    while deadlines.count <= slot {
      deadlines.append(.distantFuture)
      queued.append(.distantFuture)
    }
    deadlines[Int(slot)] = deadline
    guard deadline < queued[Int(slot)] else { return }
    queued[Int(slot)] = deadline
    heap.insert(Entry(due: deadline, slot: slot))
  }

  /// Takes out a slot whose deadline has passed; nil when none has.
  mutating func popDue(by now: Instant) -> UInt32? {
    while let entry = heap.min, entry.due <= now {
      heap.removeMin()
      guard queued[Int(entry.slot)] == entry.due else { continue }
      queued[Int(entry.slot)] = .distantFuture
      let deadline = deadlines[Int(entry.slot)]
      deadlines[Int(entry.slot)] = .distantFuture
      if deadline <= now { return entry.slot }
      if deadline < .distantFuture { set(deadline, for: entry.slot) }
    }
    return nil
  }
}
