/// Pools, and what operators say about them.
extension RunnerMachine {
  /// Takes a complete set of pools (P5): those that are not named stop taking and return what did not begin.
  mutating func reconfigure(_ queues: [QueueConfiguration], at now: Instant) -> RunnerEffects {
    var effects = RunnerEffects()
    apply(queues)
    settlePools(at: now, into: &effects)
    return effects
  }

  mutating func apply(_ queues: [QueueConfiguration]) {
    for index in pools.indices { pools[index].isConfigured = false }
    for queue in queues {
      let index = pools.firstIndex { $0.scope == queue.scope } ?? pools.endIndex
      if index == pools.endIndex { pools.append(WorkerPool(queue, lookahead: plan.lookahead)) }
      pools[index].isConfigured = true
      pools[index].configured = queue.workers
      pools[index].timeout = queue.timeout
      pools[index].restart()
    }
    for index in pools.indices {
      pools[index].override = workers(overriding: pools[index])
      pools[index].partitions = partitions(of: pools[index])
    }
  }

  /// A pool for all tenants leaves those to their own pools that have one.
  private func partitions(of pool: WorkerPool) -> PartitionSet {
    if let partition = pool.partition { return .only(partition) }
    let others = pools.lazy.filter { $0.isConfigured && $0.queue == pool.queue }.compactMap(\.partition)
    return .all(except: Set(others))
  }

  /// The durable number of workers that fits a pool best.
  private func workers(overriding pool: WorkerPool) -> Int? {
    overrides[pool.scope] ?? overrides[QueueScope(queue: pool.queue)]
  }

  /// Adapts to what a reply says of settings and pauses.
  mutating func adapt(to reply: JobExchangeReply) {
    if let pauses = reply.pauses { paused = pauses }
    for settings in reply.settings {
      overrides[settings.scope] = settings.workers
      if settings.running == nil { limited.remove(settings.scope) } else { limited.insert(settings.scope) }
    }
    guard reply.pauses != nil || !reply.settings.isEmpty else { return }
    for index in pools.indices {
      let before = pools[index].workers
      pools[index].override = workers(overriding: pools[index])
      if pools[index].workers > before { pools[index].restart() }
    }
    returnUnusable()
  }

  /// What waits in a pool that takes nothing, or was paused, goes back.
  private mutating func returnUnusable() {
    for key in window.keys {
      guard let entry = window[key] else { continue }
      if pools[entry.reservation.pool].workers == 0 || isPaused(entry.reservation) { giveBack(key) }
    }
  }

  func isPaused(_ run: Reservation) -> Bool {
    guard !paused.isEmpty else { return false }
    return paused.contains { $0.contains(partition: run.box.job.partition, queue: run.box.job.queue) }
  }

  private mutating func settlePools(at now: Instant, into effects: inout RunnerEffects) {
    returnUnusable()
    fill(at: now, into: &effects)
    wake(at: now, into: &effects)
  }
}
