import Holdfast

extension JobTables {
  /// Whether a candidate may run now, as far as its execution key goes; else it waits, in order and without a worker.
  ///
  /// The holders are the executing rows themselves, so a key can neither leak nor be held twice (E1, E5).
  func admits(_ row: JobRow) throws -> Bool {
    guard let key = row.record.executionKey else { return true }
    let count = try connection.statement(JobSQL.holders)
    count.bind(1, row.lane.tenant)
    count.bind(2, key)
    let holders = try count.first { $0.int(0) } ?? 0
    guard holders < Int64(row.record.executionLimit) else { return false }
    guard let first = try firstWaiting(row.lane.tenant, key, after: row.lane.id - 1) else { return true }
    return first.lane != row.lane.id || first.id > row.record.id
  }

  /// Puts a candidate among those that wait for its key.
  func makeWait(_ row: JobRow) throws {
    try setState(row.record.id, .waiting)
    count(row.record.id, row.lane, from: .queued, to: .waiting)
  }

  /// A key is free, or its first candidate went away: the first that waits in each lane gets its turn (E2, E9).
  func rouse(_ tenant: Int64, _ key: String) throws {
    var lane: Int64 = -1
    while let waiter = try firstWaiting(tenant, key, after: lane) {
      lane = waiter.lane
      try setState(waiter.id, .queued)
      let its = try names.lane(lane, connection)
      count(waiter.id, its, from: .waiting, to: .queued)
      note(its, due: waiter.due)
    }
  }

  /// Whether a change may let another job of its execution key run: it ended, or it will not run soon after all.
  static func frees(_ old: JobRecord, _ new: JobRecord) -> Bool {
    switch (old.state, new.state) {
    case (.executing, .executing), (.queued, .executing), (.waiting, _): false
    case (.queued, .queued): new.due > old.due
    case (.executing, _), (.queued, _): true
    default: false
    }
  }

  private func setState(_ id: JobID, _ state: JobState) throws {
    let update = try connection.statement(JobSQL.setState)
    update.bind(1, id.number)
    update.bind(2, state.rawValue)
    try update.run()
  }

  private func firstWaiting(
    _ tenant: Int64, _ key: String, after lane: Int64
  ) throws -> (lane: Int64, id: JobID, due: WallTime)? {
    let select = try connection.statement(JobSQL.firstWaiting)
    select.bind(1, tenant)
    select.bind(2, key)
    select.bind(3, lane)
    return try select.first { ($0.int(0), JobID($0.int(1)), WallTime(microseconds: $0.int(2))) }
  }
}
