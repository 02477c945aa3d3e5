import Holdfast

/// Keeping back what has just come, until it is claimed or must be in the file.
extension JobTables {
  /// Keeps a job back, if that changes nothing but the work: it is due, and comes first among what is due in its lane.
  ///
  /// - Parameter count: How many its caller stores together.
  func keep(_ draft: JobDraft, _ id: JobID, _ lane: Lane, kind: Int64, due: WallTime, among count: Int) -> Bool {
    guard isOwner, !nodes.isEmpty, draft.isPlain, due <= now, count <= Arrivals.atOnce else { return false }
    guard let stored = arrivals[lane]?.stored ?? book.rest(of: lane), stored > now else { return false }
    let job = JobRecord(id: id, draft: draft, due: due, enqueued: now)
    arrivals.add(Arrivals.Arrival(row: JobRow(job, lane), kind: kind), stored: stored)
    return true
  }

  /// What has just come to a lane, if nothing else of it is due.
  func candidates(arrivingIn lane: Lane, _ count: Int, by horizon: WallTime) throws -> Arrived? {
    guard let kept = arrivals[lane] else { return nil }
    guard kept.stored > horizon, kept.latest <= horizon else {
      try writeArrivals { $0 == lane }
      return nil
    }
    return Arrived(
      rows: kept.jobs.prefix(count).map(\.row), isAll: kept.jobs.count <= count,
      rest: kept.stored == .distantFuture ? nil : kept.stored)
  }

  /// Candidates that are not in the file.
  struct Arrived {
    let rows: [JobRow]
    let isAll: Bool
    /// When something else of the lane is due.
    let rest: WallTime?
  }

  /// Writes what was kept back.
  func writeArrivals(where passes: (Lane) -> Bool = { _ in true }) throws {
    try write(arrivals.removeAll(where: passes).map(PlainRow.init))
  }

  /// Writes jobs that have no keys, name, timeout or envelope.
  func write(_ rows: [PlainRow]) throws {
    try connection.insert(rows, JobSQL.insertPlain) { $0.bind(to: $1, from: $2) }
  }

  /// Writes what nodes took as it came.
  func writeTakenArrivals() throws {
    try arrivals.takeTaken { [connection, now] taken in
      try connection.insert(taken, JobSQL.insertTaken) { taken, insert, first in
        PlainRow(taken.arrival).bind(to: insert, from: first)
        insert.bind(first + 11, taken.node)
        insert.bind(first + 12, now.microseconds)
      }
    }
  }
}
