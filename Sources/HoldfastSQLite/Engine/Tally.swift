import Holdfast

/// How many jobs of each lane are in which state: what a transaction changes of it, written at its end.
///
/// The file has the counts of the jobs up to a number. Those after it, the tail, are few, and count as they are: so a
/// commit that brings a job, or ends a new one, writes no page but the job's. Once the tail is long it is counted.
struct Tally {
  private struct Cell: Hashable {
    let lane: Int64
    let state: JobState
  }

  /// The newest job that is counted.
  private let counted: Int64
  private let longestTail: Int64
  /// What changed of the jobs that are counted.
  private var changes: [Cell: Int] = [:]
  /// Whether the newest number may be no row's any more: it must not be given again.
  private var hasRemoved = false

  /// - Parameters:
  ///   - counted: The newest job that is counted in the file.
  ///   - longestTail: See ``SQLiteStore/Options/longestTail``.
  init(counted: Int64, longestTail: Int64) {
    (self.counted, self.longestTail) = (counted, longestTail)
  }

  mutating func move(_ job: JobID, _ lane: Int64, from old: JobState, to new: JobState) {
    guard job.number <= counted, old != new else { return }
    changes[Cell(lane: lane, state: old), default: 0] -= 1
    changes[Cell(lane: lane, state: new), default: 0] += 1
  }

  mutating func remove(_ job: JobID, _ lane: Int64, _ state: JobState) {
    hasRemoved = true
    if job.number <= counted { changes[Cell(lane: lane, state: state), default: 0] -= 1 }
  }

  /// Writes what changed, once every row is written.
  ///
  /// - Parameter newest: The newest job.
  /// - Returns: The newest job that is counted now.
  mutating func flush(_ connection: Connection, upTo newest: Int64) throws -> Int64 {
    let isTailCounted = newest > counted && (hasRemoved || newest - counted > longestTail)
    if isTailCounted { try addTail(connection, upTo: newest) }
    let add = try connection.statement(JobSQL.addCount)
    for (cell, count) in changes where count != 0 {
      add.bind(1, cell.lane)
      add.bind(2, cell.state.rawValue)
      add.bind(3, count)
      try add.run()
    }
    changes.removeAll(keepingCapacity: true)
    return isTailCounted ? newest : counted
  }

  private mutating func addTail(_ connection: Connection, upTo newest: Int64) throws {
    let tail = try connection.statement(JobSQL.tail)
    tail.bind(1, counted)
    tail.bind(2, newest)
    defer { tail.reset() }
    while try tail.step() {
      guard let state = JobState(rawValue: Int(tail.int(1))) else { continue }
      changes[Cell(lane: tail.int(0), state: state), default: 0] += 1
    }
  }
}
