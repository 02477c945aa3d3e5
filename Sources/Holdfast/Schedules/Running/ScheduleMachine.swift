import HeapModule

/// What a scheduler knows and decides, as a value: which schedules there are, which one is due next, what to write, and
/// when to try again.
///
/// It reads no clock and no store. One thing happens at a time: what was taken out with ``due(at:)`` comes back as
/// ``written(_:_:at:)`` or ``failed(_:_:at:using:)`` before anything else is taken or loaded.
struct ScheduleMachine {
  /// A stored schedule.
  struct Entry {
    let revision: Int64
    let state: ScheduleState
  }

  /// When a schedule is due; of no account once its revision has changed.
  private struct Wake: Comparable {
    let time: WallTime
    let name: String
    let revision: Int64

    static func < (left: Wake, right: Wake) -> Bool { (left.time, left.name) < (right.time, right.name) }
  }

  /// One plan that is being written.
  struct Firing {
    /// Why it is written.
    enum Cause {
      case time, start, zone
    }

    let cause: Cause
    let revision: Int64
    let plan: SchedulePlan
  }

  /// Schedules that one commit changes at most.
  static let batch = 1000

  private(set) var entries: [String: Entry] = [:]
  /// Those that cannot be read or written, with the reason.
  private(set) var broken: [String: (revision: Int64, reason: String)] = [:]
  private var wakes = Heap<Wake>()
  /// Whose next time the zone data has moved (SC24).
  private var moved: Set<String> = []
  /// Who fires because the scheduler starts.
  private var starting: Set<String> = []
  /// When everything was loaded first: the nominal time of what fires because of that.
  private var started: WallTime?

  private var failures = Backoff.State()
  /// Why the store could not be used the last time, until it can.
  private(set) var trouble: StoreError?
  /// Nothing is tried before this.
  private(set) var retry: Instant?
  private(set) var totals = SchedulerSnapshot.Totals()

  private let backoff = Backoff.exponential(from: .milliseconds(50), to: .seconds(10), jitter: .equal).delayingFirst()
}

// Loading.
extension ScheduleMachine {
  /// Takes in what is stored now.
  ///
  /// - Parameters:
  ///   - records: All of it.
  ///   - isFresh: Whether zone data may have changed, so that each is read anew and its next time compared.
  /// - Returns: Those that turned out unreadable.
  mutating func loaded(_ records: [StoredRecord], isFresh: Bool, at now: WallTime) -> [String: String] {
    recovered()
    let names = Set(records.map(\.reference.key))
    for name in entries.keys where !names.contains(name) { forget(name) }
    broken = broken.filter { names.contains($0.key) }
    // Each comes again below; without this, two wakes of one revision would both stay.
    if isFresh { wakes = Heap() }
    var news: [String: String] = [:]
    for record in records where isFresh || !isKnown(record) {
      if let reason = take(record) { news[record.reference.key] = reason }
      if isFresh, entries[record.reference.key]?.state.moved(at: now) != nil { moved.insert(record.reference.key) }
    }
    if started == nil { starting = Set(entries.keys.filter { entries[$0]?.state.schedule.rule.firesAtStart == true }) }
    started = started ?? now
    return news
  }

  private func isKnown(_ record: StoredRecord) -> Bool {
    let name = record.reference.key
    return entries[name]?.revision == record.revision || broken[name]?.revision == record.revision
  }

  /// Keeps a record; the reason when it cannot be read, and that is news.
  private mutating func take(_ record: StoredRecord) -> String? {
    let name = record.reference.key
    do throws(StoreError) {
      keep(try ScheduleState.read(record), revision: record.revision)
      return nil
    } catch {
      let isNews = broken[name]?.revision != record.revision
      fail(name, revision: record.revision, error.reason)
      return isNews ? error.reason : nil
    }
  }

  private mutating func keep(_ state: ScheduleState, revision: Int64) {
    let name = state.schedule.name
    broken[name] = nil
    entries[name] = Entry(revision: revision, state: state)
    guard let wake = state.wake else { return }
    wakes.insert(Wake(time: wake, name: name, revision: revision))
    if wakes.count > 64, wakes.count > 2 * entries.count { wakes = Heap(wakes.unordered.filter(isCurrent)) }
  }

  private func isCurrent(_ wake: Wake) -> Bool { entries[wake.name]?.revision == wake.revision }

  private mutating func forget(_ name: String) {
    entries[name] = nil
    moved.remove(name)
    starting.remove(name)
  }

  /// Leaves a schedule alone until somebody changes it.
  mutating func fail(_ name: String, revision: Int64, _ reason: String) {
    forget(name)
    broken[name] = (revision, reason)
  }
}

// Firing.
extension ScheduleMachine {
  /// Takes out what is to be written now.
  mutating func due(at now: WallTime) -> [Firing] {
    var (firings, jobs): ([String: Firing], Int) = ([:], 0)
    while firings.count < Self.batch, jobs < SchedulePlan.slice, let firing = next(at: now, besides: firings) {
      firings[firing.plan.name] = firing
      jobs += firing.plan.jobs.count
    }
    return firings.values.sorted { $0.plan.name < $1.plan.name }
  }

  private mutating func next(at now: WallTime, besides taken: [String: Firing]) -> Firing? {
    while let name = moved.popFirst() {
      if let firing = firing(name, .zone, { $0.moved(at: now) }) { return firing }
    }
    while let name = starting.first(where: { taken[$0] == nil }) {
      starting.remove(name)
      if let firing = firing(name, .start, { $0.firingAtStart(started ?? now, at: now) }) { return firing }
    }
    while let wake = wakes.min, wake.time <= now {
      wakes.removeMin()
      guard isCurrent(wake), taken[wake.name] == nil else { continue }
      if let firing = firing(wake.name, .time, { $0.firing(at: now) }) { return firing }
    }
    return nil
  }

  private func firing(_ name: String, _ cause: Firing.Cause, _ plan: (ScheduleState) -> SchedulePlan?) -> Firing? {
    guard let entry = entries[name], let plan = plan(entry.state) else { return nil }
    return Firing(cause: cause, revision: entry.revision, plan: plan)
  }

  /// The store has answered. Says what happened; where somebody else wrote in between, that counts (SC23).
  mutating func written(_ firings: [Firing], _ results: [RecordChangeResult]) -> [ScheduleEvent] {
    recovered()
    var events: [ScheduleEvent] = []
    for (firing, result) in zip(firings, results) {
      switch result {
      case .written(let revisions, let receipts):
        if let state = firing.plan.state { keep(state, revision: revisions.first ?? 0) }
        events += firing.plan.events(receipts)
      case .conflict(_, nil): forget(firing.plan.name)
      case .conflict(_, let record?): contend(firing, record)
      }
    }
    totals.count(events)
    return events
  }

  /// Somebody else has written. What cannot be read is left to the next load, which tells of it.
  private mutating func contend(_ firing: Firing, _ record: StoredRecord) {
    guard let state = try? ScheduleState.read(record) else { return forget(firing.plan.name) }
    keep(state, revision: record.revision)
    putBack(firing)
  }

  /// The store could not load or write; everything is as before, and is tried again after a while (SC5).
  ///
  /// - Returns: How long it takes until then.
  mutating func failed(
    _ error: StoreError, _ firings: [Firing] = [], at now: Instant, using generator: inout some RandomNumberGenerator
  ) -> Duration {
    for firing in firings {
      if let entry = entries[firing.plan.name] { keep(entry.state, revision: entry.revision) }
      putBack(firing)
    }
    trouble = error
    let delay = max(.milliseconds(1), backoff.delay(after: .zero, state: &failures, using: &generator).delay)
    retry = now.advanced(by: delay)
    return delay
  }

  /// What is not a matter of time must be remembered.
  private mutating func putBack(_ firing: Firing) {
    let name = firing.plan.name
    guard entries[name] != nil else { return }
    switch firing.cause {
    case .time: break
    case .start: starting.insert(name)
    case .zone: moved.insert(name)
    }
  }

  private mutating func recovered() {
    failures = Backoff.State()
    trouble = nil
    retry = nil
  }
}

// Looking.
extension ScheduleMachine {
  /// When there will be something to do; nil for when something is stored.
  var wake: WallTime? {
    mutating get {
      guard moved.isEmpty, starting.isEmpty else { return .distantPast }
      while let wake = wakes.min, !isCurrent(wake) { wakes.removeMin() }
      return wakes.min?.time
    }
  }

  /// Who is there and not paused; one that cannot be read may be either.
  var active: Set<String> {
    Set(broken.keys).union(entries.lazy.filter { $0.value.state.pause == nil }.map(\.key))
  }

  /// Wakes that are kept, overtaken ones included: at most a few for each schedule.
  var wakeCount: Int { wakes.count }

  var next: (name: String, time: WallTime)? {
    wakes.unordered.filter(isCurrent).min().map { ($0.name, $0.time) }
  }
}

extension SchedulePlan {
  /// What happened, when the store has said what became of the jobs.
  func events(_ receipts: [JobReceipt]) -> [ScheduleEvent] {
    notes.map { note in
      let receipt = note.job.flatMap { $0 < receipts.count ? receipts[$0] : nil }
      return ScheduleEvent(
        ScheduleNote(kind: note.kind, actor: actor), name, at: now, number: nil, job: receipt?.id,
        isDuplicate: receipt?.isDuplicate ?? false)
    }
  }
}
