public import Holdfast
import Synchronization

/// Where pruning is: completed jobs are in no index, so it walks the table in slices and remembers how far it came.
struct Sweep {
  /// Everything completed up to here is younger than wanted or gone.
  var position: Int64 = 0
  var began = WallTime.distantPast
}

/// The lowest job that completed since pruning last asked: it may lie before where pruning is.
final class LowestCompleted: Sendable {
  private let number = Atomic<Int64>(.max)

  func note(_ id: Int64) { number.min(id, ordering: .relaxed) }

  func take() -> Int64 { number.exchange(.max, ordering: .relaxed) }
}

extension SQLiteStore {
  /// See ``JobStore/prune(_:limit:)``. Reads beside the writer and deletes in small transactions, so it holds up nobody.
  public func prune(_ retention: JobRetention, limit: Int) async throws(StoreError) -> Int {
    var left = max(0, limit)
    left -= try await prune(.cancelled, retention, limit: left)
    left -= try await prune(.discarded, retention, limit: left)
    left -= try await pruneCompleted(retention, limit: left)
    return max(0, limit) - left
  }

  // MARK: Cancelled and discarded

  private func prune(_ state: JobState, _ retention: JobRetention, limit: Int) async throws(StoreError) -> Int {
    let oldest = clock.wallTime.advanced(by: .zero - retention.others)
    var total = 0
    while total < limit {
      let wanted = min(limit - total, Self.slice)
      let ids = try await read { reader in try reader.ended(state, retention, oldest: oldest, limit: wanted) }
      total += try await delete(ids, state)
      if ids.count < wanted { break }
    }
    return total
  }

  // MARK: Completed

  private func pruneCompleted(_ retention: JobRetention, limit: Int) async throws(StoreError) -> Int {
    let now = clock.wallTime
    let oldest = now.advanced(by: .zero - retention.completed)
    let lowest = lowestCompleted.take()
    let position = sweep.withLock { sweep in
      sweep.position = min(sweep.position, lowest - 1)
      // Other processes' completed jobs are found by beginning again now and then.
      if sweep.began.duration(to: now) > Self.sweepPeriod || sweep.began > now {
        sweep = Sweep(position: 0, began: now)
      }
      return retention.scope == .everything ? sweep.position : 0
    }
    var walk = CompletedWalk(cursor: position, resume: position)
    var total = 0
    while total < limit, !walk.isEnd {
      let (start, wanted) = (walk, min(limit - total, Self.slice))
      walk = try await read { reader in
        try reader.walkCompleted(start, retention.scope, oldest: oldest, limit: wanted)
      }
      total += try await delete(walk.ids, .completed)
    }
    let reached = walk.resume
    if retention.scope == .everything { sweep.withLock { $0.position = reached } }
    return total
  }

  private static let sweepPeriod = Duration.seconds(3600)

  /// Deletes jobs that are still in the state they were found in.
  private func delete(_ ids: [Int64], _ state: JobState) async throws(StoreError) -> Int {
    guard !ids.isEmpty else { return 0 }
    return try await inWriter { _, tables in
      try ids.count { id in
        guard let row = try tables.job(JobID(id)), row.record.state == state else { return false }
        try tables.remove(row)
        return true
      }
    }
  }
}

extension Reader {
  /// Jobs of a state that ended long enough ago, or that are too many in their lane; the oldest first.
  fileprivate func ended(
    _ state: JobState, _ retention: JobRetention, oldest: WallTime, limit: Int
  ) throws -> [Int64] {
    var ids: [Int64] = []
    for (lane, _, count) in try counts().filter({ $0.state == state }) where ids.count < limit {
      guard retention.scope.contains(partition: lane.partition, queue: lane.queue) else { continue }
      let surplus = state == .discarded ? max(0, count - (retention.maxDiscarded ?? count)) : 0
      let select = try connection.statement(
        """
        SELECT id, finished FROM holdfast_jobs INDEXED BY holdfast_jobs_ended
        WHERE state = ?1 AND state IN (4, 5, 6) AND lane = ?2 ORDER BY finished, id LIMIT ?3
        """)
      select.bind(1, state.rawValue)
      select.bind(2, lane.id)
      select.bind(3, limit - ids.count)
      for (index, job) in try select.rows({ ($0.int(0), WallTime(microseconds: $0.int(1))) }).enumerated() {
        if job.1 < oldest || index < surplus { ids.append(job.0) }
      }
    }
    return ids
  }

  /// One slice of a walk over the table; it always gets further, or ends.
  fileprivate func walkCompleted(
    _ before: CompletedWalk, _ scope: QueueScope, oldest: WallTime, limit: Int
  ) throws -> CompletedWalk {
    let select = try connection.statement(
      "SELECT id, lane, state, finished FROM holdfast_jobs WHERE id > ?1 ORDER BY id LIMIT ?2")
    select.bind(1, before.cursor)
    select.bind(2, CompletedWalk.rows)
    defer { select.reset() }
    var (walk, looked) = (before, 0)
    walk.ids = []
    while walk.ids.count < limit, try select.step() {
      looked += 1
      walk.cursor = select.int(0)
      let isCompleted = select.int(2) == JobState.completed.rawValue
      if isCompleted, WallTime(microseconds: select.int(3)) >= oldest {
        walk.young += 1
        guard walk.young < CompletedWalk.patience else { break }
      } else if isCompleted, try scope.contains(lane(select.int(1))) {
        walk.ids.append(walk.cursor)
      }
      if walk.young == 0 { walk.resume = walk.cursor }
    }
    walk.isEnd = walk.young >= CompletedWalk.patience || (walk.ids.count < limit && looked < CompletedWalk.rows)
    return walk
  }
}

/// A walk over the table for completed jobs that are old enough.
private struct CompletedWalk: Sendable {
  /// Rows of one slice.
  static let rows = 10_000
  /// Completed jobs that are too young, after which the rest is taken to be young as well.
  static let patience = 1000

  /// The last row that was looked at.
  var cursor: Int64
  /// Where the next walk begins: before the first that was too young.
  var resume: Int64
  var young = 0
  var ids: [Int64] = []
  var isEnd = false
}

extension QueueScope {
  fileprivate func contains(_ lane: Lane) -> Bool { contains(partition: lane.partition, queue: lane.queue) }
}
