import HoldfastTesting
import Testing

@testable import Holdfast

/// Two services on one store would undo each other's work.
@Suite(.timeLimit(.minutes(10))) struct OneServiceTests {
  let fixture = AlarmsFixture()

  private func code(_ alarms: Alarms) async -> StoreError.Code? {
    do { try await alarms.run() } catch { return (error as? StoreError)?.code }
    return nil
  }

  @Test("AL43 a second service on a store ends at once and says why; the first goes on, and makes room when it ends")
  func refused() async throws {
    let id = try AlarmID("net.down")
    var options = Alarms.Options()
    options.patience = .zero
    let second = try Alarms(FaultyStore(fixture.memory), options: options)
    try await fixture.running { first in
      #expect(await code(second) == .locked)
      try await first.set(id, "no carrier")
      let error = await #expect(throws: AlarmError.self) { try await second.clear(id) }
      #expect(error?.reason.contains("another `alarms` runs on it already") == true)
    }
    try await fixture.running(second) { alarms in
      #expect(alarms.state(of: id) == .set)
      try await alarms.clear(id)
    }
  }

  @Test("AL43 another run of the same service takes its turn") func turns() async throws {
    let alarms = try Alarms(fixture.memory)
    for _ in 0..<3 { try await fixture.running(alarms) { try await $0.set(AlarmID("net.down")) } }
  }
}
