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
  private let record = Record<String>()
  private let listening: Watch

  init(_ feed: Feed<AlarmEvent>) {
    listening = record.listen(to: feed) { item in
      switch item {
      case .item(let event): "\(event.id) \(event.kind)"
      case .dropped(let count): "dropped \(count)"
      }
    }
  }

  var all: [String] { record.all }

  func wait(until matches: @escaping @Sendable ([String]) -> Bool) async { await record.wait(until: matches) }

  func wait(for line: String, _ count: Int = 1) async {
    await wait { seen in seen.count { $0 == line } >= count }
  }
}
