import HeapModule
import Holdfast

/// Which lanes have work, as a value: what makes a claim cost nothing for ten thousand tenants with nothing to do.
///
/// A lane with queued jobs is *active* when one may be due, else *later* with a time before which nothing of it is due.
/// That time is a lower bound: it may be too early, which costs one look, and never too late.
struct LaneBook {
  fileprivate struct Later: Comparable {
    let due: WallTime
    let lane: Int64

    static func < (lhs: Later, rhs: Later) -> Bool { (lhs.due, lhs.lane) < (rhs.due, rhs.lane) }
  }

  fileprivate struct Queue {
    var share = FairShare()
    var active: Set<Int64> = []
    var later = Heap<Later>()
    var dues: [Int64: WallTime] = [:]
    var lanes: [Int64: Lane] = [:]
  }

  fileprivate var queues: [String: Queue] = [:]

  /// A job of a lane may be due at a time.
  ///
  /// - Returns: Whether the lane is new, so that nobody has told its weight.
  @discardableResult
  mutating func note(_ lane: Lane, due: WallTime) -> Bool {
    queues[lane.queue, default: Queue()].note(lane, due)
  }

  /// Makes lanes active in which something may be due by then, the earliest first.
  ///
  /// - Parameter limit: How many; nil for all.
  /// - Returns: Those lanes, and when something may be due.
  mutating func advance(_ queue: String, to horizon: WallTime, atMost limit: Int? = nil) -> [(Lane, WallTime)] {
    guard queues[queue] != nil else { return [] }
    return queues[queue]?.advance(to: horizon, atMost: limit ?? .max) ?? []
  }

  /// Nothing of a lane is due before then; nil when something may be due already.
  func rest(of lane: Lane) -> WallTime? {
    guard let queue = queues[lane.queue] else { return .distantFuture }
    return queue.active.contains(lane.id) ? nil : queue.dues[lane.id] ?? .distantFuture
  }

  func isActive(_ lane: Lane) -> Bool { queues[lane.queue]?.active.contains(lane.id) ?? false }

  /// Whether a lane of these tenants may have something due.
  func mayClaim(_ queue: String, _ partitions: PartitionSet, by horizon: WallTime) -> Bool {
    guard let queue = queues[queue] else { return false }
    if let first = queue.later.min, first.due <= horizon { return true }
    if case .all(let except) = partitions, except.isEmpty { return !queue.active.isEmpty }
    return queue.active.contains { id in queue.lanes[id].map { partitions.contains($0.partition) } ?? false }
  }

  /// Active lanes.
  func activeCount(_ queue: String) -> Int { queues[queue]?.active.count ?? 0 }

  /// Every lane that had work since the start.
  var lanes: [Lane] { queues.values.flatMap(\.lanes.values) }

  // MARK: Turns

  /// The lane whose turn it is.
  func next(_ queue: String) -> Lane? {
    guard let queue = queues[queue], let id = queue.share.next else { return nil }
    return queue.lanes[Int64(id)]
  }

  mutating func charge(_ lane: Lane, _ jobs: Int) { queues[lane.queue]?.share.charge(Int(lane.id), jobs: jobs) }

  mutating func skip(_ lane: Lane) { queues[lane.queue]?.share.skip(Int(lane.id)) }

  mutating func endRound(_ queue: String) { queues[queue]?.share.endRound() }

  mutating func setWeight(_ weight: Double, of lane: Lane) {
    queues[lane.queue, default: Queue()].share.setWeight(weight, of: Int(lane.id))
  }

  /// Nothing in a lane is due; the earliest is due then, or there is none.
  mutating func rest(_ lane: Lane, until due: WallTime?) {
    guard queues[lane.queue] != nil else { return }
    queues[lane.queue]?.rest(lane, due)
  }

  /// When the first of the resting lanes that pass may have something due.
  mutating func earliest(_ queue: String, where passes: (Lane) -> Bool) -> WallTime? {
    queues[queue]?.earliest(where: passes)
  }
}

extension LaneBook.Queue {
  @discardableResult
  fileprivate mutating func note(_ lane: Lane, _ due: WallTime) -> Bool {
    guard !active.contains(lane.id) else { return false }
    if let known = dues[lane.id], known <= due { return false }
    let isNew = lanes.updateValue(lane, forKey: lane.id) == nil
    dues[lane.id] = due
    later.insert(LaneBook.Later(due: due, lane: lane.id))
    if later.count > 2 * dues.count + 64 {
      later = Heap(dues.map { LaneBook.Later(due: $0.value, lane: $0.key) })
    }
    return isNew
  }

  fileprivate mutating func advance(to horizon: WallTime, atMost limit: Int) -> [(Lane, WallTime)] {
    var advanced: [(Lane, WallTime)] = []
    while advanced.count < limit, let first = later.min, first.due <= horizon {
      later.removeMin()
      guard dues[first.lane] == first.due, let lane = lanes[first.lane] else { continue }
      advanced.append((lane, first.due))
      dues[first.lane] = nil
      active.insert(first.lane)
      share.begin(Int(first.lane))
    }
    return advanced
  }

  fileprivate mutating func rest(_ lane: Lane, _ due: WallTime?) {
    guard active.remove(lane.id) != nil else { return }
    share.end(Int(lane.id))
    if let due { note(lane, due) }
  }

  /// Mostly the first one passes; when it does not, all are looked at.
  fileprivate mutating func earliest(where passes: (Lane) -> Bool) -> WallTime? {
    while let first = later.min, dues[first.lane] != first.due { later.removeMin() }
    guard let first = later.min, let lane = lanes[first.lane] else { return nil }
    if passes(lane) { return first.due }
    return dues.filter { id, _ in lanes[id].map(passes) ?? false }.values.min()
  }
}
