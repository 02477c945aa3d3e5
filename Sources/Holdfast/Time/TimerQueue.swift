import HeapModule

/// Timers in due order, as a value: the heart of a timeline, real or virtual.
///
/// Cancelling only forgets the action; the heap entry stays until it is due or until more than half of the entries are
/// dead, when the heap is rebuilt. So each operation costs O(log n) amortised, and memory follows the live timers.
package struct TimerQueue {
  private struct Entry: Comparable {
    let due: Instant
    let number: UInt64

    static func < (lhs: Entry, rhs: Entry) -> Bool {
      (lhs.due, lhs.number) < (rhs.due, rhs.number)
    }
  }

  package typealias Action = @Sendable () -> Void

  private var heap = Heap<Entry>()
  private var actions: [UInt64: Action] = [:]
  private var last: UInt64 = 0

  package init() {}

  /// Timers that have neither fired nor been cancelled.
  package var count: Int { actions.count }

  /// The earliest live timer's instant.
  package var next: Instant? {
    mutating get {
      dropDead()
      return heap.min?.due
    }
  }

  package mutating func add(at due: Instant, _ action: @escaping Action) -> TimerToken {
    last += 1
    actions[last] = action
    heap.insert(Entry(due: due, number: last))
    return TimerToken(number: last)
  }

  package mutating func remove(_ token: TimerToken) {
    guard actions.removeValue(forKey: token.number) != nil else { return }
    if heap.count > 64, heap.count > 2 * actions.count {
      heap = Heap(heap.unordered.filter { actions[$0.number] != nil })
    }
  }

  /// Takes out the earliest timer that is due by `now`.
  package mutating func popDue(by now: Instant) -> (due: Instant, action: Action)? {
    dropDead()
    guard let first = heap.min, first.due <= now, let action = actions.removeValue(forKey: first.number) else {
      return nil
    }
    heap.removeMin()
    return (first.due, action)
  }

  private mutating func dropDead() {
    while let first = heap.min, actions[first.number] == nil { heap.removeMin() }
  }
}
