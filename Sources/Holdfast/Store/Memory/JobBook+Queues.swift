/// The durable settings of a scope and how much of them is used.
struct ScopeLimits: Sendable {
  var settings: QueueSettings
  /// Executing jobs of the scope.
  var executing = 0
  var gate: RateGate?

  var isCounting: Bool { settings.running != nil || settings.rate != nil }
}

// MARK: Commands on queues

extension JobBook {
  mutating func perform(_ command: QueueCommand, by actor: String) -> Int {
    let count: Int
    switch command {
    case .pause(let scope, let note): count = pause(scope, note, by: actor)
    case .resume(let scope): count = resume(scope)
    case .set(let settings): count = set(settings)
    case .unset(let scope): count = unset(scope)
    case .purge(let scope): count = purge(scope)
    }
    note(actor, command.action, command.scope.description, command.detail(count))
    return count
  }

  private mutating func pause(_ scope: QueueScope, _ note: String?, by actor: String) -> Int {
    guard !pauses.contains(where: { $0.scope == scope }) else { return 0 }
    pauses.append(QueuePause(scope: scope, by: actor, at: now, note: note))
    applyPauses()
    return 1
  }

  private mutating func resume(_ scope: QueueScope) -> Int {
    guard let index = pauses.firstIndex(where: { $0.scope == scope }) else { return 0 }
    pauses.remove(at: index)
    applyPauses()
    return 1
  }

  private mutating func applyPauses() {
    for number in laneNumbers.values {
      let lane = lanes[number]
      setPaused(number, pauses.contains { $0.scope.contains(partition: lane.partition, queue: lane.queue) })
    }
    for id in nodes.keys { nodes[id]?.mustHearPauses = true }
  }

  private mutating func purge(_ scope: QueueScope) -> Int {
    let states: Set<JobState> = [.queued, .waiting, .parked]
    let purged = ids.filter { id in
      guard let job = jobs[id]?.record, states.contains(job.state) else { return false }
      return scope.contains(partition: job.partition, queue: job.queue)
    }
    for id in purged { delete(id) }
    return purged.count
  }
}

// MARK: Settings

extension JobBook {
  private mutating func set(_ settings: QueueSettings) -> Int {
    var limit = limits[settings.scope] ?? ScopeLimits(settings: QueueSettings(settings.scope))
    limit.settings.merge(settings)
    if let rate = limit.settings.rate { limit.gate = RateGate(rate, arrival: limit.gate?.arrival ?? .distantPast) }
    limits[settings.scope] = limit
    applySettings(of: settings.scope)
    return 1
  }

  private mutating func unset(_ scope: QueueScope) -> Int {
    guard limits.removeValue(forKey: scope) != nil else { return 0 }
    applySettings(of: scope)
    return 1
  }

  private mutating func applySettings(of scope: QueueScope) {
    limits[scope]?.executing = 0
    for number in laneNumbers.values {
      let lane = lanes[number]
      guard scope.contains(partition: lane.partition, queue: lane.queue) else { continue }
      lanes[number].limits = limitScopes(lane.partition, lane.queue)
      limits[scope]?.executing += lane.counts[JobState.executing.rawValue]
      let weight = weight(lane.partition, lane.queue)
      queues[lane.queue]?.share.setWeight(weight, of: number)
    }
    for id in nodes.keys { nodes[id]?.settings[scope] = limits[scope]?.settings ?? QueueSettings(scope) }
  }

  /// The scopes that limit a lane.
  func limitScopes(_ partition: String, _ queue: String) -> [QueueScope] {
    QueueScope.scopes(partition, queue).filter { limits[$0]?.isCounting == true }
  }

  func weight(_ partition: String, _ queue: String) -> Double {
    QueueScope.scopes(partition, queue).lazy.compactMap { limits[$0]?.settings.weight }.first ?? 1
  }
}

extension QueueScope {
  /// Every scope that contains a tenant's queue, the narrowest first.
  package static func scopes(_ partition: String, _ queue: String) -> [QueueScope] {
    [
      QueueScope(partition: partition, queue: queue), QueueScope(queue: queue), QueueScope(partition: partition),
      .everything,
    ]
  }
}

// MARK: Status

extension JobBook {
  /// Lanes with jobs, and lanes that a pause or a setting names.
  func queueStatuses() -> [QueueStatus] {
    let named = (pauses.map(\.scope) + limits.keys).filter { $0.partition != nil && $0.queue != nil }
    return Set(laneNumbers.keys).union(named).sorted(by: QueueScope.precedes).map(status)
  }

  private func status(_ scope: QueueScope) -> QueueStatus {
    let (partition, queue) = (scope.partition ?? "", scope.queue ?? "")
    let lane = laneNumbers[scope].map { lanes[$0] }
    let counts = JobState.allCases.map { ($0, lane?.counts[$0.rawValue] ?? 0) }.filter { $0.1 > 0 }
    let ready = lane?.ready.least(in: jobs, \.key.due)
    let coming = lane?.coming.least(in: jobs, \.key)
    return QueueStatus(
      partition: partition, queue: queue, counts: Dictionary(uniqueKeysWithValues: counts),
      nextDue: [ready, coming].compactMap(\.self).min(),
      pauses: pauses.filter { $0.scope.contains(partition: partition, queue: queue) },
      settings: effectiveSettings(scope))
  }

  private func effectiveSettings(_ scope: QueueScope) -> QueueSettings? {
    let all = QueueScope.scopes(scope.partition ?? "", scope.queue ?? "").compactMap { limits[$0]?.settings }
    guard !all.isEmpty else { return nil }
    return all.reversed().reduce(into: QueueSettings(scope)) { $0.merge($1) }
  }
}
