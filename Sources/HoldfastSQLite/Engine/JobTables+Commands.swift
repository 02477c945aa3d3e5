import Holdfast

extension JobTables {
  /// Does something to jobs; one result each, in order.
  func perform(_ command: JobCommand, on jobs: [JobID], by actor: String) throws -> [JobCommandResult] {
    let results = try jobs.map { try perform(command, on: $0) }
    try note(actor, command.action, JobCommand.target(jobs), JobCommand.detail(command, results))
    return results
  }

  func perform(_ command: JobCommand, on id: JobID) throws -> JobCommandResult {
    guard let row = try job(id) else { return .unknown }
    var record = row.record
    let result = JobLifecycle.perform(command, on: &record, at: now)
    guard result.isChange else { return result }
    if command == .delete {
      try remove(row)
      return result
    }
    if record.holdsUniqueKey, !row.record.holdsUniqueKey, let key = record.uniqueKey,
      try holder(JobSQL.holder, row.lane.tenant, key) != nil
    {
      return .refused(row.record.state)
    }
    try write(row, record)
    try tellNodes(row, record)
    return result
  }

  private func tellNodes(_ row: JobRow, _ record: JobRecord) throws {
    if let cancellation = JobLifecycle.cancellation(from: row.record, to: record) {
      news.append(.cancelRequested(cancellation))
    } else if record.state == .cancelled, row.record.state != .cancelled {
      try tellCancelled(record)
    }
  }

  /// Keeps who did what; the newest 10,000 stay.
  func note(_ actor: String, _ action: String, _ target: String, _ detail: String) throws {
    let insert = try connection.statement(
      "INSERT INTO holdfast_audit(at, actor, action, target, detail) VALUES(?1, ?2, ?3, ?4, ?5)")
    insert.bind(1, now.microseconds)
    insert.bind(2, actor)
    insert.bind(3, action)
    insert.bind(4, target)
    insert.bind(5, detail)
    try insert.run()
    let trim = try connection.statement("DELETE FROM holdfast_audit WHERE id <= ?1")
    trim.bind(1, connection.lastInsertedRow - 10_000)
    try trim.run()
  }
}

extension JobCommandResult {
  fileprivate var isChange: Bool {
    switch self {
    case .done, .requested: true
    case .refused, .unknown: false
    }
  }
}
