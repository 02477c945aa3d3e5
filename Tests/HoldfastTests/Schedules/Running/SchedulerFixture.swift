import Foundation
import HoldfastTesting
import Synchronization

@testable import Holdfast

/// What a scheduler told.
final class SchedulerRecorder: Sendable {
  let record = Record<SchedulerEvent>()
  private let listening: Watch

  init(_ scheduler: Scheduler) {
    listening = record.listen(to: scheduler.events(buffer: 100_000), \.element)
  }

  /// What is in histories now, as `name: fired 14:00`.
  var words: [String] { record.all.compactMap(\.words) }

  func wait(for words: String) async { await record.wait { $0.contains { $0.words == words } } }

  /// Waits until so many occurrences of a schedule were decided one by one.
  func wait(decided count: Int) async { await record.wait { $0.count(where: \.isDecision) >= count } }
}

extension SchedulerEvent {
  var words: String? {
    switch self {
    case .recorded(let event): "\(event.schedule): \(event.kind.words)"
    case .storeFailed: "store failed"
    case .storeRecovered: "store recovered"
    case .broken(let schedule, _): "\(schedule): broken"
    case .loaded, .fired: nil
    }
  }

  fileprivate var isDecision: Bool {
    guard case .recorded(let event) = self else { return false }
    switch event.kind {
    case .fired, .overlapped: return true
    default: return false
    }
  }
}

/// A store in memory at 10:30 on 2026-03-10, and schedulers around tests.
struct SchedulerFixture {
  let time = VirtualTimeline(wall: moment("10:30").date)
  let store: MemoryStore
  let schedules: Schedules

  init() {
    store = MemoryStore(clock: time)
    schedules = Schedules(store, actor: "test")
  }

  /// Runs a scheduler: loaded before, stopped after.
  func running(
    _ store: (any RecordStore)? = nil, _ body: (Scheduler, SchedulerRecorder) async throws -> Void
  ) async throws {
    let scheduler = Scheduler(store ?? self.store)
    let recorder = SchedulerRecorder(scheduler)
    let run = Task { try await scheduler.run() }
    await recorder.record.wait(for: 1)
    do {
      try await body(scheduler, recorder)
    } catch {
      scheduler.stop()
      throw error
    }
    scheduler.stop()
    try await run.value
  }

  /// A schedule's history, oldest first, in words.
  func history(_ name: String = "s") async throws -> [String] {
    try await schedules.history(of: name, limit: 10_000).reversed().map(\.kind.words)
  }

  /// The names of all jobs, by number, without what they have in common.
  func jobs() async throws -> [String] {
    var query = JobQuery()
    query.limit = 1000
    return try await store.jobs(query).jobs.sorted { $0.id < $1.id }.compactMap { $0.name }
  }

  /// Moves time on to a moment of the wall clock.
  func advance(to text: String) {
    time.advance(by: time.wallTime.duration(to: moment(text)))
  }
}

/// A store in front of another, where something happens before a write.
final class InterposedStore: RecordStore {
  private let base: MemoryStore
  private let before = Mutex<(@Sendable () async throws -> Void)?>(nil)

  init(_ base: MemoryStore) { self.base = base }

  /// Does something before the next write, once.
  func beforeNextWrite(_ body: @escaping @Sendable () async throws -> Void) { before.withLock { $0 = body } }

  var clock: any Timeline { base.clock }

  func write(_ changes: [RecordChange]) async throws(StoreError) -> [RecordChangeResult] {
    try? await before.withLock { $0.take() }?()
    return try await base.write(changes)
  }

  func records(in collection: String, after key: String?, limit: Int) async throws(StoreError) -> [StoredRecord] {
    try await base.records(in: collection, after: key, limit: limit)
  }

  func record(_ reference: RecordReference) async throws(StoreError) -> StoredRecord? {
    try await base.record(reference)
  }

  func journal(
    of collection: String, key: String?, before number: Int64?, limit: Int
  ) async throws(StoreError) -> [StoredEntry] {
    try await base.journal(of: collection, key: key, before: number, limit: limit)
  }

  func pruneJournal(of collection: String, before time: WallTime, limit: Int) async throws(StoreError) -> Int {
    try await base.pruneJournal(of: collection, before: time, limit: limit)
  }

  func watch(_ collection: String, _ hear: @escaping @Sendable () -> Void) -> Watch {
    base.watch(collection, hear)
  }

  func hold(_ service: String) async throws(StoreError) -> Watch { try await base.hold(service) }
}
