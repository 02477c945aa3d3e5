import Holdfast

/// What the file says of one queue: of every tenant, or under `partitions:` of one.
struct QueueEntry: Equatable, Sendable {
  var name: String
  /// Jobs that run at once on this node; 0 takes nothing; nil (default) is the number of processors.
  var workers: Int?
  /// Running jobs over all nodes, ≥ 1. Default no limit.
  var limit: Int?
  /// Starts in a period over all nodes. Default no limit.
  var rate: RateLimit?
  /// For jobs whose kind sets none. Default no limit.
  var timeout: Duration?
  /// How long finished jobs stay. Default 24 h for completed ones, 7 days for others.
  var retention: RetentionConfiguration?
}

/// What the file says of one tenant.
struct PartitionEntry: Equatable, Sendable {
  var name: String
  /// Its share when several tenants want the same workers, > 0. Default 1.
  var weight: Double?
  /// Running jobs of all its queues, over all nodes. Default no limit.
  var limit: Int?
  /// Queues with workers of their own for this tenant.
  var queues: [QueueEntry] = []
}

/// How long finished jobs of a queue stay; nil is the library's default.
struct RetentionConfiguration: Equatable, Sendable {
  var completed: Duration?
  /// Cancelled and discarded ones.
  var others: Duration?
  /// Discarded jobs kept; older ones are deleted.
  var discarded: Int?

  func library(_ scope: QueueScope) -> JobRetention {
    var retention = JobRetention()
    retention.scope = scope
    if let completed { retention.completed = completed }
    if let others { retention.others = others }
    retention.maxDiscarded = discarded
    return retention
  }
}

extension Configuration {
  /// What holds for the jobs of a queue of a tenant: the tenant's own entry, else the queue's.
  func queue(_ name: String, partition: String) -> QueueEntry? {
    let own = partitions.first { $0.name == partition }?.queues.first { $0.name == name }
    return own ?? queues.first { $0.name == name }
  }

  /// How long the finished jobs of a queue of a tenant stay.
  func retention(_ queue: String, partition: String) -> JobRetention {
    let scope = QueueScope(partition: partition, queue: queue)
    let own = self.queue(queue, partition: partition)?.retention
    let general = queues.first { $0.name == queue }?.retention
    return (own ?? general ?? RetentionConfiguration()).library(scope)
  }

  /// Names that `--queue` and `queue:` may use.
  var queueNames: [String] {
    var seen = Set<String>()
    return (queues + partitions.flatMap(\.queues)).map(\.name).filter { seen.insert($0).inserted }
  }
}
