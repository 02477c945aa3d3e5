import Foundation
import Holdfast
import HoldfastSQLite
import Testing

extension StoreFiles {
  /// A scheduler that is killed while it fires.
  @Suite struct ScheduleKillTests {
    @Test(
      "SC21 after kill -9 each nominal time has one job: none is lost, none is there twice", arguments: [1, 30, 200])
    func killed(lines: Int) async throws {
      let folder = try StoreFolder()
      for _ in 0..<3 {
        let said = await (try HostProcess("fire", folder.file, "3", killedAfter: lines)).finished()
        try await check(folder, said.filter { $0.hasPrefix("fired ") })
      }
    }

    private func check(_ folder: StoreFolder, _ said: [String]) async throws {
      let store = try await folder.open()
      let jobs = try await store.all().compactMap { job in job.envelope.metadata["nominal"].map { ($0, job) } }
      var count = 0
      for state in try await Schedules(store).list().schedules {
        let name = state.schedule.name
        let nominals = jobs.filter { $0.1.envelope.metadata["schedule"] == name }.map(\.0)
        let expected = state.schedule.rule.count(after: state.created.date, through: state.cursor.date)
        #expect(nominals.count == expected)
        #expect(Set(nominals).count == expected)
        #expect(state.fired == expected)
        count += expected
      }
      #expect(count == jobs.count)
      let known = Set(jobs.map { "fired \($0.1.envelope.metadata["schedule"] ?? "") \($0.1.due.microseconds)" })
      #expect(said.allSatisfy(known.contains))
      await store.close()
    }
  }
}
