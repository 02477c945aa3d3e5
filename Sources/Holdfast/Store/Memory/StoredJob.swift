import HeapModule

/// One job as the memory store keeps it.
struct StoredJob: Sendable {
  var record: JobRecord
  /// Newest first, at most ten.
  var failures: [JobFailure] = []
  /// Its queue of its tenant.
  let lane: Int
  /// Which entry of which index is the valid one.
  var place: UInt64 = 0
  /// Whether its run has begun and not ended.
  var hasBegun = false

  mutating func add(_ failure: JobFailure?) {
    guard let failure else { return }
    failures.insert(failure, at: 0)
    if failures.count > 10 { failures.removeLast() }
  }
}

/// Something that is unique within a tenant: a key or a name.
struct TenantKey: Hashable, Sendable {
  let partition: String
  let key: String
}

/// One queue of one tenant: its jobs in the orders in which they are wanted.
struct JobLane: Sendable {
  let partition: String
  let queue: String
  /// Queued and due.
  var ready = PlacedHeap<ReadyKey>()
  /// Queued and due later.
  var coming = PlacedHeap<WallTime>()
  /// Finished, by state, oldest first.
  var finished: [JobState: PlacedHeap<WallTime>] = [:]
  /// Jobs by state.
  var counts = [Int](repeating: 0, count: JobState.allCases.count)
  /// When the queue looks at `coming` next; nil when it does not.
  var alarm: WallTime?
  var isPaused = false
  /// Scopes with a limit that count its jobs.
  var limits: [QueueScope] = []

  var total: Int { counts.reduce(0, +) }

  init(partition: String, queue: String) {
    self.partition = partition
    self.queue = queue
  }
}

/// One execution key of one tenant: who has it, and who waits for it, lane by lane.
struct ExecutionKey: Sendable {
  var holders: Set<Int64> = []
  var waiting: [Int: PlacedHeap<Int64>] = [:]
  /// Jobs in `waiting`.
  var waiters = 0
  /// Jobs whose turn has come, lane by lane, until they are taken or go away.
  var roused: [Int: Set<Int64>] = [:]

  var isUnused: Bool { holders.isEmpty && waiters == 0 }
}

/// The lanes of one queue: whose turn it is, and when jobs of which lane become due.
struct QueueLanes: Sendable {
  struct Alarm: Comparable, Sendable {
    let due: WallTime
    let lane: Int

    static func < (lhs: Alarm, rhs: Alarm) -> Bool { (lhs.due, lhs.lane) < (rhs.due, rhs.lane) }
  }

  /// How many there are.
  var count = 0
  var share = FairShare()
  /// Lanes by the due time of their first coming job; an entry that is not its lane's `alarm` is void.
  var alarms = Heap<Alarm>()
}
