import Holdfast

/// Answers everything about jobs and queues: from a store and a configuration, in the daemon or without it.
struct JobDesk: Sendable {
  let store: any JobStore
  /// The file as it counts now.
  let configuration: Configuration
  /// Who asks.
  let actor: String

  var now: WallTime { store.clock.wallTime }

  /// Stores one job, or as many copies as the request says; all or none.
  func enqueue(_ request: EnqueueRequest) async throws -> [EnqueueReport] {
    let draft = try configuration.draft(for: request)
    let count = request.count ?? 1
    guard (1...JobLimits.batch).contains(count) else {
      throw Failure(.usage, "the count is \(count): give one from 1 to \(JobLimits.batch)")
    }
    let receipts = try await told { () async throws(StoreError) in
      try await store.enqueue(Array(repeating: draft, count: count))
    }
    return receipts.map { EnqueueReport($0, kind: draft.kind) }
  }

  /// One page of the jobs that match, and where the next one begins.
  func jobs(_ query: JobQuery) async throws -> (jobs: [JobDetails], end: JobPageEnd?) {
    let page = try await told { () async throws(StoreError) in try await store.jobs(query) }
    let end = page.next.map { JobPageEnd(next: $0, partial: page.isPartial) }
    return (page.jobs.map { JobDetails($0, at: now) }, end)
  }

  /// One job with its failures.
  func job(_ name: String) async throws -> JobDetails {
    let record = try await record(name)
    let failures = try await told { () async throws(StoreError) in try await store.failures(of: record.id) }
    return JobDetails(record, at: now, failures: failures)
  }

  /// A job by its number or its name.
  func record(_ name: String) async throws -> JobRecord {
    var query = JobQuery()
    if let id = JobID(name) { query.ids = [id] } else { query.name = name }
    query.limit = 2
    let found = try await told { [query] () async throws(StoreError) in try await store.jobs(query) }.jobs
    if found.count > 1 {
      let ids = found.map { "\($0.id) (partition \($0.partition))" }.joined(separator: ", ")
      throw Failure(.usage, "more than one job is named `\(name)`: give the number of one of \(ids)")
    }
    guard let job = found.first else {
      throw Failure(.notFound, "there is no job \(name): `holdfast jobs list` shows those that are kept")
    }
    return job
  }

  func nodes() async throws -> [NodeReport] {
    try await told { () async throws(StoreError) in try await store.nodes() }.map(NodeReport.init)
  }

  func audit(limit: Int) async throws -> [AuditReport] {
    try await told { () async throws(StoreError) in try await store.audit(limit: limit) }.map(AuditReport.init)
  }

  /// What the store could not do, as the end of a command.
  func told<Value>(_ body: () async throws(StoreError) -> Value) async throws(Failure) -> Value {
    do {
      return try await body()
    } catch {
      throw Failure(error)
    }
  }
}

extension Failure {
  init(_ error: StoreError) {
    switch error.code {
    case .notFound: self.init(.notFound, error.description)
    case .invalid: self.init(.usage, error.description)
    case .readOnly: self.init(.denied, error.description)
    default: self.init(.failed, error.description)
    }
  }
}

extension EnqueueReport {
  fileprivate init(_ receipt: JobReceipt, kind: String) {
    (id, self.kind, duplicate) = (receipt.id, kind, receipt.isDuplicate)
    if case .duplicate(_, let state) = receipt { self.state = state.name }
  }
}
