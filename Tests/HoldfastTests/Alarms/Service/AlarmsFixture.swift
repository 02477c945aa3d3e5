import Foundation
import Holdfast
import HoldfastTesting
import Synchronization

/// A store in memory on virtual time, and an alarms service around a test.
struct AlarmsFixture {
  let time = VirtualTimeline(wall: Date(timeIntervalSince1970: 1_700_000_000))
  let memory: MemoryStore

  init() {
    memory = MemoryStore(clock: time)
  }

  /// Runs a service: started before, stopped after.
  func running(
    _ configuration: AlarmConfiguration = AlarmConfiguration(), on store: (any RecordStore)? = nil,
    before: (Alarms) -> Void = { _ in },
    _ body: (Alarms) async throws -> Void
  ) async throws {
    let alarms = try Alarms(store ?? memory, configuration)
    before(alarms)
    try await running(alarms, body)
  }

  func running(_ alarms: Alarms, _ body: (Alarms) async throws -> Void) async throws {
    let app = Supervisor(
      "app", timeline: time, children: [Child("alarms", readiness: .signalled) { alarms }])
    try await HoldfastTests.running(app) { try await body(alarms) }
  }

  func rules(_ rules: AlarmRule...) -> AlarmConfiguration { AlarmConfiguration(rules: rules) }
}

/// What alarms did, in order, and a way to wait for it.
final class AlarmRecorder: Sendable {
  private struct State {
    var seen: [String] = []
    var waiters: [(matches: @Sendable ([String]) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())
  private let task = Mutex<Task<Void, Never>?>(nil)

  init(_ feed: Feed<AlarmEvent>) {
    task.withLock {
      $0 = Task { [weak self] in
        for await item in feed {
          switch item {
          case .item(let event): self?.add("\(event.id) \(event.kind)")
          case .dropped(let count): self?.add("dropped \(count)")
          }
        }
      }
    }
  }

  deinit { task.withLock { $0?.cancel() } }

  var all: [String] { state.withLock { $0.seen } }

  private func add(_ line: String) {
    let ready = state.withLock { state in
      state.seen.append(line)
      let seen = state.seen
      defer { state.waiters.removeAll { $0.matches(seen) } }
      return state.waiters.filter { $0.matches(seen) }
    }
    for waiter in ready { waiter.continuation.resume() }
  }

  func wait(until matches: @escaping @Sendable ([String]) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if matches(state.seen) { return true }
        state.waiters.append((matches, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  func wait(for line: String, _ count: Int = 1) async {
    await wait { seen in seen.count { $0 == line } >= count }
  }
}
