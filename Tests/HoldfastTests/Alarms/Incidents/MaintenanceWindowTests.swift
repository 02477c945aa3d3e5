import HoldfastTesting
import Testing

@testable import Holdfast

/// Work that comes again and again.
@Suite(.timeLimit(.minutes(10))) struct MaintenanceWindowTests {
  let fixture = AlarmsFixture()

  private static func window(_ rule: String, hours: Int = 2, name: String = "backup") throws -> MaintenanceWindow {
    MaintenanceWindow(
      name, of: [try AlarmPattern(parsing: "net.*")], try Recurrence(rule), for: .seconds(3600 * hours),
      note: "the line is busy")
  }

  private func configuration(_ windows: MaintenanceWindow...) -> AlarmConfiguration {
    var configuration = AlarmConfiguration()
    configuration.maintenance = windows
    return configuration
  }

  /// The fixture begins on 2023-11-14, a Tuesday, at 22:13:20 UTC.
  @Test(
    "AL41 the occurrence that is under way, or the next one, by the clocks of its zone",
    arguments: [
      ("0 2 * * SUN in Europe/Vienna", 2, "2023-11-19T01:00:00Z", "2023-11-19T03:00:00Z"),
      ("0 22 * * *", 2, "2023-11-14T22:00:00Z", "2023-11-15T00:00:00Z"),
      ("0 20 * * *", 2, "2023-11-15T20:00:00Z", "2023-11-15T22:00:00Z"),
      ("0 * * * *", 2, "2023-11-14T22:00:00Z", "2023-11-15T00:00:00Z"),
      ("@at 2023-11-20T00:00:00Z", 1, "2023-11-20T00:00:00Z", "2023-11-20T01:00:00Z"),
    ])
  func occurrences(rule: String, hours: Int, from: String, until: String) throws {
    let mute = try Self.window(rule, hours: hours).mute(at: fixture.time.wallTime)
    #expect(mute?.from.text == from && mute?.until?.text == until)
    #expect(mute.map { try? Self.window(rule, hours: hours).gives($0) } == true)
    #expect(try Self.window("@at 2023-01-01T00:00:00Z").mute(at: fixture.time.wallTime) == nil)
  }

  @Test("AL41 alarms are quiet during each occurrence, one after the other, and the history says when each ended")
  func comesAgain() async throws {
    let id = try AlarmID("net.down")
    try await fixture.running(configuration(try Self.window("0 0 * * *"))) { alarms in
      try await alarms.set(id)
      for _ in 0..<3 {
        #expect(alarms.view(of: id)?.standing.maintenance == nil)
        fixture.time.advance(by: .seconds(2 * 3600))
        #expect(alarms.view(of: id)?.standing.maintenance?.name == "backup")
        #expect(alarms.view(of: id)?.standing.remediesPaused == true)
        fixture.time.advance(by: .seconds(22 * 3600))
      }
      try await alarms.clear(id)
      let ends = try await alarms.history(limit: 1000).filter { $0.note.kind == .maintenanceEnded }
      #expect(ends.map(\.at.text) == (15...17).reversed().map { "2023-11-\($0)T02:00:00Z" })
      #expect(ends.allSatisfy { $0.alarm == "net.*" && $0.note.by == nil })
      #expect(try await alarms.mutes().map(\.from.text) == ["2023-11-18T00:00:00Z"])
    }
  }

  @Test("AL41 what somebody ends is over for this time, also after a restart; what they plan takes its place for once")
  func byHand() async throws {
    let configuration = configuration(try Self.window("0 22 * * *"))
    try await fixture.running(configuration) { alarms in
      #expect(try await alarms.mutes().map(\.from.text) == ["2023-11-14T22:00:00Z"])
      try await alarms.endMaintenance("backup", by: "ann")
      #expect(try await alarms.mutes().map(\.from.text) == ["2023-11-15T22:00:00Z"])
    }
    try await fixture.running(configuration) { alarms in
      #expect(try await alarms.mutes().map(\.from.text) == ["2023-11-15T22:00:00Z"])
      let now = fixture.time.wallTime
      try await alarms.planMaintenance(
        "backup", of: [.all], from: now, until: now.advanced(by: .seconds(60)), by: "bob")
      #expect(try await alarms.mutes().map(\.by) == ["bob"])
    }
    try await fixture.running(configuration) { alarms in
      fixture.time.advance(by: .seconds(60))
      let starts = try await alarms.mutes().map(\.from.text)
      #expect(starts == ["2023-11-15T22:00:00Z"])
    }
  }

  @Test("AL41 work that comes only once and was ended stays so, through a restart and another configuration")
  func endedOnce() async throws {
    let configuration = configuration(try Self.window("@at 2023-11-14T22:00:00Z"))
    let id = try AlarmID("net.down")
    try await fixture.running(configuration) { alarms in
      try await alarms.set(id)
      #expect(alarms.view(of: id)?.standing.maintenance?.name == "backup")
      try await alarms.endMaintenance("backup", by: "ann")
      await #expect(throws: AlarmError.self) { try await alarms.endMaintenance("backup", by: "ann") }
    }
    try await fixture.running(configuration) { alarms in
      try await alarms.configure(configuration)
      #expect(alarms.view(of: id)?.standing.maintenance == nil)
      #expect(try await alarms.mutes().isEmpty)
      fixture.time.advance(by: .seconds(24 * 3600))
      try await alarms.clear(id)
      let ends = try await alarms.history(limit: 1000).filter { $0.note.kind == .maintenanceEnded }
      #expect(ends.map(\.note.by) == ["ann"])
    }
    try await fixture.running(self.configuration(try Self.window("@at 2023-11-16T22:00:00Z"))) { alarms in
      let starts = try await alarms.mutes().map(\.from.text)
      #expect(starts == ["2023-11-16T22:00:00Z"])
    }
  }

  @Test("AL41 an occurrence that nobody ended comes back after the work that took its place", arguments: [1, 2])
  func resumes(times: Int) async throws {
    try await fixture.running(configuration(try Self.window("0 22 * * *"))) { alarms in
      let now = fixture.time.wallTime
      for _ in 0..<times {
        try await alarms.planMaintenance(
          "backup", of: [.all], from: now, until: now.advanced(by: .seconds(60)), by: "bob")
      }
      try await alarms.endMaintenance("backup", by: "bob")
      #expect(try await alarms.mutes().map(\.from.text) == ["2023-11-14T22:00:00Z"])
      try await alarms.endMaintenance("backup", by: "ann")
      #expect(try await alarms.mutes().map(\.from.text) == ["2023-11-15T22:00:00Z"])
    }
  }

  @Test("AL30 another configuration takes windows away, and changes those that differ") func reconfigured() async throws
  {
    try await fixture.running(configuration(try Self.window("0 22 * * *"), try Self.window("0 1 * * *", name: "b"))) {
      alarms in
      try await alarms.configure(configuration(try Self.window("0 3 * * *", name: "b")))
      #expect(try await alarms.mutes().map { "\($0.name) \($0.from.text)" } == ["b 2023-11-15T03:00:00Z"])
    }
    try await fixture.running { alarms in
      let mutes = try await alarms.mutes()
      #expect(mutes.isEmpty)
    }
  }

  @Test("AL41 a window that can mean nothing is refused") func refused() throws {
    var empty = try Self.window("0 1 * * *")
    empty.patterns = []
    var short = try Self.window("0 1 * * *")
    short.duration = .milliseconds(999)
    for windows in [
      [empty], [short], [try Self.window("@manual")], [try Self.window("0 1 * * *", name: "")],
      [try Self.window("0 1 * * *"), try Self.window("0 2 * * *")],
    ] {
      var configuration = AlarmConfiguration()
      configuration.maintenance = windows
      let error = #expect(throws: AlarmError.self) { try Alarms(fixture.memory, configuration) }
      #expect(error?.code == .invalidMute)
    }
  }
}
