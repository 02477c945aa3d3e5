#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// What a node writes and wants in one transaction: how its runs ended, what they said, and what it would take next.
///
/// Everything rides in one commit, so a busy node pays for one sync per batch of ends *and* claims.
public struct JobExchange: Sendable {
  /// Runs that ended.
  public var settlements: [JobSettlement] = []
  /// Progress of runs that go on.
  public var reports: [JobReport] = []
  /// What the node would take, pool by pool, most wanted first.
  public var demands: [JobDemand] = []
  /// Jobs due within this time may be taken before they are due. Default none.
  public var lookahead: Duration = .zero

  /// Nothing.
  public init() {}

  /// Whether there is nothing to write and nothing wanted.
  public var isEmpty: Bool { settlements.isEmpty && reports.isEmpty && demands.isEmpty }
}

/// What one pool of workers would take.
public struct JobDemand: Sendable, Hashable {
  /// The pool, by its number within the node; comes back with each claim.
  public var pool: Int
  /// The queue it serves.
  public var queue: String
  /// The tenants it serves.
  public var partitions: PartitionSet
  /// Jobs that are due; ≥ 0.
  public var count: Int
  /// Further jobs that become due within the look-ahead; ≥ 0. They are given whatever is overdue (SC8); where something of
  /// their queue and tenant is, those with an execution key are not, because that may hold it.
  public var ahead: Int

  /// A wish.
  public init(pool: Int, queue: String, partitions: PartitionSet, count: Int, ahead: Int = 0) {
    self.pool = pool
    self.queue = queue
    self.partitions = partitions
    self.count = count
    self.ahead = ahead
  }
}

/// A choice of tenants.
public enum PartitionSet: Sendable, Hashable {
  /// One.
  case only(String)
  /// All but those that have a pool of their own.
  case all(except: Set<String>)

  /// Every tenant.
  public static let everyone = PartitionSet.all(except: [])

  /// Whether a tenant belongs to it.
  public func contains(_ partition: String) -> Bool {
    switch self {
    case .only(let name): name == partition
    case .all(let except): !except.contains(partition)
    }
  }
}

/// How a run ended, and what becomes of the job. Refused when the token is stale (law 3).
public struct JobSettlement: Sendable, Hashable {
  /// The run.
  public var run: RunReference
  /// What becomes of the job.
  public var verdict: JobVerdict

  /// The end of a run.
  public init(_ run: RunReference, _ verdict: JobVerdict) {
    self.run = run
    self.verdict = verdict
  }
}

/// What becomes of a job whose run ended.
public enum JobVerdict: Sendable, Hashable {
  /// It is done.
  case completed(output: Data?)
  /// It failed and is tried again, perhaps with another payload, of another version; nil for the same.
  case retry(after: Duration, failure: JobFailure, payload: Data?, version: Int? = nil)
  /// It failed for the last time.
  case discarded(JobFailure)
  /// It took down the process that it ran in, and that was not the node's own. The store counts that apart from failures:
  /// it is tried again, or parked after ``JobRecord/maxCrashes``.
  case crashed(retryAfter: Duration, failure: JobFailure)
  /// It waits without having failed; the attempt is given back.
  case snoozed(for: Duration)
  /// It ended because somebody, or its handler, said so.
  case cancelled(reason: String)
  /// This binary cannot run it; the attempt is given back.
  case parked(JobParking, reason: String)
  /// It never started; the attempt is given back and it stays due (P13, D1).
  case returned
}

/// Why a job is parked; decides who may bring it back.
public enum JobParking: String, Sendable, Hashable, Codable {
  /// No handler for its kind. Runs again by itself once a node handles it.
  case unknownKind
  /// The payload is of a newer version. Runs again by itself once a node knows it.
  case newerVersion
  /// The payload could not be decoded.
  case undecodable
  /// It took its process down too often.
  case quarantined
}

/// What a running attempt said; refused when the token is stale.
public struct JobReport: Sendable, Hashable {
  /// The run.
  public var run: RunReference
  /// What it said.
  public var progress: JobProgress

  /// A report.
  public init(_ run: RunReference, _ progress: JobProgress) {
    self.run = run
    self.progress = progress
  }
}

/// What the store did with an exchange.
public struct JobExchangeReply: Sendable {
  /// Jobs the node now has, in the order in which they should start.
  public var claims: [JobClaim] = []
  /// For each settlement, in order, what became of it.
  public var settled: [JobSettled] = []
  /// Runs of this node that somebody asked to stop since the last exchange.
  public var cancellations: [JobCancellation] = []
  /// Pools whose durable settings (``QueueSettings``) changed; the node adapts at once. All of them in a node's first
  /// reply; one that was removed comes without values.
  public var settings: [QueueSettings] = []
  /// Everything that is paused, when that changed since the node's last reply, and in its first one; nil otherwise. The
  /// node returns what it took of it and did not begin (P13).
  public var pauses: [QueueScope]?
  /// Jobs that somebody cancelled while nobody ran them, since the last exchange: one attached node that handles their
  /// kind is told, once, so that hooks hear of it (C2). At most 10,000, of 64 MiB, wait to be told; the oldest go.
  public var cancelled: [JobRecord] = []
  /// When something may be taken that could not be taken now: the earliest due time beyond what was claimed (less the
  /// look-ahead, when the demand takes jobs ahead and that is still to come), the next instant of a rate limit, or the end
  /// of another node's lease; now, when there are more candidates than one claim looks at. Nil when only another write can
  /// bring work.
  public var next: WallTime?
  /// The store's clock.
  public var now: WallTime

  /// A reply to be filled.
  public init(now: WallTime) {
    self.now = now
  }
}

/// A job that a node has: the whole record, and the pool that asked.
public struct JobClaim: Sendable, Hashable {
  /// The pool of the demand.
  public var pool: Int
  /// The job, with its new token and attempt.
  public var job: JobRecord {
    get { box.job }
    set { box = JobBox(newValue) }
  }

  private(set) var box: JobBox

  /// A claim.
  public init(pool: Int, job: JobRecord) {
    self.pool = pool
    box = JobBox(job)
  }

  /// The run that this claim allows.
  public var run: RunReference { RunReference(job: job.id, token: job.token) }
}

/// What became of a settlement.
public enum JobSettled: Sendable, Hashable {
  /// It holds; the job is in this state now.
  case accepted(JobState)
  /// Somebody had asked for the job's cancellation before: it is cancelled, whatever the run returned (C5).
  case overruled(reason: String)
  /// The token is stale: nothing was written.
  case stale
}

/// A run that shall stop.
public struct JobCancellation: Sendable, Hashable {
  /// The run.
  public var run: RunReference
  /// Why, in the words of who asked.
  public var reason: String
  /// Whether it has no grace period (see ``JobCommand/cancel(reason:atOnce:)``).
  public var isAtOnce: Bool

  /// A cancellation.
  public init(_ run: RunReference, reason: String, isAtOnce: Bool = false) {
    self.run = run
    self.reason = reason
    self.isAtOnce = isAtOnce
  }
}
