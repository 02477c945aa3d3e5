// MARK: Execution keys

/// The holder of an execution key *is* the executing job, so nothing can leak or overshoot. A free key with waiters always
/// has a queued job whose turn it is: whatever leaves `executing`, or `queued`, rouses the next if there is room.
extension JobBook {
  /// Whether a candidate must wait: its key is taken, or an older job of its lane waits for it (E1, E3).
  mutating func mustWait(_ job: StoredJob) -> Bool {
    guard let name = job.record.tenantExecutionKey, let holders = keys[name]?.holders.count else { return false }
    if holders >= job.record.executionLimit { return true }
    guard let first = keys[name]?.waiting[job.lane]?.first(in: jobs) else { return false }
    return first.id < job.record.id.number
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

  /// Queues as many waiters of each lane as could run: what one lane does not use, because it is paused or at a limit,
  /// another may; whoever finds the key taken waits again.
  mutating func rouseWaiters(of job: JobRecord) {
    guard let name = job.tenantExecutionKey, let waiters = keys[name]?.waiters else { return }
    guard waiters > 0, let lanes = keys[name]?.waiting.keys.sorted() else { return forgetKeyIfUnused(name) }
    for lane in lanes { rouseWaiters(of: name, in: lane) }
  }

  private mutating func rouseWaiters(of name: TenantKey, in lane: Int) {
    while let first = keys[name]?.waiting[lane]?.first(in: jobs), let limit = jobs[first.id]?.record.executionLimit {
      let used = (keys[name]?.holders.count ?? 0) + (keys[name]?.roused[lane]?.count ?? 0)
      guard used < limit else { return }
      keys[name]?.roused[lane, default: []].insert(first.id)
      update(first.id) { JobLifecycle.rouse(&$0.record) }
    }
    if keys[name]?.waiting[lane]?.first(in: jobs) == nil { keys[name]?.waiting[lane] = nil }
  }

  mutating func forgetKeyIfUnused(_ key: TenantKey?) {
    guard let key, keys[key]?.isUnused == true else { return }
    keys[key] = nil
  }
}
