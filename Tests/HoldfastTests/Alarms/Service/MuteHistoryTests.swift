import Holdfast
import HoldfastTesting
import Testing

/// What the history says of shelves and planned work that end by themselves.
@Suite(.timeLimit(.minutes(10))) struct MuteHistoryTests {
  let fixture = AlarmsFixture()

  private func history(_ alarms: Alarms, _ id: AlarmID) async throws -> [String] {
    let start = WallTime(microseconds: 1_700_000_000_000_000)
    return try await alarms.history(of: id).map {
      "\(start.duration(to: $0.at).components.seconds) \($0.note.kind.rawValue) by \($0.note.by ?? "nobody")"
    }
  }

  @Test("AL41 a shelf and planned work that end by time say so, at their time", arguments: [true, false])
  func ends(isRunning: Bool) async throws {
    let id = try AlarmID("disk.odd")
    try await fixture.running { alarms in
      let now = fixture.time.wallTime
      try await alarms.shelve(.exactly(id), for: .seconds(60), by: "ann", note: "known")
      try await alarms.planMaintenance(
        "move", of: [.exactly(id)], from: now, until: now.advanced(by: .seconds(90)), by: "bob")
      if isRunning { fixture.time.advance(by: .seconds(300)) }
    }
    if !isRunning { fixture.time.advance(by: .seconds(300)) }
    try await fixture.running { alarms in
      // Comes with the commit of what has ended meanwhile, or after it.
      try await alarms.set(AlarmID("other"))
      let (mutes, history) = (try await alarms.mutes(), try await history(alarms, id))
      #expect(mutes.isEmpty)
      #expect(
        history.sorted() == [
          "0 maintenancePlanned by bob", "0 shelved by ann", "60 unshelved by nobody", "90 maintenanceEnded by nobody",
        ])
      let ends = try await alarms.history(of: id).filter { $0.note.kind == .unshelved }
      #expect(ends.map(\.note.text) == ["known"])
    }
  }

  @Test("AL41 a shelf that ends because its alarms are clear says so, a minute after that") func clear() async throws {
    let id = try AlarmID("disk.odd")
    try await fixture.running { alarms in
      try await alarms.set(id)
      try await alarms.shelve(.exactly(id), for: nil, by: "ann", expiresOnClear: true)
      fixture.time.advance(by: .seconds(10))
      try await alarms.clear(id)
      fixture.time.advance(by: .seconds(100))
      try await alarms.set(id)
      #expect(try await history(alarms, id).contains("70 unshelved by nobody"))
    }
  }
}
