/// One attached node, and what it has not been told yet.
struct NodeEntry: Sendable {
  let identity: NodeIdentity
  let since: WallTime
  var seen: WallTime
  /// The same on the monotonic clock: what its lease is measured by.
  var beat: Instant
  /// Whether its lease has ended, and nothing was heard of it since: it counts as dead.
  var isLapsed = false
  var executing: Set<Int64> = []
  var cancellations: [JobCancellation] = []
  var settings: [QueueScope: QueueSettings] = [:]
  var mustHearPauses = true

  /// When others may take over what it has; nil while it has nothing.
  var leaseEnd: Instant? { executing.isEmpty ? nil : beat.advanced(by: identity.lease) }
}

// MARK: Nodes

extension JobBook {
  /// Begins to serve a node, and queues again what only it can run.
  ///
  /// - Returns: False when its id is taken.
  mutating func attach(_ identity: NodeIdentity) -> Bool {
    guard nodes[identity.id] == nil else { return false }
    var node = NodeEntry(identity: identity, since: now, seen: now, beat: instant)
    node.settings = limits.mapValues(\.settings)
    nodes[identity.id] = node
    for id in parked.sorted() { update(id) { _ = JobLifecycle.revive(&$0.record, for: identity.handles) } }
    return true
  }

  mutating func detach(_ id: String) {
    guard let node = nodes[id] else { return }
    recover(node, because: "node '\(node.identity.name)' left while it ran")
    nodes[id] = nil
  }

  /// Takes over from every other node whose lease has ended; a node that is heard in time keeps what it has.
  mutating func recoverSilentNodes(besides heard: Set<String>) {
    for node in nodes.values where !heard.contains(node.identity.id) {
      guard let end = node.leaseEnd, end <= instant else { continue }
      nodes[node.identity.id]?.isLapsed = true
      recover(
        node, because: "node '\(node.identity.name)' was silent for longer than its lease of \(node.identity.lease)")
    }
  }

  private mutating func recover(_ node: NodeEntry, because reason: String) {
    let now = now
    for id in node.executing.sorted() {
      update(id) { job in
        job.add(JobLifecycle.recover(&job.record, job.hasBegun ? .begun : .notBegun, because: reason, at: now))
      }
      if let job = jobs[id]?.record, job.state == .cancelled { tellCancelled(job) }
    }
  }

  /// Keeps a job that nobody ran for the next node that handles its kind.
  mutating func tellCancelled(_ job: JobRecord) {
    if cancelled.count == 10_000 { cancelled.removeFirst() }
    cancelled.append(job)
  }

  mutating func note(_ run: RunReference, hasBegun: Bool) {
    guard jobs[run.job.number]?.record.isExecuting(run) == true else { return }
    jobs[run.job.number]?.hasBegun = hasBegun
  }

  var nodeStatuses: [NodeStatus] {
    nodes.values.filter { !$0.isLapsed }.sorted { ($0.since, $0.identity.id) < ($1.since, $1.identity.id) }.map {
      NodeStatus(identity: $0.identity, executing: $0.executing.count, since: $0.since, seen: $0.seen)
    }
  }
}
