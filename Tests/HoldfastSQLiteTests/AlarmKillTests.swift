import Foundation
import Holdfast
import HoldfastSQLite
import HoldfastTesting
import Testing

extension StoreFiles {
  /// Alarms over processes (AL43).
  @Suite struct AlarmKillTests {
    let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    @Test(
      "AL43 what was acknowledged before a kill holds after it, and a derived alarm never contradicts its input",
      arguments: [1, 10, 100])
    func kill(lines: Int) async throws {
      for _ in 0..<3 {
        var last: [String: (number: Int, isSet: Bool)] = [:]
        for line in await (try HostProcess("alarms", folder.file, killedAfter: lines)).finished() {
          let words = line.split(separator: " ").map(String.init)
          try #require(words.count == 3, "\(line)")
          last[words[1]] = (Int(words[2]) ?? 0, words[0] == "set")
        }
        #expect(!last.isEmpty)
        try await check(last)
      }
    }

    /// A caller waits for each answer, so at most one step more than it said has happened.
    private func check(_ last: [String: (number: Int, isSet: Bool)]) async throws {
      let store = try await folder.open()
      let alarms = try Alarms(store, AlarmConfiguration(rules: [AlarmRule("copy", when: "trouble(0)")]))
      let app = Supervisor("app", children: [Child("alarms", readiness: .signalled) { alarms }])
      let run = Task { try await app.run() }
      await app.untilStarted()
      for (caller, said) in last {
        let view = try #require(alarms.view(of: try AlarmID("trouble", caller)))
        let isSet = view.status.state == .set
        let number = view.status.description.flatMap { Int($0) }
        #expect(number.map { said.isSet ? $0 == said.number : $0 == said.number + 1 } ?? !isSet)
        #expect((view.incident != nil) == isSet)
      }
      let states = alarms.states(of: [try AlarmID("trouble", "0"), try AlarmID("copy")])
      #expect((states[0] == .set) == (states[1] == .set))
      app.stop()
      try await run.value
      await store.close()
    }
  }
}
