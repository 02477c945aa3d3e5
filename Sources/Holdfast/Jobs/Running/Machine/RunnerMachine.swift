import HeapModule

/// Everything a job runner decides, as a value: one function for each event, time passed in, effects given back.
///
/// It holds the reservation window: jobs that the store gave to this node, in the order in which they shall run; runs
/// with their deadlines; ends that the store has not acknowledged yet. It is bounded by the window and by a ceiling of
/// abandoned tasks, and asks the store for no more than that.
struct RunnerMachine {
  /// What does not change while it runs.
  struct Plan {
    /// Jobs that a node may have at once, abandoned ones aside, ≥ 1.
    var window = 1000
    /// How long before its due time a job may be taken.
    var lookahead = Duration.seconds(1)
    /// See ``NodeIdentity/lease``.
    var lease = Duration.seconds(30)
    /// Progress is written at least this often while nothing else is.
    var reportDelay = Duration.seconds(1)
    /// How long a stop waits for the store once nothing runs any more.
    var settleDeadline = Duration.seconds(5)
    /// Whether hooks hear of each end, after its commit; they count in the window meanwhile.
    var hasHooks = false
    /// While the store cannot be reached: it is noticed within 2 s that it can (P2, P10).
    var backoff = Backoff.exponential(from: .milliseconds(50), to: .seconds(2), jitter: .equal)
  }

  /// Whether it takes work.
  enum Mode: Equatable {
    /// Takes and runs.
    case working
    /// Takes nothing; waits for what runs until the instant, then cancels it.
    case draining(until: Instant)
    /// Everything was cancelled; waits for the last to end, at the latest until the instant.
    case ending(until: Instant)
    /// Nothing happens any more.
    case over
  }

  /// An end that the store does not know yet.
  struct Owed {
    let key: RunKey
    let settlement: JobSettlement
    let duration: Duration?
  }

  struct Coming: Comparable {
    let due: WallTime
    let key: RunKey

    static func == (lhs: Coming, rhs: Coming) -> Bool { lhs.key == rhs.key }
    static func < (lhs: Coming, rhs: Coming) -> Bool { lhs.due < rhs.due }
  }

  let plan: Plan
  var mode = Mode.working
  var pools: [WorkerPool] = []
  var window = ReservationWindow()
  var deadlines = SlotDeadlines()
  var coming = Heap<Coming>()

  /// Ends to write with the next exchange, and those that are being written.
  var owed: [Owed] = []
  var writing: [Owed] = []
  /// Runs whose progress is not written yet.
  var reporting: [RunKey] = []
  var reportAt: Instant?

  var isExchanging = false
  /// Whether the wall clock was set during the exchange: what the store says of the time is void then.
  var hasStepped = false
  /// How urgently the store was woken since the last exchange.
  var woken: ExchangeUrgency?
  /// Whether somebody may be waiting for one of the ends that are owed.
  var owesAwaited = false
  /// Where a limit on running jobs holds: there every end lets another job begin.
  var limited: Set<QueueScope> = []
  var failures = Backoff.State()
  var retryAt: Instant?
  var lastFailure: StoreError?
  var renewAt = Instant.distantFuture
  /// When the exchange that is under way began.
  var askedAt = Instant.zero
  /// Until when what is reserved is ours for certain: the store counts the lease from a later instant than this does.
  var leaseEnd = Instant.zero
  /// When the store may have work that it has not now.
  var nextWork: WallTime?
  var paused: [QueueScope] = []
  var overrides: [QueueScope: Int] = [:]
  /// Entries whose tasks lost their workers and whose ends are settled: they count against a ceiling of their own.
  var leaked = 0
  var rotation = 0
  /// Ends of which hooks are hearing.
  var telling = 0

  init(_ plan: Plan, queues: [QueueConfiguration]) {
    self.plan = plan
    apply(queues)
  }

  /// Room in the window.
  var room: Int { max(0, plan.window - (window.count - leaked) - telling) }

  /// The instant at which ``tick(_:)`` must be called next; nil for never.
  func nextTimer(at moment: Moment) -> Instant? {
    var next = deadlines.next ?? .distantFuture
    if let due = coming.min?.due { next = min(next, moment.instant(of: due)) }
    if let retryAt { return earliest(min(next, retryAt)) }
    // Once the store is being asked, its answer sets the next timer: what it is asked for is due all the while.
    if !isExchanging, woken != .now {
      if let reportAt { next = min(next, reportAt) }
      if window.count > 0 { next = min(next, renewAt) }
    }
    if mode == .working, let nextWork { next = min(next, instant(ofWork: nextWork, at: moment)) }
    return earliest(next)
  }

  private func earliest(_ next: Instant) -> Instant? {
    switch mode {
    case .working: next == .distantFuture ? nil : next
    case .draining(let end), .ending(let end): min(next, end)
    case .over: nil
    }
  }

  /// The store is not asked again at once, whatever it says.
  private func instant(ofWork time: WallTime, at moment: Moment) -> Instant {
    max(moment.instant(of: time), moment.now.advanced(by: .milliseconds(1)))
  }
}
