import DequeModule
import Holdfast

/// Jobs that a transaction brings and has not written yet. One that a worker takes in the same transaction is written
/// once, as executing, at its end; the rest is written before anything else looks for it.
///
/// Only a lane in which nothing else is due keeps any, so that jobs are claimed in the order they would have in the file.
struct Arrivals {
  /// A job as it came.
  struct Arrival {
    let row: JobRow
    /// The number of its kind.
    let kind: Int64

    fileprivate var job: JobRecord { row.record }

    /// Whether it is claimed before another one of its lane.
    fileprivate func precedes(_ other: Arrival) -> Bool {
      (-job.priority, job.due, job.id.number) < (-other.job.priority, other.job.due, other.job.id.number)
    }
  }

  /// What one lane keeps.
  struct Kept {
    /// In the order in which they are claimed.
    fileprivate(set) var jobs = Deque<Arrival>()
    /// Nothing of the lane that is in the file is due before then.
    fileprivate(set) var stored: WallTime
    /// When the last of them is due: the wall clock may be set back before they are claimed.
    fileprivate(set) var latest = WallTime.distantPast
  }

  /// Jobs that may be kept back for one caller; more than a worker will take at once is better written at once.
  static let atOnce = 16

  private var lanes: [Int64: Kept] = [:]
  /// What nodes took, each with the row of its node.
  private var taken: [(arrival: Arrival, node: Int64)] = []

  /// What a lane keeps; nil for nothing.
  subscript(lane: Lane) -> Kept? { lanes.isEmpty ? nil : lanes[lane.id] }

  /// Keeps a job.
  ///
  /// - Parameter stored: When the first row of its lane in the file is due, unless the lane keeps jobs already.
  mutating func add(_ arrival: Arrival, stored: WallTime) {
    lanes[arrival.row.lane.id, default: Kept(stored: stored)].insert(arrival)
  }

  /// A row of a lane in the file may be due then.
  mutating func note(_ lane: Lane, due: WallTime) {
    guard !lanes.isEmpty, let stored = lanes[lane.id]?.stored, due < stored else { return }
    lanes[lane.id]?.stored = due
  }

  /// Gives the first of a lane to a node, if it is this job.
  ///
  /// - Returns: Whether it is.
  mutating func claim(_ id: JobID, of lane: Lane, by node: Int64) -> Bool {
    guard !lanes.isEmpty, lanes[lane.id]?.jobs.first?.job.id == id else { return false }
    guard let arrival = lanes[lane.id]?.jobs.popFirst() else { return false }
    taken.append((arrival, node))
    return true
  }

  /// Hands over everything that nodes took.
  mutating func takeTaken(_ body: ([(arrival: Arrival, node: Int64)]) throws -> Void) rethrows {
    guard !taken.isEmpty else { return }
    try body(taken)
    taken.removeAll(keepingCapacity: true)
  }

  /// Takes everything that passes, lane by lane.
  mutating func removeAll(where passes: (Lane) -> Bool = { _ in true }) -> [Arrival] {
    guard !lanes.isEmpty else { return [] }
    var removed: [Arrival] = []
    for (id, kept) in lanes {
      guard let first = kept.jobs.first else {
        lanes[id] = nil
        continue
      }
      guard passes(first.row.lane) else { continue }
      removed += kept.jobs
      lanes[id] = nil
    }
    return removed
  }
}

extension Arrivals.Kept {
  /// Mostly the newest comes last.
  fileprivate mutating func insert(_ arrival: Arrivals.Arrival) {
    var index = jobs.count
    while index > 0, arrival.precedes(jobs[index - 1]) { index -= 1 }
    jobs.insert(arrival, at: index)
    latest = max(latest, arrival.job.due)
  }
}
