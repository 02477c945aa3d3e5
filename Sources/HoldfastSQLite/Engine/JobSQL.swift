/// Every hot statement. Each names its index, so that a plan that would do without one is an error when it is prepared,
/// and none of them is `UPDATE … WHERE id IN (SELECT … LIMIT)`, which costs two temporary tables each time.
enum JobSQL {
  static let numbers = HotSQL(
    "SELECT job, revision, entry, (SELECT max(id) FROM holdfast_jobs) FROM holdfast_sequence WHERE one = 1")
  static let setNumbers = HotSQL("UPDATE holdfast_sequence SET job = ?1, revision = ?2, entry = ?3 WHERE one = 1")

  static let addCount = HotSQL(
    """
    INSERT INTO holdfast_counts(lane, state, n) VALUES(?1, ?2, ?3)
    ON CONFLICT(lane, state) DO UPDATE SET n = n + excluded.n
    """)
  /// Jobs after those that are counted, and before a transaction's own.
  static let tail = HotSQL("SELECT lane, state FROM holdfast_jobs NOT INDEXED WHERE id BETWEEN ?1 + 1 AND ?2")

  private static let plainColumns = """
    id, lane, partition, kind, version, rank, due, enqueued, max_attempts, max_crashes, payload, \
    state, attempt, crashes, token, cancel
    """
  /// Jobs without keys, name, timeout and envelope, as most are.
  static let insertPlain = RowInsert(
    into: "holdfast_jobs(\(plainColumns), unique_until, execution_limit)",
    row: "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 1, 1)")
  /// The same for those that a node takes as they come.
  static let insertTaken = RowInsert(
    into: "holdfast_jobs(\(plainColumns), unique_until, execution_limit, node, started)",
    row: "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 2, 1, 0, 1, 0, 1, 1, ?, ?)")
  static let insert = HotSQL(
    """
    INSERT INTO holdfast_jobs(\(plainColumns), unique_until, execution_limit, timeout, name, unique_key, execution_key,
      metadata, correlation, causation)
    VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, 0, 0, 0, 0, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
    """)

  /// The live job that holds a unique key.
  static let holder = HotSQL(
    """
    SELECT id, state FROM holdfast_jobs INDEXED BY holdfast_jobs_unique
    WHERE partition = ?1 AND unique_key = ?2 AND (state < 3 OR state = 6) AND (unique_until = 1 OR token = 0)
    """)
  /// The job that bears a name.
  static let named = HotSQL(
    """
    SELECT id, state FROM holdfast_jobs INDEXED BY holdfast_jobs_name WHERE partition = ?1 AND name = ?2
    """)

  // MARK: Claims

  /// The next rank of a lane that has queued jobs, and its earliest due time.
  static let nextRank = HotSQL(
    """
    SELECT rank, due FROM holdfast_jobs INDEXED BY holdfast_jobs_runnable
    WHERE state = 0 AND lane = ?1 AND rank > ?2 ORDER BY rank, due LIMIT 1
    """)
  /// The earliest due time of a rank beyond a time.
  static let nextDue = HotSQL(
    """
    SELECT due FROM holdfast_jobs INDEXED BY holdfast_jobs_runnable
    WHERE state = 0 AND lane = ?1 AND rank = ?2 AND due > ?3 ORDER BY due LIMIT 1
    """)
  static let candidates = HotSQL(
    """
    SELECT \(JobRow.freeColumns) FROM holdfast_jobs INDEXED BY holdfast_jobs_runnable
    WHERE state = 0 AND lane = ?1 AND rank = ?2 AND due >= ?5 AND due <= ?3 ORDER BY due, id LIMIT ?4
    """)
  static let take = HotSQL("\(taking) = ?3")
  /// The same for many; see ``Statement/bind(from:_:_:)``.
  static let takeMany = HotSQL("\(taking) IN (\(jobs(from: 3)))")
  private static let taking = """
    UPDATE holdfast_jobs SET state = 2, attempt = attempt + 1, token = token + 1, node = ?1, started = ?2 WHERE id
    """
  private static func jobs(from first: Int) -> String {
    (first..<(first + Crowd.most)).map { "?\($0)" }.joined(separator: ", ")
  }
  static let holders = HotSQL(
    """
    SELECT count(*) FROM holdfast_jobs INDEXED BY holdfast_jobs_keys
    WHERE partition = ?1 AND execution_key = ?2 AND state = 2
    """)
  /// The first that waits for a key in a lane after another lane.
  static let firstWaiting = HotSQL(
    """
    SELECT lane, id, due FROM holdfast_jobs INDEXED BY holdfast_jobs_keys
    WHERE partition = ?1 AND execution_key = ?2 AND state = 1 AND lane > ?3
    ORDER BY lane, id LIMIT 1
    """)
  /// Those that wait for a key in a lane before another job.
  static let waitingBefore = HotSQL(
    """
    SELECT id FROM holdfast_jobs INDEXED BY holdfast_jobs_keys
    WHERE partition = (SELECT id FROM holdfast_partitions WHERE name = ?1) AND execution_key = ?3 AND state = 1
      AND lane = (SELECT l.id FROM holdfast_lanes l JOIN holdfast_partitions p ON l.partition = p.id
        WHERE p.name = ?1 AND l.queue = ?2)
      AND id < ?4
    ORDER BY id LIMIT ?5
    """)
  static let setState = HotSQL("UPDATE holdfast_jobs SET state = ?2 WHERE id = ?1")

  // MARK: Ends

  /// The end that most jobs have; anything else about them takes the long way.
  static let complete = HotSQL(
    """
    UPDATE holdfast_jobs SET state = 3, finished = ?3, output = ?4, node = NULL
    WHERE id = ?1 AND token = ?2 AND state = 2 AND cancel = 0
    """)
  /// The same for many that left no output, each of which is the run that its node says; and how many of them still are.
  static let completeMany = HotSQL("\(completing) \(many)")
  static let runsOfMany = HotSQL("SELECT count(*) FROM holdfast_jobs NOT INDEXED \(many)")
  /// The same for neighbours.
  static let completeRange = HotSQL("\(completing) \(range)")
  static let runsInRange = HotSQL("SELECT count(*) FROM holdfast_jobs NOT INDEXED \(range)")
  private static let completing = """
    UPDATE holdfast_jobs NOT INDEXED SET state = 3, finished = ?1, output = NULL, node = NULL
    """
  private static let many = "WHERE id IN (\(jobs(from: 2))) AND state = 2 AND cancel = 0"
  private static let range = "WHERE id BETWEEN ?2 AND ?3 AND state = 2 AND cancel = 0"
  /// Around what may have to be undone by itself.
  static let begin = HotSQL("SAVEPOINT holdfast_part")
  static let undo = HotSQL("ROLLBACK TO holdfast_part")
  static let end = HotSQL("RELEASE holdfast_part")
  static let report = HotSQL(
    """
    UPDATE holdfast_jobs SET progress = ?3, progress_note = ?4, progress_at = ?5
    WHERE id = ?1 AND token = ?2 AND state = 2
    """)
  static let job = HotSQL("SELECT \(JobRow.columns) FROM holdfast_jobs WHERE id = ?1")
  static let update = HotSQL(
    """
    UPDATE holdfast_jobs SET state = ?2, rank = ?3, due = ?4, attempt = ?5, crashes = ?6, started = ?7, finished = ?8,
      progress = ?9, progress_note = ?10, progress_at = ?11, cancel = ?12, parking = ?13, reason = ?14, output = ?15,
      payload = ?16, version = ?17, node = CASE WHEN ?2 = 2 THEN node END WHERE id = ?1
    """)
  static let executing = HotSQL(
    """
    SELECT \(JobRow.columns) FROM holdfast_jobs INDEXED BY holdfast_jobs_executing WHERE state = 2 AND node = ?1
    """)

  // MARK: Purging

  static let queuedOfLane = HotSQL(
    """
    SELECT \(JobRow.freeColumns) FROM holdfast_jobs INDEXED BY holdfast_jobs_runnable
    WHERE state = 0 AND lane = ?1 LIMIT ?2
    """)
  static let waitingOfLane = HotSQL(
    """
    SELECT \(JobRow.freeColumns) FROM holdfast_jobs INDEXED BY holdfast_jobs_waiting
    WHERE state = 1 AND lane = ?1 LIMIT ?2
    """)
  static let parkedOfLane = HotSQL(
    """
    SELECT \(JobRow.freeColumns) FROM holdfast_jobs INDEXED BY holdfast_jobs_ended
    WHERE state = 6 AND state > 3 AND lane = ?1 LIMIT ?2
    """)
}
