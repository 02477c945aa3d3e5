import Holdfast

/// Finds the jobs of a query: by an index where one helps, else by walking the table with a limit.
struct JobSearch {
  private let query: JobQuery
  private let now: WallTime
  private let reader: Reader

  init(_ query: JobQuery, now: WallTime, _ reader: Reader) {
    self.query = query
    self.now = now
    self.reader = reader
  }

  func page() throws -> JobPage {
    if let ids = try indexed() { return try page(of: ids) }
    return try walk()
  }

  // MARK: By an index

  /// Candidates that an index knows; nil when the table must be walked.
  private func indexed() throws -> [Int64]? {
    if let ids = query.ids { return Set(ids.map(\.number)).sorted() }
    if let name = query.name, let partition = query.partition {
      return try ids(
        """
        SELECT id FROM holdfast_jobs INDEXED BY holdfast_jobs_name
        WHERE partition = (SELECT id FROM holdfast_partitions WHERE name = ?1) AND name = ?2
        """, partition, name)
    }
    let states = query.states
    guard !states.isEmpty, !states.contains(.completed), try count(states) <= query.scanLimit else { return nil }
    return try states.flatMap { try ids(of: $0) }.sorted()
  }

  private func count(_ states: Set<JobState>) throws -> Int {
    try reader.counts().filter { states.contains($0.state) }.reduce(0) { $0 + $1.count }
  }

  private func ids(of state: JobState) throws -> [Int64] {
    let index =
      switch state {
      case .queued: "runnable"
      case .waiting: "waiting"
      case .executing: "executing"
      default: "ended"
      }
    let all = index == "ended" ? "AND state > 3" : ""
    return try ids(
      "SELECT id FROM holdfast_jobs INDEXED BY holdfast_jobs_\(index) WHERE state = \(state.rawValue) \(all)")
  }

  private func ids(_ sql: String, _ arguments: String...) throws -> [Int64] {
    let select = try reader.connection.statement(sql)
    for (index, argument) in arguments.enumerated() { select.bind(Int32(index + 1), argument) }
    return try select.rows { $0.int(0) }
  }

  private func page(of ascending: [Int64]) throws -> JobPage {
    var collector = Collector(query, now)
    let select = try reader.connection.statement(JobSQL.job)
    let ids = query.newestFirst ? ascending.reversed() : ascending
    for id in ids where collector.isBeyond(id, query) {
      select.bind(1, id)
      guard let row = try select.first(reader.row) else { continue }
      if let page = collector.add(row.record) { return page }
    }
    return collector.end()
  }

  // MARK: By walking

  private func walk() throws -> JobPage {
    var collector = Collector(query, now)
    let (comparison, order) = query.newestFirst ? ("<", "DESC") : (">", "ASC")
    let select = try reader.connection.statement(
      "SELECT \(JobRow.columns) FROM holdfast_jobs WHERE id \(comparison) ?1 ORDER BY id \(order)")
    select.bind(1, query.after?.number ?? (query.newestFirst ? .max : 0))
    defer { select.reset() }
    while try select.step() {
      if let page = collector.add(try reader.row(select).record) { return page }
    }
    return collector.end()
  }
}

/// A page while it fills.
private struct Collector {
  private let query: JobQuery
  private let now: WallTime
  private var found: [JobRecord] = []
  private var last: JobID?
  private var looked = 0

  init(_ query: JobQuery, _ now: WallTime) {
    self.query = query
    self.now = now
  }

  /// Whether an id comes after where the page begins.
  func isBeyond(_ id: Int64, _ query: JobQuery) -> Bool {
    guard let after = query.after?.number else { return true }
    return query.newestFirst ? id < after : id > after
  }

  /// Takes the next candidate; gives the page when that ends it.
  mutating func add(_ job: JobRecord) -> JobPage? {
    if looked == query.scanLimit { return JobPage(jobs: found, next: last, isPartial: true) }
    looked += 1
    guard query.matches(job, at: now) else {
      if found.count < query.limit { last = job.id }
      return nil
    }
    if found.count == query.limit { return JobPage(jobs: found, next: found.last?.id) }
    found.append(job)
    last = job.id
    return nil
  }

  func end() -> JobPage { JobPage(jobs: found, next: nil) }
}

extension JobQuery {
  /// The stored states of its views; empty for all.
  fileprivate var states: Set<JobState> {
    Set(
      views.map { view in
        switch view {
        case .scheduled, .available, .retrying: .queued
        case .waiting: .waiting
        case .executing: .executing
        case .completed: .completed
        case .cancelled: .cancelled
        case .discarded: .discarded
        case .parked: .parked
        }
      })
  }
}
