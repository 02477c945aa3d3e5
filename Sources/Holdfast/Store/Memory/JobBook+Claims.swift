import HeapModule

// MARK: Claims

extension JobBook {
  /// One demand while it is being met.
  private struct Claiming {
    let demand: JobDemand
    let node: String
    /// Candidates that may still be looked at; those that must wait for their key use it up without being taken.
    var patience: Int
    /// When a lane that is at its rate may give again.
    var rate: WallTime?
  }

  /// Takes what is due, fair between tenants, then what is due soon, then says when there will be more.
  mutating func serve(_ demand: JobDemand, lookahead: Duration, _ node: String, _ reply: inout JobExchangeReply) {
    var claiming = Claiming(demand: demand, node: node, patience: 4 * (demand.count + demand.ahead) + 64)
    ripen(demand.queue)
    takeDue(&claiming, &reply)
    takeAhead(&claiming, until: now.advanced(by: max(.zero, lookahead)), &reply)
    if let rate = claiming.rate { reply.soon(rate) }
    if claiming.patience == 0 { reply.soon(now) }
    if let due = nextDue(demand) {
      let early = demand.ahead > 0 ? due.advanced(by: .zero - max(.zero, lookahead)) : due
      reply.soon(early > now ? early : due)
    }
  }

  private mutating func takeDue(_ claiming: inout Claiming, _ reply: inout JobExchangeReply) {
    let queue = claiming.demand.queue
    var wanted = claiming.demand.count
    while wanted > 0, claiming.patience > 0, let lane = queues[queue]?.share.next {
      if !mayTake(from: lane, &claiming) {
        queues[queue]?.share.skip(lane)
      } else if let id = firstReady(lane, &claiming) {
        take(id, claiming, &reply)
        wanted -= 1
      } else if lanes[lane].ready.first(in: jobs) == nil {
        queues[queue]?.share.end(lane)
      }
    }
    queues[queue]?.share.endRound()
  }

  private mutating func takeAhead(_ claiming: inout Claiming, until horizon: WallTime, _ reply: inout JobExchangeReply)
  {
    let queue = claiming.demand.queue
    var wanted = claiming.demand.ahead
    var seen: [Int] = []
    var hidden: [Int64] = []
    while wanted > 0, claiming.patience > 0, let alarm = nextAlarm(queue), alarm.due <= horizon {
      dropAlarm(alarm, of: queue)
      guard mayTake(from: alarm.lane, &claiming), let entry = lanes[alarm.lane].coming.first(in: jobs) else {
        seen.append(alarm.lane)
        continue
      }
      if mustNotOvertake(entry.id) {
        hide(entry.id)
        hidden.append(entry.id)
        claiming.patience -= 1
      } else if admit(entry.id, &claiming) {
        take(entry.id, claiming, &reply)
        wanted -= 1
      }
      look(at: alarm.lane)
    }
    for id in hidden { place(id) }
    for lane in seen { look(at: lane) }
  }

  /// Work that is on time does not queue up behind what is overdue (SC8); but that may hold the same key, whose order
  /// counts for more.
  private mutating func mustNotOvertake(_ id: Int64) -> Bool {
    guard let job = jobs[id], job.record.executionKey != nil else { return false }
    return lanes[job.lane].ready.first(in: jobs) != nil
  }

  /// Takes a job out of the orders until it is placed again.
  private mutating func hide(_ id: Int64) {
    lastPlace += 1
    jobs[id]?.place = lastPlace
  }

  /// The lane's best job whose key is free; others on the way go to wait. Nil when there is none or patience ends.
  private mutating func firstReady(_ lane: Int, _ claiming: inout Claiming) -> Int64? {
    while claiming.patience > 0, let entry = lanes[lane].ready.first(in: jobs) {
      if entry.key.due > now {
        place(entry.id)  // The clock was set back.
      } else if admit(entry.id, &claiming) {
        return entry.id
      }
    }
    return nil
  }

  private mutating func admit(_ id: Int64, _ claiming: inout Claiming) -> Bool {
    guard let job = jobs[id] else { return false }
    guard job.record.executionKey != nil, mustWait(job) else { return true }
    claiming.patience -= 1
    update(id) { JobLifecycle.wait(&$0.record) }
    return false
  }

  private mutating func take(_ id: Int64, _ claiming: Claiming, _ reply: inout JobExchangeReply) {
    let now = now
    guard let lane = jobs[id]?.lane else { return }
    update(id) { JobLifecycle.claim(&$0.record, by: claiming.node, at: now) }
    queues[claiming.demand.queue]?.share.charge(lane)
    for scope in lanes[lane].limits { limits[scope]?.gate?.take(at: now) }
    if let job = jobs[id]?.record { reply.claims.append(JobClaim(pool: claiming.demand.pool, job: job)) }
  }

  /// Whether a lane is asked for, not paused, and below its limits.
  private mutating func mayTake(from lane: Int, _ claiming: inout Claiming) -> Bool {
    guard !lanes[lane].isPaused, claiming.demand.partitions.contains(lanes[lane].partition) else { return false }
    for scope in lanes[lane].limits {
      guard let limit = limits[scope] else { continue }
      if let running = limit.settings.running, limit.executing >= running { return false }
      if limits[scope]?.gate?.available(at: now) == 0 {
        if let next = limits[scope]?.gate?.next(at: now) { claiming.rate = min(claiming.rate ?? next, next) }
        return false
      }
    }
    return true
  }

  /// When the first coming job of the lanes that a demand names is due.
  private mutating func nextDue(_ demand: JobDemand) -> WallTime? {
    switch demand.partitions {
    case .all(let except) where except.isEmpty: return nextAlarm(demand.queue)?.due
    case .only(let partition):
      guard let lane = laneNumbers[QueueScope(partition: partition, queue: demand.queue)] else { return nil }
      return lanes[lane].isPaused ? nil : lanes[lane].coming.first(in: jobs)?.key
    case .all:
      let alarms = queues[demand.queue]?.alarms.unordered ?? []
      return alarms.filter { lanes[$0.lane].alarm == $0.due && demand.partitions.contains(lanes[$0.lane].partition) }
        .map(\.due).min()
    }
  }
}
