import HoldfastTesting
import Testing

@testable import Holdfast

/// What a service is told to do holds for its later runs, too, in the order in which it was told.
@Suite(.timeLimit(.minutes(10))) struct ConfiguringTests {
  let fixture = AlarmsFixture()

  private func configuration(_ name: String) throws -> AlarmConfiguration {
    AlarmConfiguration(rules: [AlarmRule(name, .warning, when: "net.down")])
  }

  /// Those of the names that have a rule.
  private func rules(_ names: [String], in alarms: Alarms) async throws -> [String] {
    var found: [String] = []
    for name in names where try await alarms.rule(of: AlarmID(name)) != nil { found.append(name) }
    return found
  }

  @Test("AL30 a configuration whose caller did not wait holds for the next run as well") func abandonedCall()
    async throws
  {
    let alarms = try Alarms(fixture.memory, try configuration("old"))
    try await fixture.running(alarms) { alarms in
      let caller = Task {
        while !Task.isCancelled { await Task.yield() }
        try await alarms.configure(try configuration("new"))
      }
      caller.cancel()
      let error = await #expect(throws: AlarmError.self) { try await caller.value }
      #expect(error?.code == .cancelled)
      let found = try await rules(["new", "old"], in: alarms)
      #expect(found == ["new"])
    }
    try await fixture.running(alarms) { alarms in
      let found = try await rules(["new", "old"], in: alarms)
      #expect(found == ["new"])
    }
  }

  @Test("AL30 of configurations that come at once, the next run has the one that holds") func concurrent() async throws
  {
    let names = (0..<16).map { "rule\($0)" }
    let alarms = try Alarms(fixture.memory)
    for _ in 0..<20 {
      var last: [String] = []
      try await fixture.running(alarms) { alarms in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for name in names { group.addTask { try await alarms.configure(try configuration(name)) } }
          try await group.waitForAll()
        }
        last = try await rules(names, in: alarms)
      }
      try await fixture.running(alarms) { alarms in
        let found = try await rules(names, in: alarms)
        #expect(found == last)
      }
    }
  }
}
