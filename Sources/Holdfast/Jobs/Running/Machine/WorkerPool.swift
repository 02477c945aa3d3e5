import HeapModule

/// The workers of one queue on this node: who is busy, who is next, and how many more jobs are wanted.
struct WorkerPool {
  private struct Ready: Comparable {
    let priority: Int
    /// Whether it is late already; 0 for one that was there before its time.
    let late: Int
    let number: UInt64
    let key: RunKey

    static func == (lhs: Ready, rhs: Ready) -> Bool { lhs.number == rhs.number }

    /// Higher priority first; then what came just now at its time, which overdue work in reserve must not make late (SC8);
    /// then the order in which the store gave them: that one is fair between tenants.
    static func < (lhs: Ready, rhs: Ready) -> Bool {
      (rhs.priority, lhs.late, lhs.number) < (lhs.priority, rhs.late, rhs.number)
    }
  }

  let queue: String
  let partition: String?
  var configured: Int
  var timeout: Duration?
  /// Workers by durable setting, instead of the configured ones.
  var override: Int?
  /// Whether the newest configuration names it.
  var isConfigured = true
  /// The tenants it serves.
  var partitions = PartitionSet.everyone

  /// Workers that are busy.
  private(set) var busy = 0
  /// Tasks that did not stop and lost their worker.
  var abandoned = 0
  /// Jobs taken before their time.
  var coming = 0

  private var ready = Heap<Ready>()
  private(set) var readyCount = 0
  private var last: UInt64 = 0

  /// Runs that ended since the last exchange, and a slowly forgetting maximum of that.
  private var ended = 0
  private var pace = 0
  /// Runs that ended within a look-ahead.
  private var turnover: Turnover
  private var endedLately = 0
  /// What the last exchange asked for, and what came.
  private(set) var asked = 0
  private var askedAhead = 0
  private var got = 0
  private var gotAhead = 0
  /// Whether the store may have more that is due: it gave all that was asked, or never was asked.
  var mayHaveMore = true
  /// Whether it may have more that will be due soon: it gave all that was asked.
  private var mayHaveMoreAhead = false

  /// - Parameter lookahead: How long before its time a job may be taken.
  init(_ configuration: QueueConfiguration, lookahead: Duration) {
    turnover = Turnover(over: max(.milliseconds(1), lookahead))
    queue = configuration.queue
    partition = configuration.partition
    configured = configuration.workers
    timeout = configuration.timeout
  }

  var scope: QueueScope { QueueScope(partition: partition, queue: queue) }
  var workers: Int { isConfigured ? override ?? configured : 0 }
  /// Tasks that never stop may cost memory, but not without end.
  var abandonedLimit: Int { max(4, workers) }
  var isTaking: Bool { workers > 0 && abandoned < abandonedLimit }
  var hasFreeWorker: Bool { isTaking && busy < workers }

  /// Jobs to hold in reserve, so that workers need not wait for a commit: twice what ended during the last one.
  var prefetch: Int { 2 * pace }

  /// Due jobs that could be used now.
  var wanted: Int { isTaking ? max(0, workers + prefetch - busy - readyCount) : 0 }
  /// Coming jobs that could be used soon: as many as ended within a look-ahead, so that they begin in time even when a
  /// commit takes as long. Also while overdue work keeps all workers busy, as long as they turn over, so that work that
  /// is on time does not queue up behind it (SC8).
  private var reserve: Int { max(wanted, prefetch, endedLately) }
  /// Coming jobs to ask for at once: taking them must not hold up those that are due meanwhile.
  var wantedAhead: Int { isTaking ? min(Self.mostAhead, max(0, reserve - coming)) : 0 }
  private static let mostAhead = 128

  /// Whether half of the coming jobs have begun, and there are more.
  var isReserveLow: Bool { mayHaveMoreAhead && isTaking && coming * 2 < reserve }

  mutating func push(_ key: RunKey, priority: Int, isOnTime: Bool = false) {
    last += 1
    readyCount += 1
    ready.insert(Ready(priority: priority, late: isOnTime ? 0 : 1, number: last, key: key))
  }

  /// The key that is next, which may have been withdrawn meanwhile; see ``withdrew()``.
  mutating func popReady() -> RunKey? { ready.popMin()?.key }

  /// A ready job became a running one.
  mutating func began() {
    readyCount -= 1
    busy += 1
  }

  /// A ready job went away; its entry in the heap is skipped later.
  mutating func withdrew() {
    readyCount -= 1
    if readyCount == 0 { ready = Heap() }
  }

  mutating func freed() { busy -= 1 }

  /// A run has ended.
  mutating func ended(at now: Instant) {
    ended += 1
    turnover.add(at: now)
  }

  /// Begins to ask: what ended since the last time, and lately, says how much to hold in reserve.
  mutating func measure(at now: Instant) {
    pace = max(ended, pace * 3 / 4)
    ended = 0
    endedLately = turnover.count(at: now)
  }

  /// Notes what an exchange asks for.
  mutating func ask(_ count: Int, ahead: Int) {
    (asked, askedAhead) = (count, ahead)
    (got, gotAhead) = (0, 0)
  }

  /// A job was given.
  mutating func received(isAhead: Bool) {
    if isAhead { gotAhead += 1 } else { got += 1 }
  }

  /// Notes what it brought.
  mutating func answered() {
    if asked > 0 { mayHaveMore = got >= asked }
    mayHaveMoreAhead = askedAhead > 0 && gotAhead >= askedAhead
    (asked, askedAhead) = (0, 0)
  }

  mutating func restart() {
    mayHaveMore = true
    asked = 0
  }
}
