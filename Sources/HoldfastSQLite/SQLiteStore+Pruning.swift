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
  /// See `JobStore/prune(_:limit:)`. Reads beside the writer and deletes in small transactions, so it holds up nobody.
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
    var scan = CompletedScan(position: position, resume: position)
    var total = 0
    while total < limit {
      let (start, wanted) = (scan, min(limit - total, Self.slice))
      let found = try await read { reader in
        try reader.completed(from: start, retention.scope, oldest: oldest, limit: wanted)
      }
      total += try await delete(found.ids, .completed)
      scan = found.scan
      if found.isEnd { break }
    }
    let reached = scan.resume
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
        WHERE state = ?1 AND state > 3 AND lane = ?2 ORDER BY finished, id LIMIT ?3
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

  /// Completed jobs that are old enough, from a position on.
  ///
  /// - Returns: Where to go on, and whether there is nothing further: the end, or a thousand in a row that are too young.
  fileprivate func completed(
    from scan: CompletedScan, _ scope: QueueScope, oldest: WallTime, limit: Int
  ) throws -> (ids: [Int64], scan: CompletedScan, isEnd: Bool) {
    let select = try connection.statement(
      "SELECT id, lane, state, finished FROM holdfast_jobs WHERE id > ?1 ORDER BY id LIMIT ?2")
    select.bind(1, scan.position)
    select.bind(2, 20 * limit)
    defer { select.reset() }
    var (ids, scan, looked) = ([Int64](), scan, 0)
    while ids.count < limit, try select.step() {
      looked += 1
      scan.position = select.int(0)
      let isCompleted = select.int(2) == JobState.completed.rawValue
      if isCompleted, WallTime(microseconds: select.int(3)) >= oldest {
        scan.young += 1
        if scan.young == 1000 { return (ids, scan, true) }
      } else if isCompleted, try scope.contains(lane(select.int(1))) {
        ids.append(scan.position)
        scan.young = 0
      }
      if scan.young == 0 { scan.resume = scan.position }
    }
    return (ids, scan, ids.count < limit && looked < 20 * limit)
  }
}

/// How far one search for old completed jobs has come.
private struct CompletedScan {
  /// The last job that was looked at.
  var position: Int64
  /// Where the next search begins: before the young jobs at the end of this one.
  var resume: Int64
  /// Completed jobs in a row that are too young.
  var young = 0
}

extension QueueScope {
  fileprivate func contains(_ lane: Lane) -> Bool { contains(partition: lane.partition, queue: lane.queue) }
}
