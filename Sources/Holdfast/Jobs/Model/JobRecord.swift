#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Everything a store keeps of one job.
public struct JobRecord: Sendable, Hashable, Codable, Identifiable {
  /// The store's number.
  public var id: JobID
  /// The caller's name for it.
  public var name: String?
  /// Which handler runs it.
  public var kind: String
  /// The version of the payload's shape.
  public var version: Int
  /// The payload.
  public var payload: Data
  /// The tenant.
  public var partition: String
  /// The queue.
  public var queue: String
  /// Higher runs sooner.
  public var priority: Int
  /// Where it stands.
  public var state: JobState
  /// When it may run, next or first.
  public var due: WallTime
  /// When it was stored.
  public var enqueued: WallTime
  /// When its newest attempt was taken by a node.
  public var started: WallTime?
  /// When it reached its final state.
  public var finished: WallTime?
  /// Attempts begun, the running one included.
  public var attempt: Int
  /// Failures until it is discarded.
  public var maxAttempts: Int
  /// Attempts that ended because the process did; they do not count against ``maxAttempts`` when the node died.
  public var crashes: Int
  /// Crashes until it is parked.
  public var maxCrashes: Int
  /// The fencing token of its newest lease; 0 before the first.
  public var token: Int64
  /// The node that has it.
  public var node: String?
  /// How long one attempt may take.
  public var timeout: Duration?
  /// See ``JobDraft/uniqueKey``.
  public var uniqueKey: String?
  /// See ``JobDraft/uniqueUntil``.
  public var uniqueUntil: UniqueUntil
  /// See ``JobDraft/executionKey``.
  public var executionKey: String?
  /// See ``JobDraft/executionLimit``.
  public var executionLimit: Int
  /// Metadata, correlation and causation.
  public var envelope: JobEnvelope
  /// What the handler said of its progress last.
  public var progress: JobProgress?
  /// What it returned.
  public var output: Data?
  /// Why it is parked, cancelled or discarded, in words; or why its running attempt shall stop. At most
  /// ``JobLimits/words`` bytes are kept.
  public var reason: String?
  /// Why it is parked; nil in every other state.
  public var parking: JobParking?
  /// Whether somebody asked the running attempt to stop.
  public var isCancelRequested: Bool
  /// Whether it shall stop without a grace period.
  public var isCancelAtOnce: Bool

  package init(
    id: JobID, draft: JobDraft, due: WallTime, enqueued: WallTime
  ) {
    self.id = id
    name = draft.name
    kind = draft.kind
    version = draft.version
    payload = draft.payload
    partition = draft.partition
    queue = draft.queue
    priority = draft.priority
    state = .queued
    self.due = due
    self.enqueued = enqueued
    attempt = 0
    maxAttempts = draft.maxAttempts
    crashes = 0
    maxCrashes = draft.maxCrashes
    token = 0
    timeout = draft.timeout
    uniqueKey = draft.uniqueKey
    uniqueUntil = draft.uniqueUntil
    executionKey = draft.executionKey
    executionLimit = draft.executionLimit
    envelope = draft.envelope
    isCancelRequested = false
    isCancelAtOnce = false
  }

  /// Whether the unique key is taken by this job: until its final state, or until its first run (Q2, Q3).
  public var holdsUniqueKey: Bool {
    uniqueKey != nil && !state.isFinal && (uniqueUntil == .finished || token == 0)
  }

  /// The state as a person sees it at a time.
  public func view(at now: WallTime) -> JobView {
    switch state {
    case .queued where due <= now: .available
    case .queued: attempt > 0 ? .retrying : .scheduled
    case .waiting: .waiting
    case .executing: .executing
    case .completed: .completed
    case .cancelled: .cancelled
    case .discarded: .discarded
    case .parked: .parked
    }
  }
}

/// How far a handler says it is.
public struct JobProgress: Sendable, Hashable, Codable {
  /// 0…1; nil when only the note is known.
  public var fraction: Double?
  /// In words.
  public var note: String?
  /// When it was said; the store fills it in.
  public var at: WallTime

  /// Progress, clamped to 0…1; notes are cut at 1 KiB.
  public init(_ fraction: Double? = nil, note: String? = nil, at: WallTime = .distantPast) {
    self.fraction = fraction.map { min(1, max(0, $0)) }
    self.note = note.map { $0.cut(toBytes: 1024) }
    self.at = at
  }
}
