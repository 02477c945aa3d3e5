/// Where a child is in its life. The raw value indexes the counts.
enum Phase: Int, CaseIterable {
  /// Its turn to start has not come. Exits: starting, stopped.
  case pending
  /// Its task runs and it is not ready. Exits: running, stopping, and every exit of a failed start.
  case starting
  /// Ready. Exits: stopping, waiting, restarting, finished, parked, starting (restarted at once).
  case running
  /// Asked to end. Exits: stopped, restarting, waiting, starting, or removed.
  case stopping
  /// Down until an instant. Exits: starting, stopped.
  case waiting
  /// Down until its group starts again. Exits: starting, waiting, stopped, parked.
  case restarting
  /// Down because someone asked. Exits: starting, restarting.
  case stopped
  /// Ended by itself and not to be restarted. Exits: starting, restarting.
  case finished
  /// Down because a limit was reached. Exits: starting.
  case parked

  /// Whether a task of the current generation exists.
  var isActive: Bool { self == .starting || self == .running || self == .stopping }

  /// Whether it will start without anybody asking again.
  var isQueued: Bool { awaitsTurn || self == .waiting }

  /// Whether a start sequence will come to it.
  var awaitsTurn: Bool { self == .pending || self == .restarting }
}

/// Why a child is being stopped. When reasons meet, the greater one decides what happens afterwards.
enum StopPurpose: Int, Comparable {
  case none, heartbeatMissed, startDeadlineMissed, regroup, terminate, shutdown

  static func < (lhs: StopPurpose, rhs: StopPurpose) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// All that a supervisor knows of one child. A hundred thousand of them lie side by side, so every byte is wanted.
struct ChildRecord {
  struct Flags: OptionSet {
    let rawValue: UInt8
    /// Its task has been cancelled.
    static let cancelled = Flags(rawValue: 1)
    /// Somebody in it waits for the graceful request.
    static let listens = Flags(rawValue: 2)
    /// A caller started it, so a failing start goes to that caller and not to the restart policy.
    static let startedByCall = Flags(rawValue: 4)
    /// The specification is forgotten when that start fails.
    static let discardOnFailure = Flags(rawValue: 8)
    /// A start sequence is at it: what waits for it may not start yet.
    static let inTurn = Flags(rawValue: 16)
    /// No child: only the slot's generation counts.
    static let vacant = Flags(rawValue: 32)
  }

  var child: Child
  /// Of this slot, never going back: stale starts, exits and timers are told by it (law 2).
  var generation: UInt32
  /// Starts of this child; what users see as its generation.
  var starts: UInt32 = 0
  var phase: Phase
  var purpose = StopPurpose.none
  var flags: Flags = []
  /// Who waits for this start; 0 is nobody.
  var reply: ReplyToken = 0
  var startedAt = Instant.zero
  /// When the current phase must be over: start, heartbeat, stop step, or delay.
  var deadline = Instant.distantFuture
  /// The entry of the deadline queue that stands for this record.
  var queued = Instant.distantFuture
  var lastExit: Exit?
  var backoff = Backoff.State()
  var previous: UInt32?
  var next: UInt32?
  /// Grows in start order.
  var sequence: UInt64

  /// Read in place: the options are large and shared.
  var options: Child.Options {
    _read { yield child.box.options }
  }
}

extension ChildRecord {
  private static let nobody = Child("", options: Child.Options()) { _ in }

  /// What stands in a slot without a child.
  static func vacant(generation: UInt32) -> ChildRecord {
    ChildRecord(child: nobody, generation: generation, phase: .stopped, flags: .vacant, sequence: 0)
  }
}

/// Names a caller who waits; the driver knows the continuation.
typealias ReplyToken = UInt64
