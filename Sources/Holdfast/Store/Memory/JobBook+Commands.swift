// MARK: Commands on jobs

extension JobBook {
  mutating func perform(_ command: JobCommand, on ids: [JobID], by actor: String) -> [JobCommandResult] {
    let results = ids.map { perform(command, on: $0.number) }
    note(actor, command.action, JobCommand.target(ids), JobCommand.detail(command, results))
    return results
  }

  mutating func perform(_ command: JobCommand, on id: Int64) -> JobCommandResult {
    guard let before = jobs[id]?.record else { return .unknown }
    if case .retry = command, !mayRetry(before) { return .refused(before.state) }
    let now = now
    let result = update(id) { JobLifecycle.perform(command, on: &$0.record, at: now) } ?? .unknown
    switch (command, result) {
    case (.delete, .done): delete(id)
    case (.cancel, .done): if let job = jobs[id]?.record { tellCancelled(job) }
    case (.cancel, .requested): tellNode(of: id, unlike: before)
    default: break
    }
    return result
  }

  /// Another live job may hold the key that this one would hold again.
  private func mayRetry(_ job: JobRecord) -> Bool {
    guard job.state.isFinal, let key = job.tenantUniqueKey else { return true }
    return job.uniqueUntil == .started && job.token > 0 || unique[key] == nil
  }

  private mutating func tellNode(of id: Int64, unlike before: JobRecord) {
    guard let job = jobs[id]?.record, let node = job.node,
      let cancellation = JobLifecycle.cancellation(from: before, to: job)
    else { return }
    nodes[node]?.cancellations.append(cancellation)
  }
}

// MARK: Audit

extension JobBook {
  /// Keeps what an operator did; the newest 10,000.
  mutating func note(_ actor: String, _ action: String, _ target: String, _ detail: String) {
    lastAudit += 1
    if audit.count == 10_000 { audit.removeFirst() }
    audit.append(AuditEntry(id: lastAudit, at: now, actor: actor, action: action, target: target, detail: detail))
  }
}
