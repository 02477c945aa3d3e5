import Holdfast

extension JobTables {
  /// Does something to queues; how many settings it concerned. Purging is ``purge(_:limit:)``.
  func perform(_ command: QueueCommand, by actor: String) throws -> Int {
    let count: Int
    switch command {
    case .pause(let scope, let note): count = try pause(scope, note, by: actor)
    case .resume(let scope): count = try resume(scope)
    case .set(let settings): count = try set(settings)
    case .unset(let scope): count = try unset(scope)
    case .purge: count = 0
    }
    try note(actor, command.action, command.scope.description, command.detail(count))
    return count
  }

  // MARK: Pauses

  private func pause(_ scope: QueueScope, _ note: String?, by actor: String) throws -> Int {
    let insert = try connection.statement(
      "INSERT OR IGNORE INTO holdfast_pauses(partition, queue, actor, at, note) VALUES(?1, ?2, ?3, ?4, ?5)")
    scope.bind(to: insert)
    insert.bind(3, actor)
    insert.bind(4, now.microseconds)
    insert.bind(5, note)
    try insert.run()
    guard insert.changes == 1 else { return 0 }
    rules.set(QueuePause(scope: scope, by: actor, at: now, note: note))
    news.append(.pauses)
    return 1
  }

  private func resume(_ scope: QueueScope) throws -> Int {
    guard try delete("DELETE FROM holdfast_pauses WHERE partition = ?1 AND queue = ?2", scope) else { return 0 }
    rules.removePause(scope)
    news.append(.pauses)
    return 1
  }

  private func delete(_ sql: String, _ scope: QueueScope) throws -> Bool {
    let delete = try connection.statement(sql)
    scope.bind(to: delete)
    try delete.run()
    return delete.changes == 1
  }

  // MARK: Settings

  private func set(_ settings: QueueSettings) throws -> Int {
    var merged = try stored(settings.scope) ?? QueueSettings(settings.scope)
    merged.merge(settings)
    try write(merged)
    rules.set(merged, running: try executing(in: merged.scope))
    applyWeights()
    news.append(.settings(merged))
    return 1
  }

  /// As the file has them: another process may have changed what this one knows.
  private func stored(_ scope: QueueScope) throws -> QueueSettings? {
    let select = try connection.statement(
      """
      SELECT partition, queue, workers, running, rate_count, rate_period, weight FROM holdfast_settings
      WHERE partition = ?1 AND queue = ?2
      """)
    scope.bind(to: select)
    return try select.first { QueueSettings($0) }
  }

  private func write(_ settings: QueueSettings) throws {
    let write = try connection.statement(
      """
      INSERT INTO holdfast_settings(partition, queue, workers, running, rate_count, rate_period, weight)
      VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)
      ON CONFLICT(partition, queue) DO UPDATE SET workers = excluded.workers, running = excluded.running,
        rate_count = excluded.rate_count, rate_period = excluded.rate_period, weight = excluded.weight
      """)
    settings.scope.bind(to: write)
    write.bind(3, settings.workers.map(Int64.init))
    write.bind(4, settings.running.map(Int64.init))
    write.bind(5, (settings.rate?.count).map(Int64.init))
    write.bind(6, settings.rate?.period.wholeMicroseconds)
    write.bind(7, settings.weight)
    try write.run()
  }

  private func unset(_ scope: QueueScope) throws -> Int {
    guard try delete("DELETE FROM holdfast_settings WHERE partition = ?1 AND queue = ?2", scope) else { return 0 }
    rules.removeSettings(scope)
    applyWeights()
    news.append(.settings(QueueSettings(scope)))
    return 1
  }

  /// Gives every lane with work its tenant's share.
  func applyWeights() {
    for lane in book.lanes { book.setWeight(rules.weight(of: lane), of: lane) }
  }

  /// Reads the rules again, after somebody else changed them, and tells every node.
  func reloadRules() throws {
    let old = rules.settings.keys
    rules = try Rules.read(connection) { try self.executing(in: $0) }
    applyWeights()
    news.append(.pauses)
    for scope in Set(old).union(rules.settings.keys) {
      news.append(.settings(rules.settings[scope] ?? QueueSettings(scope)))
    }
  }

  // MARK: Purging

  /// Deletes some jobs that neither run nor are final, and frees their keys (P15, Q5).
  ///
  /// - Returns: How many; 0 when none is left.
  func purge(_ scope: QueueScope, limit: Int) throws -> Int {
    var left = limit
    for lane in try lanes(in: scope) {
      // Those that wait first: what is taken from the queue brings the next of its key there.
      for select in [JobSQL.waitingOfLane, JobSQL.queuedOfLane, JobSQL.parkedOfLane] where left > 0 {
        let statement = try connection.statement(select)
        statement.bind(1, lane.id)
        statement.bind(2, left)
        let rows = try statement.rows(read)
        for row in rows { try remove(row) }
        left -= rows.count
      }
    }
    return limit - left
  }

  private func lanes(in scope: QueueScope) throws -> [Lane] {
    let lanes = try connection.statement(
      "SELECT DISTINCT lane FROM holdfast_counted WHERE state IN (0, 1, 6) AND n > 0")
    return try lanes.rows { $0.int(0) }.map { try names.lane($0, connection) }.filter {
      scope.contains(partition: $0.partition, queue: $0.queue)
    }
  }
}
