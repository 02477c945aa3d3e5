extension JobQueue {
  /// Says in words why a job is not running, or what it does, with the whole chain of jobs that it waits behind.
  ///
  /// - Parameters:
  ///   - id: The job.
  ///   - runners: Runners of this process, when there are any: what their workers do is known to them alone.
  /// - Returns: nil when there is no such job.
  public func explain(_ id: JobID, runners: [JobRunner] = []) async throws(StoreError) -> JobExplanation? {
    guard let job = try await get(id) else { return nil }
    var facts = JobFacts(job: job, now: store.clock.wallTime)
    facts.pauses = try await store.pauses()
    facts.queues = try await store.queues()
    facts.nodes = try await store.nodes()
    facts.runners = runners.map(\.snapshot)
    var chain: [JobFacts] = []
    while true {
      try await complete(&facts)
      chain.append(facts)
      guard facts.isHeld, let next = facts.ahead.first, chain.count < 5 else { return JobExplanation(chain) }
      facts.job = next
    }
  }

  private func complete(_ facts: inout JobFacts) async throws(StoreError) {
    facts.lastFailure = try await store.failures(of: facts.job.id).first
    facts.ahead = try await ahead(of: facts.job)
  }

  /// Who runs with the job's execution key, or else who waits for it, or may take it, before the job.
  private func ahead(of job: JobRecord) async throws(StoreError) -> [JobRecord] {
    guard let key = job.executionKey, job.state == .waiting || job.state == .queued else { return [] }
    let holders = try await store.holders(of: key, partition: job.partition)
    if holders.count >= job.executionLimit || job.state == .queued { return holders }
    var query = JobQuery()
    query.executionKey = key
    query.partition = job.partition
    query.views = [.waiting, .available]
    query.newestFirst = false
    query.limit = 1
    return try await store.jobs(query).jobs.filter { $0.id < job.id }
  }
}

extension JobFacts {
  /// Whether another job stands before this one.
  var isHeld: Bool {
    causes.contains { if case .behind = $0 { true } else { false } }
  }
}
