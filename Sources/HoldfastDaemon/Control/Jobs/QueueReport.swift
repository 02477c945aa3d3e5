import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One queue of one tenant, as operators and scripts see it.
struct QueueReport: Codable, Equatable, Sendable {
  var queue: String
  /// Nil for a queue of all tenants that has no jobs yet.
  var partition: String?
  /// Workers of this node, and what overrides the file; nil when the queue is not served here.
  var workers: Int?
  /// Jobs by state; states without jobs are left out.
  var jobs: [String: Int]
  /// When the queued job that is due first is due.
  var nextDue: Date?
  var pauses: [Pause]
  /// Running jobs over all nodes.
  var limit: Int?
  /// As in the file: `10/s`.
  var rate: String?
  var weight: Double?

  struct Pause: Codable, Equatable, Sendable {
    /// In words: `everything`, `queue 'mail'` …
    var scope: String
    var by: String
    var at: Date
    var note: String?
  }
}

extension QueueReport {
  init(_ status: QueueStatus, workers: Int?) {
    (queue, partition) = (status.queue, status.partition)
    self.workers = status.settings?.workers ?? workers
    jobs = Dictionary(uniqueKeysWithValues: status.counts.filter { $0.value > 0 }.map { ($0.key.name, $0.value) })
    nextDue = status.nextDue?.date
    pauses = status.pauses.map { Pause(scope: $0.scope.description, by: $0.by, at: $0.at.date, note: $0.note) }
    (limit, weight) = (status.settings?.running, status.settings?.weight)
    rate = status.settings?.rate.map(RateText.text)
  }
}

/// One node, as operators and scripts see it.
struct NodeReport: Codable, Equatable, Sendable {
  var id: String
  var name: String
  var executing: Int
  var since: Date
  var seen: Date
  /// Seconds.
  var lease: Double
  /// Kinds that it can run.
  var kinds: [String]

  init(_ status: NodeStatus) {
    (id, name, executing) = (status.identity.id, status.identity.name, status.executing)
    (since, seen, lease) = (status.since.date, status.seen.date, status.identity.lease.inSeconds)
    kinds = status.identity.handles.keys.sorted()
  }
}

/// One change that an operator made.
struct AuditReport: Codable, Equatable, Sendable {
  var at: Date
  var actor: String
  var action: String
  var target: String
  var detail: String

  init(_ entry: AuditEntry) {
    (at, actor, action, target, detail) = (entry.at.date, entry.actor, entry.action, entry.target, entry.detail)
  }
}
