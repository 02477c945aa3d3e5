#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// What an operator, or code, does to a job.
public enum JobCommand: Sendable, Hashable {
  /// Ends it: at once when it does not run, otherwise as soon as its handler has stopped (C2, C4, C6).
  ///
  /// At once means that a run that goes on has no grace period: its slot is free, and its process is killed, now.
  case cancel(reason: String, atOnce: Bool = false)
  /// Queues it again, due now, with its attempts counted from zero; from every state but executing and waiting. A
  /// payload replaces the old one, and a version says what shape it has, ≥ 1; nil for the same.
  case retry(payload: Data?, version: Int? = nil)
  /// Gives up on it; from every state that is not final and not executing.
  case discard(reason: String)
  /// Moves its due time; queued jobs only.
  case reschedule(WallTime)
  /// Changes its priority; queued and waiting jobs only.
  case prioritize(Int)
  /// Forgets it; final and parked jobs only.
  case delete
}

/// What became of a command on one job.
public enum JobCommandResult: Sendable, Hashable {
  /// Done; the job is in this state now.
  case done(JobState)
  /// The running attempt was asked to stop.
  case requested
  /// Not possible in this state, which is unchanged. Saying the same twice is not an error: cancelling a cancelled job
  /// answers this.
  case refused(JobState)
  /// No such job.
  case unknown
}

/// What an operator does to a queue, a tenant or everything. Durable and audited.
public enum QueueCommand: Sendable, Hashable {
  /// Nothing new starts; what runs goes on (P11). Pausing twice keeps the first.
  case pause(QueueScope, note: String?)
  /// Undoes a pause of exactly this scope.
  case resume(QueueScope)
  /// Changes limits; nil fields are left as they are.
  case set(QueueSettings)
  /// Removes an override, so that the configuration counts again.
  case unset(QueueScope)
  /// Deletes jobs that neither run nor are final: queued, waiting and parked ones, and frees their keys (P15, Q5).
  case purge(QueueScope)
}

/// What a queue command is about.
public struct QueueScope: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The tenant; nil for every one.
  public var partition: String?
  /// The queue; nil for every one.
  public var queue: String?

  /// A scope: everything by default.
  public init(partition: String? = nil, queue: String? = nil) {
    self.partition = partition
    self.queue = queue
  }

  /// Everything.
  public static let everything = QueueScope()

  /// Whether a queue of a tenant is in it.
  public func contains(partition: String, queue: String) -> Bool {
    (self.partition ?? partition) == partition && (self.queue ?? queue) == queue
  }

  /// In words.
  public var description: String {
    switch (partition, queue) {
    case (nil, nil): "everything"
    case (let partition?, nil): "partition '\(partition)'"
    case (nil, let queue?): "queue '\(queue)'"
    case (let partition?, let queue?): "queue '\(queue)' of partition '\(partition)'"
    }
  }
}

/// A pause that is in force.
public struct QueuePause: Sendable, Hashable, Codable {
  /// What is paused.
  public var scope: QueueScope
  /// Who did it.
  public var by: String
  /// When.
  public var at: WallTime
  /// Why.
  public var note: String?

  package init(scope: QueueScope, by: String, at: WallTime, note: String?) {
    self.scope = scope
    self.by = by
    self.at = at
    self.note = note
  }
}

/// Durable settings of a scope; what is nil is not set.
public struct QueueSettings: Sendable, Hashable, Codable {
  /// What they are about. ``weight`` needs a tenant, ``workers`` and ``rate`` a queue.
  public var scope: QueueScope
  /// Workers per node, instead of the node's configuration; 0…1,000,000, and 0 takes nothing.
  public var workers: Int?
  /// Running jobs over all nodes, ≥ 0.
  public var running: Int?
  /// Starts in a period, over all nodes.
  public var rate: RateLimit?
  /// The tenant's share when several want the same workers, 0.000001…1,000. Default 1.
  public var weight: Double?

  /// Settings of a scope, none set.
  public init(
    _ scope: QueueScope, workers: Int? = nil, running: Int? = nil, rate: RateLimit? = nil, weight: Double? = nil
  ) {
    self.scope = scope
    self.workers = workers
    self.running = running
    self.rate = rate
    self.weight = weight
  }
}

/// At most so many starts in a period, evenly refilled, with a burst of as many (a generic cell rate).
public struct RateLimit: Sendable, Hashable, Codable {
  /// Starts, ≥ 1.
  public var count: Int
  /// The period, > 0.
  public var period: Duration

  /// A limit, such as `RateLimit(10, per: .seconds(1))`.
  public init(_ count: Int, per period: Duration) {
    self.count = count
    self.period = period
  }
}

/// One change that an operator made.
public struct AuditEntry: Sendable, Hashable, Codable, Identifiable {
  /// Grows.
  public var id: Int64
  /// When.
  public var at: WallTime
  /// Who.
  public var actor: String
  /// What: `cancel`, `pause` …
  public var action: String
  /// To what: `job 12`, `queue 'mail'` …
  public var target: String
  /// How it went, and further details.
  public var detail: String

  package init(id: Int64, at: WallTime, actor: String, action: String, target: String, detail: String) {
    self.id = id
    self.at = at
    self.actor = actor
    self.action = action
    self.target = target
    self.detail = detail
  }
}
