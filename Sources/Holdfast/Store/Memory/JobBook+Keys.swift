// MARK: Execution keys

/// The holder of an execution key *is* the executing job, so nothing can leak or overshoot. A free key with waiters always
/// has a queued job that will take it: whatever leaves `executing`, or leaves `queued` without being taken, rouses the next.
extension JobBook {
  /// Whether a candidate must wait: its key is taken, or an older job of its lane waits for it (E1, E3).
  func mustWait(_ job: StoredJob) -> Bool {
    guard let name = job.record.tenantExecutionKey, let key = keys[name] else { return false }
    if key.holders.count >= job.record.executionLimit { return true }
    guard key.waiters > 0, var waiting = key.waiting[job.lane] else { return false }
    return waiting.first(in: jobs).map { $0.id < job.record.id.number } ?? false
  }

  mutating func wait(_ job: StoredJob) {
    guard let key = job.record.tenantExecutionKey else { return }
    keys[key, default: ExecutionKey()].waiters += 1
    keys[key]?.waiting[job.lane, default: PlacedHeap()].insert(job.record.id.number, job)
    let live = keys[key]?.waiters ?? 0
    keys[key]?.waiting[job.lane]?.compact(live: live, in: jobs)
  }

  /// A node has a job now.
  mutating func hold(_ job: StoredJob) {
    let id = job.record.id.number
    if let key = job.record.tenantExecutionKey { keys[key, default: ExecutionKey()].holders.insert(id) }
    if let node = job.record.node { nodes[node]?.executing.insert(id) }
    for scope in lanes[job.lane].limits { limits[scope]?.executing += 1 }
  }

  /// A node has a job no more.
  mutating func release(_ job: StoredJob, node: String?) {
    let id = job.record.id.number
    jobs[id]?.hasBegun = false
    if let key = job.record.tenantExecutionKey { keys[key]?.holders.remove(id) }
    if let node { nodes[node]?.executing.remove(id) }
    for scope in lanes[job.lane].limits { limits[scope]?.executing -= 1 }
  }

  /// Queues the first waiter of each lane, when the key is free: one of them will have it, the others wait again.
  mutating func rouseWaiters(of job: JobRecord) {
    guard let name = job.tenantExecutionKey, let key = keys[name] else { return }
    guard key.waiters > 0 else { return forgetKeyIfUnused(name) }
    for lane in key.waiting.keys.sorted() {
      guard let first = keys[name]?.waiting[lane]?.first(in: jobs) else {
        keys[name]?.waiting[lane] = nil
        continue
      }
      guard let limit = jobs[first.id]?.record.executionLimit, key.holders.count < limit else { continue }
      update(first.id) { JobLifecycle.rouse(&$0.record) }
    }
  }

  mutating func forgetKeyIfUnused(_ key: TenantKey?) {
    guard let key, keys[key]?.isUnused == true else { return }
    keys[key] = nil
  }
}
