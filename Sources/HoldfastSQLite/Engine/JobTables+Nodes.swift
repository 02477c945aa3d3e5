import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension JobTables {
  /// Reads everything that is kept in memory: at the start, and after a transaction was rolled back.
  func reload() throws {
    names = Names()
    book = LaneBook()
    touched = [:]
    news = []
    cancelledNow = CancelledJobs()
    arrivals = Arrivals()
    changedCollections = []
    try reloadRunning()
    rules = try Rules.read(connection) { try self.executing(in: $0) }
    let lanes = try connection.statement("SELECT lane FROM holdfast_counted WHERE state = 0 AND n > 0")
    for id in try lanes.rows({ $0.int(0) }) {
      let lane = try names.lane(id, connection)
      book.setWeight(rules.weight(of: lane), of: lane)
      try look(at: lane)
    }
    isCurrent = true
  }

  private func reloadRunning() throws {
    running = [:]
    for node in nodes.values {
      node.executing = 0
      for row in try executing(by: node.row) { remember(row.record, row.lane, by: node) }
    }
  }

  private func executing(by node: Int64) throws -> [JobRow] {
    let select = try connection.statement(JobSQL.executing)
    select.bind(1, node)
    return try select.rows(read)
  }

  /// How many jobs of a scope run: by the rows, because the counts know of this transaction's changes only at its end.
  func executing(in scope: QueueScope) throws -> Int {
    let lanes = try connection.statement(
      "SELECT lane, count(*) FROM holdfast_jobs INDEXED BY holdfast_jobs_executing WHERE state = 2 GROUP BY lane")
    return try lanes.rows { ($0.int(0), Int($0.int(1))) }.reduce(0) { sum, cell in
      let lane = try names.lane(cell.0, connection)
      return scope.contains(partition: lane.partition, queue: lane.queue) ? sum + cell.1 : sum
    }
  }

  // MARK: Coming and going

  /// Begins to serve a node, and queues again what was parked for the lack of it.
  func attach(_ identity: NodeIdentity) throws -> AttachedNode {
    let insert = try connection.statement(
      "INSERT INTO holdfast_nodes(uuid, name, lease, handles, since, seen) VALUES(?1, ?2, ?3, ?4, ?5, ?5)")
    insert.bind(1, identity.id)
    insert.bind(2, identity.name)
    insert.bind(3, identity.lease.wholeMicroseconds)
    insert.bind(4, (try? JSONEncoder().encode(identity.handles)).map { String(decoding: $0, as: UTF8.self) } ?? "{}")
    insert.bind(5, now.microseconds)
    try insert.run()
    let row = connection.lastInsertedRow
    try revive(for: identity.handles)
    let node = AttachedNode(identity, row: row, since: now, leaseEnd: clock.now.advanced(by: identity.lease))
    for settings in rules.settings.values { node.mail.settings[settings.scope] = settings }
    return node
  }

  private func revive(for handles: [String: Int]) throws {
    let parked = try connection.statement(
      """
      SELECT \(JobRow.columns) FROM holdfast_jobs INDEXED BY holdfast_jobs_ended
      WHERE state = 6 AND state > 3 AND parking IN ('unknownKind', 'newerVersion') AND kind = ?1
      """)
    for kind in handles.keys {
      parked.bind(1, try names.kind(kind, connection))
      for row in try parked.rows(read) {
        var record = row.record
        if JobLifecycle.revive(&record, for: handles) { try write(row, record) }
      }
    }
  }

  /// Takes from a dead node what it had.
  ///
  /// - Parameter trace: How far each of its runs was.
  func recover(_ node: Int64, because reason: String, trace: (RunReference) -> RunTrace) throws {
    for row in try executing(by: node) {
      var record = row.record
      let run = RunReference(job: record.id, token: record.token)
      let failure = JobLifecycle.recover(&record, trace(run), because: reason, at: now)
      try write(row, record)
      if let failure { try self.record(failure, of: record) }
      if record.state == .cancelled { try tellCancelled(record) }
    }
  }

  /// Takes over what nodes had whose lease has ended.
  func recoverExpired(except alive: Set<String>, at instant: Instant) throws {
    for (id, node) in nodes where isExpired(node, at: instant) && !alive.contains(id) {
      let reason = "node \(node.identity.name) was silent for more than \(node.identity.lease)"
      try recover(node.row, because: reason) { ledger?.trace($0) ?? .unknown }
      node.isLapsed = true
    }
  }

  /// Whether a node has jobs and was silent for too long.
  func isExpired(_ node: AttachedNode, at instant: Instant) -> Bool {
    node.executing > 0 && node.leaseEnd <= instant
  }

  /// Stops serving a node.
  func detach(_ id: String) throws {
    guard let node = nodes[id] else { return }
    try recover(node.row, because: "node \(node.identity.name) stopped") { ledger?.trace($0) ?? .unknown }
    let delete = try connection.statement("DELETE FROM holdfast_nodes WHERE id = ?1")
    delete.bind(1, node.row)
    try delete.run()
  }

  /// A node was detached, and that is written.
  func forgetNode(_ id: String) {
    nodes[id] = nil
    settledElsewhere.forget(id)
  }

  /// Recovers what every node of an earlier process left.
  func recoverAll(ledger left: LeftRuns) throws {
    let rows = try connection.statement("SELECT id, name FROM holdfast_nodes")
    for (id, name) in try rows.rows({ ($0.int(0), $0.text(1)) }) {
      try recover(id, because: "the process of node \(name) ended", trace: left.trace)
    }
    try connection.statement("DELETE FROM holdfast_nodes").run()
  }
}
