import Holdfast

/// Looking at queues and changing them.
extension JobDesk {
  /// Every queue that has jobs or settings, and those of the file; all, or of a scope.
  func queues(_ scope: QueueScope = .everything) async throws -> [QueueReport] {
    let statuses = try await told { () async throws(StoreError) in try await store.queues() }
    let known = statuses.filter { scope.contains(partition: $0.partition, queue: $0.queue) }
      .map { QueueReport($0, workers: workers($0.queue, partition: $0.partition)) }
    let pauses = try await told { () async throws(StoreError) in try await store.pauses() }
    let idle = idleQueues(besides: known).filter { entry, partition in
      (scope.queue ?? entry.name) == entry.name && (scope.partition == nil || scope.partition == partition)
    }
    return (known + idle.map { report(ofIdle: $0, $1, pauses) }).sorted {
      ($0.queue, $0.partition ?? "") < ($1.queue, $1.partition ?? "")
    }
  }

  /// What the file serves, and nobody has used yet: queues of one tenant, and those of all others.
  private func idleQueues(besides known: [QueueReport]) -> [(entry: QueueEntry, partition: String?)] {
    let own = configuration.partitions.flatMap { tenant in tenant.queues.map { (entry: $0, partition: tenant.name) } }
    let common = configuration.queues.filter { queue in
      !known.contains { report in
        report.queue == queue.name
          && !own.contains { $0.entry.name == report.queue && $0.partition == report.partition }
      }
    }
    let idle = own.filter { lane in
      !known.contains { $0.queue == lane.entry.name && $0.partition == lane.partition }
    }
    return common.map { ($0, nil) } + idle.map { ($0.entry, $0.partition) }
  }

  private func workers(_ queue: String, partition: String) -> Int? {
    configuration.queue(queue, partition: partition)?.pool(partition: nil).workers
  }

  private func report(ofIdle entry: QueueEntry, _ partition: String?, _ pauses: [QueuePause]) -> QueueReport {
    let own = pauses.filter { pause in
      (pause.scope.queue ?? entry.name) == entry.name && (pause.scope.partition ?? partition) == partition
    }
    return QueueReport(
      queue: entry.name, partition: partition, workers: entry.pool(partition: partition).workers, jobs: [:],
      pauses: own.map { QueueReport.Pause(scope: $0.scope.description, by: $0.by, at: $0.at.date, note: $0.note) },
      limit: entry.limit, rate: entry.rate.map(RateText.text))
  }

  /// Pauses, resumes, limits or empties.
  func change(_ change: QueueChange) async throws -> QueueChangeReport {
    try check(change)
    let count = try await told { () async throws(StoreError) in
      try await store.perform(command(change), by: actor)
    }
    if change.action == .reset { try await restoreFile(change.scope) }
    return QueueChangeReport(scope: change.scope.description, result: words(change.action, count), count: count)
  }

  /// A name that nobody knows is a slip of the finger more often than a plan.
  private func check(_ change: QueueChange) throws(Failure) {
    if let queue = change.scope.queue, !configuration.queueNames.contains(queue) {
      let hint = Suggestion.text(for: queue, among: configuration.queueNames)
      throw Failure(.notFound, "there is no queue `\(queue)`\(hint.isEmpty ? ";" : hint) see `queues:` in the file")
    }
    guard let settings = change.settings else { return }
    if settings.workers != nil || settings.rate != nil, change.scope.queue == nil {
      throw Failure(.usage, "workers and rates belong to a queue: name one")
    }
    if settings.weight != nil, change.scope.partition == nil {
      throw Failure(.usage, "a weight belongs to a partition: name one with --partition")
    }
  }

  private func command(_ change: QueueChange) -> QueueCommand {
    switch change.action {
    case .pause: .pause(change.scope, note: change.note)
    case .resume: .resume(change.scope)
    case .set: .set(change.settings ?? QueueSettings(change.scope))
    case .reset: .unset(change.scope)
    case .purge: .purge(change.scope)
    }
  }

  /// What the file says counts again.
  private func restoreFile(_ scope: QueueScope) async throws {
    for settings in configuration.storedSettings where settings.scope == scope {
      _ = try await told { () async throws(StoreError) in try await store.perform(.set(settings), by: actor) }
    }
  }

  private func words(_ action: QueueChange.Action, _ count: Int) -> String {
    switch action {
    case .pause: count > 0 ? "paused; what runs goes on" : "was paused already"
    case .resume: count > 0 ? "goes on" : "was not paused"
    case .set: "changed"
    case .reset: "is as the file says"
    case .purge: "\(count) job\(count == 1 ? "" : "s") deleted"
    }
  }
}
