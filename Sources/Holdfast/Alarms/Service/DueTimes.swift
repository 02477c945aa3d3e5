import HeapModule

/// When which thing is due: the earliest first, each at one time at most.
///
/// What was set before is only dropped when it comes up, or when more than half of all is such, so each call costs
/// O(log n) amortised and memory follows what is due.
struct DueTimes<Key: Hashable & Sendable, Time: Hashable & Comparable & Sendable>: Sendable {
  private struct Entry: Comparable {
    let due: Time
    let key: Key

    static func < (lhs: Entry, rhs: Entry) -> Bool { lhs.due < rhs.due }
    static func == (lhs: Entry, rhs: Entry) -> Bool { lhs.due == rhs.due }
  }

  private var heap = Heap<Entry>()
  private var due: [Key: Time] = [:]

  /// The earliest time; nil when nothing is due at any.
  var next: Time? {
    mutating get {
      while let first = heap.min {
        if due[first.key] == first.due { return first.due }
        heap.removeMin()
      }
      return nil
    }
  }

  subscript(key: Key) -> Time? { due[key] }

  /// Sets when a thing is due, instead of what was set before; nil for never.
  mutating func set(_ time: Time?, for key: Key) {
    guard due[key] != time else { return }
    due[key] = time
    guard let time else { return }
    heap.insert(Entry(due: time, key: key))
    if heap.count > 64, heap.count > 2 * due.count { heap = Heap(due.map { Entry(due: $1, key: $0) }) }
  }

  /// Takes out a thing that is due.
  mutating func popDue(by now: Time) -> Key? {
    guard let next, next <= now, let first = heap.popMin() else { return nil }
    due[first.key] = nil
    return first.key
  }
}
