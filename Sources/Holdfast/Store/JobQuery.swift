/// Which jobs: every condition that is set must hold.
public struct JobQuery: Sendable, Hashable, Codable {
  /// These only; nil for all. At most 10,000.
  public var ids: [JobID]?
  /// Callers' names.
  public var name: String?
  /// States as people see them; empty for all.
  public var views: Set<JobView> = []
  /// The kind.
  public var kind: String?
  /// The tenant.
  public var partition: String?
  /// The queue.
  public var queue: String?
  /// The unique key.
  public var uniqueKey: String?
  /// The execution key.
  public var executionKey: String?
  /// Part of the payload's text, compared byte by byte. Looks at ``scanLimit`` jobs at most.
  public var text: String?
  /// Due at or after.
  public var dueFrom: WallTime?
  /// Due before.
  public var dueBefore: WallTime?
  /// Enqueued at or after.
  public var enqueuedFrom: WallTime?
  /// Enqueued before.
  public var enqueuedBefore: WallTime?
  /// Continue after this job (see ``JobPage/next``).
  public var after: JobID?
  /// Newest first. Default true.
  public var newestFirst = true
  /// Jobs in the answer, 1…1,000. Default 50.
  public var limit = 50
  /// Jobs looked at when no index helps. Default 100,000; the page says when it was reached.
  public var scanLimit = 100_000

  /// All jobs.
  public init() {}
}

/// One page of an answer.
public struct JobPage: Sendable, Hashable, Codable {
  /// The jobs.
  public var jobs: [JobRecord]
  /// Where the next page begins; nil at the end.
  public var next: JobID?
  /// Whether ``JobQuery/scanLimit`` ended the search; ``next`` continues it.
  public var isPartial: Bool

  package init(jobs: [JobRecord], next: JobID?, isPartial: Bool = false) {
    self.jobs = jobs
    self.next = next
    self.isPartial = isPartial
  }
}

/// How many jobs of one queue of one tenant are in which state; kept with every write, so reading costs nothing.
public struct QueueStatus: Sendable, Hashable, Codable {
  /// The tenant.
  public var partition: String
  /// The queue.
  public var queue: String
  /// Jobs by state; states without jobs are left out.
  public var counts: [JobState: Int]
  /// When the queued job that is due first is due; nil without one.
  public var nextDue: WallTime?
  /// Who stopped it, if it is stopped: the queue itself, its tenant, or everything.
  public var pauses: [QueuePause]
  /// Limits and overrides, when there are any.
  public var settings: QueueSettings?

  package init(
    partition: String, queue: String, counts: [JobState: Int], nextDue: WallTime?, pauses: [QueuePause],
    settings: QueueSettings?
  ) {
    self.partition = partition
    self.queue = queue
    self.counts = counts
    self.nextDue = nextDue
    self.pauses = pauses
    self.settings = settings
  }
}
