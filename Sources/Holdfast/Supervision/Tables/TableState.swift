/// What a table supervisor keeps under its lock: the reconciler, and the live things that it only names.
struct TableState<Key: Hashable & Sendable, Value: Sendable, Instance: Sendable> {
  struct Start {
    let generation: UInt64
    let task: Task<SupervisorError?, Never>
  }

  struct WeakHandle {
    weak var handle: ChildHandle<Instance>?
  }

  typealias PassWaiter = CheckedContinuation<Result<TablePass, TableError>, Never>

  var reconciler: Reconciler<Key, Value>
  var isRunning = false
  var starts: [Key: Start] = [:]
  /// At most one for a key: a second stop is refused.
  var stopWaiters: [Key: CheckedContinuation<Result<Exit, TableError>, Never>] = [:]
  /// One handle for a key, as long as anybody has it.
  var handles: [Key: WeakHandle] = [:]
  var passWaiters: [UInt64: (pass: UInt64, waiter: PassWaiter)] = [:]
  var lastWaiter: UInt64 = 0
  var demand = TableDemand<Key>()
  var status = TableStatus()
  /// The reading of the table that may still be under way, also when nobody waits for it any more.
  var isReading = false
  /// Who follows the change feed, by number.
  var watcher: (number: UInt64, task: Task<Void, Never>?)?
  var lastWatcher: UInt64 = 0
  /// Told once, when the first pass and its starts are over.
  var settled: (@Sendable () -> Void)?

  init(lanes: Int) {
    reconciler = Reconciler(lanes: lanes)
  }

  mutating func handle(for key: Key, _ timeline: any Timeline) -> ChildHandle<Instance> {
    if let handle = handles[key]?.handle { return handle }
    let handle = ChildHandle<Instance>(String(describing: key), timeline: timeline)
    handles[key] = WeakHandle(handle: handle)
    return handle
  }
}

/// What the loop has to look at next, and who wakes it.
struct TableDemand<Key: Hashable & Sendable> {
  /// The whole table.
  var isPass = false
  /// Single rows, at most ``limit``; more of them mean the whole table.
  var keys: Set<Key> = []
  var waiter: CheckedContinuation<Void, Never>?

  private var limit: Int { 1024 }

  var isEmpty: Bool { !isPass && keys.isEmpty }

  /// Adds a wish; the wake-up it returns must be called outside the lock.
  mutating func add(_ change: TableChange<Key>) -> CheckedContinuation<Void, Never>? {
    switch change {
    case .all: isPass = true
    case .key(let key): keys.insert(key)
    }
    if keys.count > limit { isPass = true }
    if isPass { keys.removeAll() }
    defer { waiter = nil }
    return waiter
  }
}
