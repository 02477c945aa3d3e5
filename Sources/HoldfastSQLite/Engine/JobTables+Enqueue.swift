import Holdfast

extension JobTables {
  /// Stores drafts; one receipt each.
  func enqueue(_ drafts: [JobDraft]) throws -> [JobReceipt] {
    var receipts: [JobReceipt] = []
    receipts.reserveCapacity(drafts.count)
    var plain: [PlainRow] = []
    // By index: a draft is large, and iterating would copy each.
    for index in drafts.indices { receipts.append(try enqueue(drafts[index], among: drafts.count, &plain)) }
    try write(plain)
    return receipts
  }

  /// Stores a draft, or adds it to those that are written together.
  private func enqueue(_ draft: JobDraft, among count: Int, _ plain: inout [PlainRow]) throws -> JobReceipt {
    let lane = try names.lane(partition: draft.partition, queue: draft.queue, connection)
    if let duplicate = try duplicate(of: draft, lane) { return duplicate }
    let (id, kind) = (nextID(), try names.kind(draft.kind, connection))
    let due = due(of: draft.start)
    let isKept = keep(draft, id, lane, kind: kind, due: due, among: count)
    if !isKept {
      let row = PlainRow(draft, id, lane, kind: kind, due: due, enqueued: now)
      if draft.isPlain { plain.append(row) } else { try write(draft, row) }
    }
    note(lane, due: due, isStored: !isKept)
    return .enqueued(id)
  }

  private func write(_ draft: JobDraft, _ row: PlainRow) throws {
    let insert = try connection.statement(JobSQL.insert)
    row.bind(to: insert, from: 1)
    draft.bindExtras(to: insert)
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
