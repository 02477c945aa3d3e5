import Holdfast

/// The job tables as the one writer sees them: every change of a job goes through here, inside a transaction.
///
/// What must be quick is in memory beside the rows: which lanes have work, what runs, which rules hold. A transaction
/// that is rolled back takes all of that with it: ``reload()`` reads it again.
final class JobTables {
  let connection: Connection
  let store: String
  let clock: any Timeline
  let ledger: RunLedger?
  /// The lowest job that completed since somebody asked; see ``Sweep``.
  let lowestCompleted = LowestCompleted()
  /// Whether this process claims jobs; a client or a caller's own transaction only leaves word (``touched``).
  let isOwner: Bool

  var names = Names()
  var book = LaneBook()
  var tally: Tally
  var rules = Rules()
  var nodes: [String: AttachedNode] = [:]
  var running: [JobID: RunningJob] = [:]
  var arrivals = Arrivals()

  /// The wall clock of the transaction.
  var now: WallTime
  /// Lanes in which somebody else must look for work.
  var touched: [Int64: WallTime] = [:]
  var cancelled = CancelledJobs()
  /// Those of this transaction: nobody hears of them before it has committed.
  var cancelledNow = CancelledJobs()
  var settledElsewhere = SettledRuns()
  /// What nodes shall hear once the transaction has committed.
  var news: [News] = []
  /// Collections of which records changed, until who watches them is told.
  var changedCollections: Set<String> = []
  private let longestTail: Int64
  private var numbers = LastNumbers()

  init(
    _ connection: Connection, store: String, clock: any Timeline, ledger: RunLedger?, isOwner: Bool, longestTail: Int64
  ) {
    self.longestTail = longestTail
    tally = Tally(counted: 0, longestTail: longestTail)
    self.connection = connection
    self.store = store
    self.clock = clock
    self.ledger = ledger
    self.isOwner = isOwner
    now = clock.wallTime
  }

  // MARK: Transactions

  /// Whether what is in memory agrees with the file.
  var isCurrent = true

  /// Runs a body in a transaction; one that throws leaves nothing, in the file or in memory.
  func inTransaction(_ body: () throws -> Void) throws {
    if !isCurrent { try reload() }
    try connection.statement("BEGIN IMMEDIATE").run()
    do {
      // Not before: what another process stored while this one waited for the file is due by now.
      try begin()
      try body()
      try flush()
      try connection.statement("COMMIT").run()
    } catch {
      isCurrent = false
      if !connection.isIdle { try? connection.statement("ROLLBACK").run() }
      // When this fails too, the next transaction tries again before it begins.
      try? reload()
      throw error
    }
    deliverNews()
  }

  func begin() throws {
    now = clock.wallTime
    numbers = try connection.statement(JobSQL.numbers).first(LastNumbers.init) ?? LastNumbers()
    tally = Tally(counted: numbers.kept.counted, longestTail: longestTail)
  }

  /// Forgets the words of rows: another transaction's may have been rolled back.
  func forgetWords() { names = Names() }

  /// What a part of a transaction can undo by itself.
  struct Snapshot {
    fileprivate let names: Names
    fileprivate let tally: Tally
    fileprivate let rules: Rules
    fileprivate let news: [News]
    fileprivate let cancelledNow: CancelledJobs
    fileprivate let changedCollections: Set<String>
    fileprivate let numbers: LastNumbers
  }

  var snapshot: Snapshot {
    Snapshot(
      names: names, tally: tally, rules: rules, news: news, cancelledNow: cancelledNow,
      changedCollections: changedCollections, numbers: numbers)
  }

  func restore(_ snapshot: Snapshot) {
    // What came before was written before; see ``GroupCommit/Operation/onlyAdds``.
    arrivals = Arrivals()
    names = snapshot.names
    tally = snapshot.tally
    rules = snapshot.rules
    news = snapshot.news
    cancelledNow = snapshot.cancelledNow
    changedCollections = snapshot.changedCollections
    numbers = snapshot.numbers
  }

  /// Writes what a transaction only counted.
  func flush() throws {
    try writeArrivals()
    try writeTakenArrivals()
    numbers.kept.counted = try tally.flush(connection, upTo: numbers.job)
    try rules.flush(connection)
    try flushSignals()
    guard numbers.isChanged else { return }
    let update = try connection.statement(JobSQL.setNumbers)
    update.bind(1, numbers.kept.counted)
    update.bind(2, numbers.kept.revision)
    update.bind(3, numbers.kept.entry)
    try update.run()
  }

  /// The number of the next job. Numbers are never used again, even after the newest job was deleted.
  func nextID() -> JobID { JobID(next(\.job)) }

  /// The next revision of a record; they grow over all records, deleted ones included.
  func nextRevision() -> Int64 { next(\.kept.revision) }

  /// The number of the next entry of a journal.
  func nextEntry() -> Int64 { next(\.kept.entry) }

  private func next(_ kind: WritableKeyPath<LastNumbers, Int64>) -> Int64 {
    numbers[keyPath: kind] += 1
    return numbers[keyPath: kind]
  }

  // MARK: Rows

  func job(_ id: JobID) throws -> JobRow? {
    let select = try connection.statement(JobSQL.job)
    select.bind(1, id.number)
    return try select.first(read)
  }

  func read(_ row: Statement) throws -> JobRow {
    try JobRow(row, names: &names, connection: connection)
  }

  /// Writes what became of a job, and everything that follows from it.
  func write(_ row: JobRow, _ new: JobRecord) throws {
    let update = try connection.statement(JobSQL.update)
    new.bind(to: update)
    try update.run()
    try moved(row.lane, from: row.record, to: new)
  }

  /// Forgets a job.
  func remove(_ row: JobRow) throws {
    for table in ["DELETE FROM holdfast_jobs WHERE id = ?1", "DELETE FROM holdfast_failures WHERE job = ?1"] {
      let delete = try connection.statement(table)
      delete.bind(1, row.record.id.number)
      try delete.run()
    }
    tally.remove(row.record.id, row.lane.id, row.record.state)
    if let key = row.record.executionKey, row.record.state == .queued { try rouse(row.lane.tenant, key) }
  }

  private func moved(_ lane: Lane, from old: JobRecord, to new: JobRecord) throws {
    count(old.id, lane, from: old.state, to: new.state)
    if old.state == .executing, new.state != .executing { forget(old.id) }
    if new.state == .completed { lowestCompleted.note(old.id.number) }
    if new.state == .queued { note(lane, due: new.due) }
    if let key = old.executionKey, Self.frees(old, new) { try rouse(lane.tenant, key) }
  }

  func count(_ job: JobID, _ lane: Lane, from old: JobState, to new: JobState) {
    tally.move(job, lane.id, from: old, to: new)
    if old == .executing { rules.count(lane, -1) }
    if new == .executing { rules.count(lane, 1) }
  }

  /// Queued jobs of a lane may be due then.
  ///
  /// - Parameter isStored: Whether they are rows, and not kept back.
  func note(_ lane: Lane, due: WallTime, isStored: Bool = true) {
    if isStored { arrivals.note(lane, due: due) }
    if isOwner {
      if book.note(lane, due: due) { book.setWeight(rules.weight(of: lane), of: lane) }
      return
    }
    touched[lane.id] = min(touched[lane.id] ?? due, due)
  }

  /// Keeps why an attempt failed; the newest ten stay.
  func record(_ failure: JobFailure, of job: JobRecord) throws {
    let insert = try connection.statement(
      """
      INSERT INTO holdfast_failures(job, seq, kind, message, attempt, at, detail)
      VALUES(?1, (SELECT ifnull(max(seq), 0) + 1 FROM holdfast_failures WHERE job = ?1), ?2, ?3, ?4, ?5, ?6)
      """)
    insert.bind(1, job.id.number)
    insert.bind(2, failure.kind.rawValue)
    insert.bind(3, failure.message)
    insert.bind(4, failure.attempt)
    insert.bind(5, failure.at.microseconds)
    insert.bind(6, failure.detail)
    try insert.run()
    let trim = try connection.statement(
      """
      DELETE FROM holdfast_failures WHERE job = ?1
        AND seq <= (SELECT max(seq) FROM holdfast_failures WHERE job = ?1) - 10
      """)
    trim.bind(1, job.id.number)
    try trim.run()
  }
}

extension JobRecord {
  /// Binds what can change, in the order of ``JobSQL/update``.
  func bind(to update: Statement) {
    update.bind(1, id.number)
    update.bind(2, state.rawValue)
    update.bind(3, -priority)
    update.bind(4, due.microseconds)
    update.bind(5, attempt)
    update.bind(6, crashes)
    update.bind(7, started?.microseconds)
    update.bind(8, finished?.microseconds)
    update.bind(9, progress?.fraction)
    update.bind(10, progress?.note)
    update.bind(11, progress?.at.microseconds)
    update.bind(12, isCancelAtOnce ? 2 : isCancelRequested ? 1 : 0)
    update.bind(13, parking?.rawValue)
    update.bind(14, reason)
    update.bind(15, output)
    update.bind(16, payload)
    update.bind(17, version)
  }
}
