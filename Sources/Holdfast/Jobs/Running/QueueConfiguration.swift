#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// How many workers one node gives to a queue, and whose jobs they take (P1, P7).
///
/// A queue may have a pool for all tenants, and pools of their own for some; those are left out of the common one then.
public struct QueueConfiguration: Sendable, Hashable, Codable {
  /// The queue. Default `default`.
  public var queue: String
  /// The tenant; nil (default) for every one that has no pool of its own.
  public var partition: String?
  /// Jobs that run at once on this node, 0…1,000,000; 0 takes nothing (P6). Default as many as the machine has cores.
  /// A durable setting (``QueueSettings/workers``) overrides it.
  public var workers: Int
  /// How long an attempt may take when neither the job nor its policy says so. Default no limit.
  public var timeout: Duration?

  /// A pool of workers.
  public init(_ queue: String = "default", partition: String? = nil, workers: Int? = nil, timeout: Duration? = nil) {
    self.queue = queue
    self.partition = partition
    self.workers = workers ?? ProcessInfo.processInfo.activeProcessorCount
    self.timeout = timeout
  }

  /// Which settings are about exactly this pool.
  var scope: QueueScope { QueueScope(partition: partition, queue: queue) }

  /// Checks a complete set of pools.
  ///
  /// - Throws: ``JobRefused`` for a bad name, a negative number, or a pool that is there twice.
  static func validate(_ queues: [QueueConfiguration]) throws(JobRefused) {
    var seen = Set<QueueScope>()
    for queue in queues {
      try JobRefused.check(name: queue.queue, as: "queue")
      if let partition = queue.partition { try JobRefused.check(name: partition, as: "partition") }
      guard JobLimits.workers.contains(queue.workers) else {
        throw JobRefused("workers", "of \(queue.scope) is \(queue.workers), outside 0…1,000,000; 0 takes nothing")
      }
      if let timeout = queue.timeout, timeout <= .zero {
        throw JobRefused("timeout", "of \(queue.scope) is \(timeout); leave it out for none")
      }
      guard seen.insert(queue.scope).inserted else {
        throw JobRefused("queues", "names \(queue.scope) twice; add the workers up")
      }
    }
  }
}
