import DequeModule

/// Decides which children of a table start and stop, as a pure value: what the table says, what runs, and what is
/// under way go in; actions come out (law 1).
///
/// One key does one thing at a time, so it never has two instances; a bounded number of keys do something at once. What
/// is late carries a generation number and is ignored when stale. `isUp` says whether the supervisor knows a child of a
/// key: one that it restarts by its own policy is none of the reconciler's business.
struct Reconciler<Key: Hashable & Sendable, Value: Sendable> {
  typealias Row = TableRow<Key, Value>

  /// What there is to do; each is answered by one event with the same generation.
  enum Action {
    /// Start a child from a row; answered by ``startEnded(_:_:isUp:)``. One that a caller asked for is forgotten when it
    /// fails, the others back off.
    case start(Row, generation: UInt64, isByCall: Bool)
    /// Take a start back: it shall end soon, by either result.
    case cancelStart(Key, generation: UInt64)
    /// Stop a child; answered by ``stopEnded(_:_:_:)``.
    case stop(Key, generation: UInt64)
    /// A stop that callers wait for is over.
    case ended(Key, Exit)
  }

  enum Activity {
    /// Nothing is under way. Exits: loading, queuedStart, queuedStop, stopping.
    case idle
    /// A caller reads its row. Exits: idle, starting.
    case loading
    /// Waits for a lane. Exits: starting, idle.
    case queuedStart
    /// Exits: idle, stopping, queuedStart, queuedStop.
    case starting
    /// Waits for a lane. Exits: stopping.
    case queuedStop
    /// The key is taken until the end (§4.2.1). Exits: idle, queuedStart.
    case stopping
  }

  struct Entry {
    var activity = Activity.idle
    var generation: UInt64 = 0
    /// What the present instance was made from.
    var revision: String?
    /// What to start from as soon as the key is free.
    var next: Row?
    /// The newest pass in which the key was seen.
    var seen: UInt64
    /// Its start was taken back.
    var isCancelled = false
    /// Somebody waits for its end.
    var isStopAwaited = false
  }

  /// Starts and stops of passes that may be under way at once.
  let lanes: Int
  private(set) var entries: [Key: Entry] = [:]
  private(set) var pass: UInt64 = 0
  private(set) var openPass: UInt64?
  private var queue = Deque<Key>()
  private(set) var underWay = 0
  private var generation: UInt64 = 0
  private var actions: [Action] = []

  init(lanes: Int) {
    self.lanes = max(1, lanes)
  }

  /// Whether nothing is under way or waits for a lane.
  var isSettled: Bool { underWay == 0 && queue.isEmpty }

  mutating func drain() -> [Action] {
    pump()
    defer { actions.removeAll() }
    return actions
  }

  /// Forgets everything, for a new run. Generations and passes go on counting, so what is late stays stale.
  mutating func reset() {
    entries.removeAll()
    queue.removeAll()
    actions.removeAll()
    openPass = nil
    underWay = 0
  }
}

// MARK: - What the table says

extension Reconciler {
  mutating func passBegan() -> UInt64 {
    pass += 1
    openPass = pass
    return pass
  }

  /// A row was read: start what is missing, replace what changed.
  mutating func read(_ row: Row, isUp: Bool) {
    var entry = entries[row.key] ?? Entry(seen: pass)
    entry.seen = pass
    switch entry.activity {
    case .idle where !isUp: want(row, .queuedStart, &entry)
    case .idle where entry.revision != row.revision: want(row, .queuedStop, &entry)
    case .queuedStop where entry.revision == row.revision && !entry.isStopAwaited:
      entry.activity = .idle
      entry.next = nil
    case .idle, .loading: break
    case .starting: entry.next = entry.revision == row.revision && !entry.isCancelled ? nil : row
    case .queuedStart, .queuedStop, .stopping: entry.next = row
    }
    entries[row.key] = entry
  }

  private mutating func want(_ row: Row, _ activity: Activity, _ entry: inout Entry) {
    entry.next = row
    entry.activity = activity
    queue.append(row.key)
  }

  /// A row is there but cannot be read: whatever runs for it runs on.
  mutating func saw(_ key: Key) {
    entries[key]?.seen = pass
  }

  /// The table has no such row: an orphan is stopped.
  mutating func absent(_ key: Key, isUp: Bool) {
    guard var entry = entries[key] else { return }
    entry.next = nil
    switch entry.activity {
    case .idle where isUp:
      entry.activity = .queuedStop
      queue.append(key)
    case .idle, .queuedStart: return forget(key)
    case .starting: cancelStart(key, &entry)
    case .loading, .queuedStop, .stopping: break
    }
    entries[key] = entry
  }

  private mutating func cancelStart(_ key: Key, _ entry: inout Entry) {
    entry.isCancelled = true
    actions.append(.cancelStart(key, generation: entry.generation))
  }

  /// The end of a pass; only a complete one makes orphans of the keys it did not see.
  mutating func passEnded(isComplete: Bool, isUp: (Key) -> Bool) {
    openPass = nil
    guard isComplete else { return }
    for key in entries.filter({ $0.value.seen < pass }).keys { absent(key, isUp: isUp(key)) }
  }
}

// MARK: - What was done

extension Reconciler {
  mutating func startEnded(_ key: Key, _ generation: UInt64, isUp: Bool) {
    guard var entry = current(key, generation), case .starting = entry.activity else { return }
    underWay -= 1
    entry.activity = .idle
    entries[key] = entry
    if entry.isCancelled {
      if isUp { beginStop(key) } else { finishStop(key, .shutdown) }
    } else if let next = entry.next {
      enqueue(key, isUp ? .queuedStop : .queuedStart, next)
    } else if !isUp {
      forget(key)
    }
  }

  mutating func stopEnded(_ key: Key, _ generation: UInt64, _ exit: Exit) {
    guard let entry = current(key, generation), case .stopping = entry.activity else { return }
    underWay -= 1
    finishStop(key, exit)
  }

  private mutating func finishStop(_ key: Key, _ exit: Exit) {
    if entries[key]?.isStopAwaited == true { actions.append(.ended(key, exit)) }
    entries[key]?.isStopAwaited = false
    entries[key]?.revision = nil
    guard let next = entries[key]?.next else { return forget(key) }
    enqueue(key, .queuedStart, next)
  }

  private func current(_ key: Key, _ generation: UInt64) -> Entry? {
    entries[key].flatMap { $0.generation == generation ? $0 : nil }
  }

  private mutating func enqueue(_ key: Key, _ activity: Activity, _ next: Row) {
    entries[key]?.activity = activity
    entries[key]?.next = next
    queue.append(key)
  }

  private mutating func forget(_ key: Key) { entries[key] = nil }

  /// Lets waiting keys into free lanes. A key that changed its mind meanwhile is passed over.
  private mutating func pump() {
    while underWay < lanes, let key = queue.popFirst() {
      switch entries[key]?.activity {
      case .queuedStart: beginStart(key)
      case .queuedStop: beginStop(key)
      default: break
      }
    }
  }

  private mutating func beginStart(_ key: Key, isByCall: Bool = false) {
    guard let row = entries[key]?.next else { return forget(key) }
    let generation = begin(key, .starting)
    entries[key]?.revision = row.revision
    entries[key]?.next = nil
    actions.append(.start(row, generation: generation, isByCall: isByCall))
  }

  private mutating func beginStop(_ key: Key) {
    actions.append(.stop(key, generation: begin(key, .stopping)))
  }

  private mutating func begin(_ key: Key, _ activity: Activity) -> UInt64 {
    underWay += 1
    generation += 1
    entries[key]?.activity = activity
    entries[key]?.generation = generation
    entries[key]?.isCancelled = false
    return generation
  }
}

// MARK: - What callers ask

extension Reconciler {
  /// A caller wants to start a key: takes it, so that nobody else does.
  mutating func claim(_ key: Key, isUp: Bool) throws(TableError) -> UInt64 {
    let entry = entries[key]
    switch entry?.activity ?? .idle {
    case .idle where isUp: throw TableError(.exists, key, "runs already; stop it first")
    case .queuedStop, .stopping: throw TableError(.exists, key, "is being stopped; start it when it is gone")
    case .loading, .queuedStart, .starting: throw TableError(.exists, key, "is being started already")
    case .idle: break
    }
    generation += 1
    entries[key] = Entry(activity: .loading, generation: generation, revision: entry?.revision, seen: pass)
    return generation
  }

  /// The caller has read the row, or not; its start does not wait for a lane.
  mutating func claimed(_ key: Key, _ generation: UInt64, _ row: Row?) {
    guard var entry = current(key, generation), case .loading = entry.activity else { return }
    if row == nil, entry.revision == nil { return forget(key) }
    entry.activity = .idle
    entry.next = row
    entries[key] = entry
    if row != nil { beginStart(key, isByCall: true) }
  }

  /// A caller wants the end of a key's child; answered by ``Action/ended(_:_:)``. The next pass starts it again if the
  /// table still has it (G10).
  mutating func stop(_ key: Key, isUp: Bool) throws(TableError) {
    var entry = entries[key] ?? Entry(seen: pass)
    if entry.isStopAwaited { throw TableError(.notFound, key, "is being stopped already") }
    entry.next = nil
    entry.isStopAwaited = true
    switch entry.activity {
    case .idle where !isUp, .loading: throw TableError(.notFound, key, "no child of this key runs")
    case .idle:
      entries[key] = entry
      return beginStop(key)
    case .queuedStart:
      entries[key] = entry
      return finishStop(key, .shutdown)
    case .starting: cancelStart(key, &entry)
    case .queuedStop, .stopping: break
    }
    entries[key] = entry
  }
}
