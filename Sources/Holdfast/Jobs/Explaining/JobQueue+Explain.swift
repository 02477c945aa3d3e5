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
    let job = facts.job
    facts.lastFailure = try await store.failures(of: job.id).first
    (facts.ahead, facts.line) = ([], 0)
    guard let key = job.executionKey, job.state == .waiting || job.state == .queued else { return }
    facts.ahead = try await store.holders(of: key, partition: job.partition)
    guard job.state == .waiting else { return }
    let line = try await store.waiting(
      for: key, partition: job.partition, queue: job.queue, before: job.id, limit: JobExplanation.lineLimit + 2)
    facts.line = line.count
    guard facts.ahead.count < job.executionLimit else { return }
    if let first = line.first, let first = try await get(first) {
      facts.ahead = [first]
    } else {
      facts.ahead = try await roused(key, before: job)
    }
  }

  /// Who may take the key before a job. No index knows that, so only a few are looked at.
  private func roused(_ key: String, before job: JobRecord) async throws(StoreError) -> [JobRecord] {
    var query = JobQuery()
    query.executionKey = key
    query.partition = job.partition
    query.views = [.available]
    query.newestFirst = false
    (query.limit, query.scanLimit) = (1, JobExplanation.lineLimit)
    return try await store.jobs(query).jobs.filter { $0.id < job.id }
  }
}

extension JobFacts {
  /// Whether another job stands before this one.
  var isHeld: Bool {
    causes.contains { if case .behind = $0 { true } else { false } }
  }
}
