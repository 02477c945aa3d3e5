import Holdfast

extension JobTables {
  /// Stores drafts; one receipt each.
  func enqueue(_ drafts: [JobDraft]) throws -> [JobReceipt] {
    var receipts: [JobReceipt] = []
    receipts.reserveCapacity(drafts.count)
    for draft in drafts { receipts.append(try enqueue(draft, among: drafts.count)) }
    return receipts
  }

  private func enqueue(_ draft: JobDraft, among count: Int) throws -> JobReceipt {
    let lane = try names.lane(partition: draft.partition, queue: draft.queue, connection)
    if let duplicate = try duplicate(of: draft, lane) { return duplicate }
    let (id, kind) = (try nextID(), try names.kind(draft.kind, connection))
    let due = due(of: draft.start)
    let isKept = keep(draft, id, lane, kind: kind, due: due, among: count)
    if !isKept { try write(draft, id, lane, kind: kind, due: due) }
    tally.add(lane.id, .queued)
    note(lane, due: due, isStored: !isKept)
    return .enqueued(id)
  }

  private func write(_ draft: JobDraft, _ id: JobID, _ lane: Lane, kind: Int64, due: WallTime) throws {
    let insert = try connection.statement(draft.isPlain ? JobSQL.insertPlain : JobSQL.insert)
    insert.bind(1, id.number)
    insert.bind(2, lane.id)
    insert.bind(3, lane.tenant)
    insert.bind(4, kind)
    insert.bind(5, draft.version)
    insert.bind(6, -draft.priority)
    insert.bind(7, due.microseconds)
    insert.bind(8, now.microseconds)
    insert.bind(9, draft.maxAttempts)
    insert.bind(10, draft.maxCrashes)
    insert.bind(11, draft.payload)
    if !draft.isPlain { draft.bindExtras(to: insert) }
    try insert.run()
  }

  private func due(of start: JobStart) -> WallTime {
    switch start {
    case .now: now
    case .after(let delay): now.advanced(by: delay)
    case .at(let time): time
    }
  }

  /// The job that holds the draft's unique key or bears its name (Q1, SC4).
  private func duplicate(of draft: JobDraft, _ lane: Lane) throws -> JobReceipt? {
    if let key = draft.uniqueKey, let found = try holder(JobSQL.holder, lane.tenant, key) {
      return .duplicate(found.id, found.state)
    }
    if let name = draft.name, let found = try holder(JobSQL.named, lane.tenant, name) {
      return .duplicate(found.id, found.state)
    }
    return nil
  }

  func holder(_ sql: HotSQL, _ tenant: Int64, _ key: String) throws -> (id: JobID, state: JobState)? {
    let select = try connection.statement(sql)
    select.bind(1, tenant)
    select.bind(2, key)
    return try select.first { (JobID($0.int(0)), JobState(rawValue: Int($0.int(1))) ?? .parked) }
  }
}

extension JobDraft {
  /// Whether it has no keys, name, timeout or envelope, as most have none.
  var isPlain: Bool {
    uniqueKey == nil && executionKey == nil && name == nil && timeout == nil && envelope.isEmpty
      && executionLimit == 1 && uniqueUntil == .finished
  }

  fileprivate func bindExtras(to insert: Statement) {
    insert.bind(12, uniqueUntil == .finished ? 1 : 2)
    insert.bind(13, executionLimit)
    insert.bind(14, timeout?.wholeMicroseconds)
    insert.bind(15, name)
    insert.bind(16, uniqueKey)
    insert.bind(17, executionKey)
    insert.bind(18, envelope.json)
    insert.bind(19, envelope.correlation)
    insert.bind(20, envelope.causation)
  }
}
