import GRDB
public import Holdfast

extension SQLiteStore {
  /// See `JobStore/jobs(_:)`. Reads one state of the file, without holding up the writer.
  public func jobs(_ query: JobQuery) async throws(StoreError) -> JobPage {
    try check(query.validate)
    let now = clock.wallTime
    return try await read { reader in try JobSearch(query, now: now, reader).page() }
  }

  /// See `JobStore/failures(of:)`.
  public func failures(of job: JobID) async throws(StoreError) -> [JobFailure] {
    try await read { reader in
      let select = try reader.connection.statement(
        "SELECT kind, message, attempt, at, detail FROM holdfast_failures WHERE job = ?1 ORDER BY seq DESC LIMIT 10")
      select.bind(1, job.number)
      return try select.rows { row in
        JobFailure(
          JobFailure.Kind(rawValue: row.text(0)) ?? .error, row.text(1), detail: row.optionalText(4),
          attempt: Int(row.int(2)), at: WallTime(microseconds: row.int(3)))
      }
    }
  }

  /// See `JobStore/holders(of:partition:)`.
  public func holders(of executionKey: String, partition: String) async throws(StoreError) -> [JobRecord] {
    try await read { reader in
      let select = try reader.connection.statement(
        """
        SELECT \(JobRow.columns) FROM holdfast_jobs INDEXED BY holdfast_jobs_keys
        WHERE partition = (SELECT id FROM holdfast_partitions WHERE name = ?1) AND execution_key = ?2
          AND state = 2 ORDER BY lane, id
        """)
      select.bind(1, partition)
      select.bind(2, executionKey)
      return try select.rows { try reader.row($0).record }.sorted { $0.id < $1.id }
    }
  }

  /// See `JobStore/waiting(for:partition:queue:before:limit:)`.
  public func waiting(
    for executionKey: String, partition: String, queue: String, before job: JobID, limit: Int
  ) async throws(StoreError) -> [JobID] {
    try await read { reader in
      let select = try reader.connection.statement(JobSQL.waitingBefore)
      select.bind(1, partition)
      select.bind(2, queue)
      select.bind(3, executionKey)
      select.bind(4, job.number)
      select.bind(5, max(0, limit))
      return try select.rows { JobID($0.int(0)) }
    }
  }

  /// See `JobStore/queues()`.
  public func queues() async throws(StoreError) -> [QueueStatus] {
    try await read { try QueueReport($0).statuses() }
  }

  /// See `JobStore/pauses()`.
  public func pauses() async throws(StoreError) -> [QueuePause] {
    try await read { try $0.pauses() }
  }

  /// See `JobStore/nodes()`. A client sees when a node was attached, not when it was last alive.
  public func nodes() async throws(StoreError) -> [NodeStatus] {
    guard role == .owner else { return try await read { try $0.nodes() } }
    return try await inWriter { _, tables in
      tables.nodes.values.filter { !$0.isLapsed }.sorted { ($0.since, $0.identity.id) < ($1.since, $1.identity.id) }.map
      {
        NodeStatus(identity: $0.identity, executing: $0.executing, since: $0.since, seen: $0.seen)
      }
    }
  }

  /// See `JobStore/audit(limit:)`.
  public func audit(limit: Int) async throws(StoreError) -> [AuditEntry] {
    try await read { reader in
      let select = try reader.connection.statement(
        "SELECT id, at, actor, action, target, detail FROM holdfast_audit ORDER BY id DESC LIMIT ?1")
      select.bind(1, min(1000, max(0, limit)))
      return try select.rows { row in
        AuditEntry(
          id: row.int(0), at: WallTime(microseconds: row.int(1)), actor: row.text(2), action: row.text(3),
          target: row.text(4), detail: row.text(5))
      }
    }
  }

  /// Runs a body on a reading connection, which sees one state of the file.
  func read<T: Sendable>(_ body: @escaping @Sendable (Reader) throws -> T) async throws(StoreError) -> T {
    let (pool, path) = (pool, path)
    let result: Result<T, StoreError> = await withCheckedContinuation { continuation in
      pool.asyncRead { database in
        let result = Result { try body(Reader(database.get())) }
        continuation.resume(returning: result.mapError { StoreError($0, store: path) })
      }
    }
    return try result.get()
  }
}
