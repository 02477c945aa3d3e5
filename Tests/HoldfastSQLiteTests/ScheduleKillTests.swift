import Foundation
import Holdfast
import HoldfastSQLite
import Testing

extension StoreFiles {
  /// A scheduler that is killed while it fires.
  @Suite struct ScheduleKillTests {
    @Test(
      "SC21 TM6 after kill -9 each nominal time has one job: none is lost, none is there twice",
      arguments: [1, 30, 200])
    func killed(lines: Int) async throws {
      let folder = try StoreFolder()
      for _ in 0..<3 {
        let said = await (try HostProcess("fire", folder.file, "3", killedAfter: lines)).finished()
        try await check(folder, said.filter { $0.hasPrefix("fired ") })
      }
    }

    private func check(_ folder: StoreFolder, _ said: [String]) async throws {
      let store = try await folder.open()
      let jobs = try await store.all()
      var count = 0
      for state in try await Schedules(store).list().schedules {
        let nominals = jobs.filter { $0.schedule == state.schedule.name }.map(\.due)
        let expected = state.schedule.rule.count(after: state.created.date, through: state.cursor.date)
        #expect(nominals.count == expected)
        #expect(Set(nominals).count == expected)
        #expect(state.fired == expected)
        count += expected
      }
      #expect(count == jobs.count)
      let known = Set(jobs.map { "fired \($0.schedule) \($0.due.microseconds)" })
      #expect(said.allSatisfy(known.contains))
      await store.close()
    }
  }
}

extension JobRecord {
  /// The schedule that it is of.
  fileprivate var schedule: String { envelope.metadata["schedule"] ?? "" }
}
