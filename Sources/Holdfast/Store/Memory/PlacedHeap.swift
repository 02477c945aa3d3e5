import HeapModule

/// Jobs in some order, with cheap removal: a heap of places, in which only a job's newest place counts.
///
/// A job that moves, or is forgotten, gets a new place number or none; its old entry stays until it comes up or until more
/// than half of the entries are dead. So each operation costs O(log n) amortised, and memory follows the live jobs.
struct PlacedHeap<Key: Comparable & Sendable>: Sendable {
  struct Entry: Comparable, Sendable {
    let key: Key
    let id: Int64
    let place: UInt64

    static func < (lhs: Entry, rhs: Entry) -> Bool { (lhs.key, lhs.id) < (rhs.key, rhs.id) }
  }

  private var heap = Heap<Entry>()

  /// Entries, the dead ones included.
  var count: Int { heap.count }

  mutating func insert(_ key: Key, _ job: StoredJob) {
    heap.insert(Entry(key: key, id: job.record.id.number, place: job.place))
  }

  /// The first live entry.
  mutating func first(in jobs: [Int64: StoredJob]) -> Entry? {
    while let entry = heap.min {
      if jobs[entry.id]?.place == entry.place { return entry }
      heap.removeMin()
    }
    return nil
  }

  /// The smallest of what `value` makes of the live entries, in no order.
  func least<Value: Comparable>(in jobs: [Int64: StoredJob], _ value: (Entry) -> Value) -> Value? {
    heap.unordered.lazy.filter { jobs[$0.id]?.place == $0.place }.map(value).min()
  }

  /// The jobs of the live entries, in no order.
  func ids(in jobs: [Int64: StoredJob]) -> [Int64] {
    heap.unordered.filter { jobs[$0.id]?.place == $0.place }.map(\.id)
  }

  /// Drops dead entries once they are the larger part.
  mutating func compact(live: Int, in jobs: [Int64: StoredJob]) {
    guard heap.count > 64, heap.count > 2 * live else { return }
    heap = Heap(heap.unordered.filter { jobs[$0.id]?.place == $0.place })
  }
}

/// Orders jobs that are due: priority, then due time, then id.
struct ReadyKey: Comparable, Sendable {
  let priority: Int
  let due: WallTime

  static func < (lhs: ReadyKey, rhs: ReadyKey) -> Bool {
    lhs.priority != rhs.priority ? lhs.priority > rhs.priority : lhs.due < rhs.due
  }
}
