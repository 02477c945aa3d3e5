/// A delivery as the store knows it: a job, seen as a message that is on its way.
public struct Delivery: Sendable, Hashable, Codable, Identifiable {
  /// The job.
  public let job: JobRecord

  /// A job, seen as a delivery.
  public init(_ job: JobRecord) {
    self.job = job
  }

  /// The caller's id, or its number when it has none.
  public var id: String { job.name ?? job.id.description }
  /// When it is delivered, next or first.
  public var due: WallTime { job.due }
  /// Where it stands.
  public var state: JobState { job.state }
  /// Attempts begun (`dispatch_attempts`).
  public var attempts: Int { job.attempt }
  /// The words that travel with it; tracing keeps its own beside them.
  public var assigns: [String: String] { job.envelope.metadata }
  /// What it belongs to: its own number when nobody said.
  public var correlation: String { job.envelope.correlation ?? job.id.description }
  /// What caused it: the correlation when nobody did (MS1).
  public var causation: String { job.envelope.causation ?? correlation }
}

/// A message that can be answered before it is delivered: a halted one is never handled (MS2).
public protocol HaltingMessage: Job {
  /// Whether nobody shall handle it any more.
  var isHalted: Bool { get }
}

/// What became of a message that was handed in.
public enum DeliveryReceipt: Sendable, Hashable {
  /// It was stored.
  case scheduled(JobID)
  /// A delivery of this id, or of the message's unique key, is there (SC4): nothing was stored.
  case duplicate(Delivery)
  /// The message is halted: nothing was stored (MS2).
  case halted

  /// The new delivery's job, or that of the one that was there.
  public var job: JobID? {
    switch self {
    case .scheduled(let id): id
    case .duplicate(let delivery): delivery.job.id
    case .halted: nil
    }
  }
}

/// What became of a wish to cancel (TM10).
public enum DeliveryCancellation: Sendable, Hashable {
  /// It is cancelled, now or since before, and will not be delivered.
  case cancelled
  /// A node has it: one that has not begun never will, one that has begun was asked to stop. Its state tells later.
  case stopping
  /// It was delivered before.
  case alreadyDelivered
  /// It was given up before.
  case alreadyFailed
  /// There is none of this id, or no longer.
  case unknown
}

/// What became of a wish to deliver at another time.
public enum DeliveryMove: Sendable, Hashable {
  /// It is due at the new time.
  case moved
  /// Too late: a node has it, or it waits for its execution key.
  case underway
  /// It was delivered before.
  case alreadyDelivered
  /// It was cancelled before.
  case alreadyCancelled
  /// It was given up before.
  case alreadyFailed
  /// No node could run it: it is parked, and its time does not matter.
  case parked
  /// There is none of this id, or no longer.
  case unknown
}
