import Holdfast

/// Rows that a node takes and that are still queued in the file: nothing looks for work before they are written.
struct Taken {
  fileprivate var node: Int64 = 0
  fileprivate var jobs: [JobID] = []
}

/// Giving jobs to nodes.
extension JobTables {
  /// Gives a job to a node. Its row may be written later, with others.
  func take(_ row: JobRow, by node: AttachedNode, _ taken: inout Taken) throws -> JobRecord {
    var record = row.record
    JobLifecycle.claim(&record, by: node.identity.id, at: now)
    if !arrivals.claim(record.id, of: row.lane, by: node.row) {
      taken.node = node.row
      taken.jobs.append(record.id)
      // The next one may have the same key, and the file says who holds it.
      if record.executionKey != nil { try writeTaken(&taken) }
    }
    count(record.id, row.lane, from: .queued, to: .executing)
    remember(record, row.lane, by: node)
    return record
  }

  /// Writes that a node has its jobs.
  func writeTaken(_ taken: inout Taken) throws {
    var rest = taken.jobs[...]
    while !rest.isEmpty {
      let isMany = rest.count >= Crowd.fewest
      let group = rest.prefix(isMany ? Crowd.most : 1)
      let update = try connection.statement(isMany ? JobSQL.takeMany : JobSQL.take)
      update.bind(1, taken.node)
      update.bind(2, now.microseconds)
      update.bind(from: 3, isMany ? Crowd.most : 1, group)
      try update.run()
      rest = rest.dropFirst(group.count)
    }
    taken.jobs = []
  }

  /// A node has a job.
  func remember(_ job: JobRecord, _ lane: Lane, by node: AttachedNode) {
    let run = RunningJob(node: node, token: job.token, lane: lane, executionKey: job.executionKey)
    let before = running.updateValue(run, forKey: job.id)
    node.executing += 1
    guard let before else { return }
    // A caller's own transaction ended that run, and the word of it has not been heard yet.
    before.node.executing -= 1
    rules.count(before.lane, -1)
    noteSettled(job.id, before.token, by: before.node)
  }
}

extension Statement {
  /// Binds the numbers of jobs to so many arguments; those that are left are null, which no row's number is.
  func bind(from first: Int32, _ count: Int, _ jobs: some Collection<JobID>) {
    var next = first
    for job in jobs {
      bind(next, job.number)
      next += 1
    }
    while next < first + Int32(count) {
      bindNull(next)
      next += 1
    }
  }
}
