import Foundation
import HoldfastTesting
import Synchronization
import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct AlarmHistoryTests {
  let fixture = AlarmsFixture()

  @Test("AL40 AL41 the history says who did what, and of what follows from it that nobody did")
  func actors() async throws {
    let (down, copy) = (try AlarmID("down"), try AlarmID("copy"))
    let configuration = AlarmConfiguration(rules: [AlarmRule("copy", when: "down")])
    let history = { (alarms: Alarms, id: AlarmID) in
      try await alarms.history(of: id).map { "\($0.note.kind.rawValue) by \($0.note.by ?? "nobody")" }
    }
    try await fixture.running(configuration) { alarms in
      try await alarms.set(down, by: "ann")
      try await alarms.set(down, "smells", by: "bob")
      try await alarms.overrideSeverity(.error, of: down, by: "cy")
      try await alarms.clear(down, by: "dan")
      try await alarms.set(down)
      try await alarms.shelve(.exactly(down), for: nil, by: "eve", note: "known")
      try await alarms.unshelve(.exactly(down), by: "fay")
      let now = fixture.time.wallTime
      try await alarms.planMaintenance(
        "move", of: [.exactly(down), .exactly(copy)], from: now, until: now.advanced(by: .seconds(9)), by: "guy",
        note: "new disks")
      #expect(try await alarms.history(of: copy, limit: 1).first?.note.text == "move: new disks")
      try await alarms.endMaintenance("move", by: "hal")
      #expect(
        try await history(alarms, down) == [
          "maintenanceEnded by hal", "maintenancePlanned by guy", "unshelved by fay", "shelved by eve",
          "raised by nobody", "cleared by dan", "levelChanged by cy", "updated by bob", "raised by ann",
        ])
      let followed = try await history(alarms, copy)
      #expect(followed.prefix(3) == ["maintenanceEnded by hal", "maintenancePlanned by guy", "raised by nobody"])
      #expect(followed.dropFirst(2).allSatisfy { $0.hasSuffix(" by nobody") }, "\(followed)")
    }
  }

  @Test("AL40 what was heard of as an event is in the history, also while its commit takes long")
  func heardOf() async throws {
    let (store, down) = (InterposedStore(fixture.memory), try AlarmID("down"))
    try await fixture.running(on: store) { alarms in
      let events = AlarmRecorder(alarms.events(of: down))
      store.beforeNextWrite { for _ in 0..<1000 { await Task.yield() } }
      let change = Task { try await alarms.set(down) }
      await events.wait(for: "down raised")
      let history = try await alarms.history(of: down).map(\.note.kind)
      #expect(history == [.raised])
      try await change.value
    }
  }

  @Test("TM7 the wall clock steps forward: a shelf ends and a message is stored at once, although no other time passes")
  func wallSteps() async throws {
    var configuration = AlarmConfiguration()
    configuration.routes = [NotificationRoute("ops", to: .log)]
    let down = try AlarmID("down")
    try await fixture.running(configuration) { alarms in
      try await alarms.shelve(.exactly(down), for: .seconds(3600), by: "ann")
      try await alarms.set(down)
      fixture.time.stepWall(by: .seconds(3600))
      #expect(try await alarms.mutes().isEmpty)
      fixture.time.stepWall(by: .seconds(30))
      while try await fixture.memory.jobs(JobQuery()).jobs.isEmpty { await Task.yield() }
    }
  }

  @Test("history goes when it is older than it is kept, also that of alarms that are gone")
  func pruning() async throws {
    var configuration = AlarmConfiguration()
    configuration.historyRetention = .seconds(48 * 3600)
    let (gone, later) = (try AlarmID("gone"), try AlarmID("later"))
    try await fixture.running(configuration) { alarms in
      try await alarms.set(gone)
      try await alarms.forget(gone)
      fixture.time.advance(by: .seconds(24 * 3600))
      try await alarms.set(later)
      while try await !alarms.history(of: gone).isEmpty {
        fixture.time.advance(by: .seconds(3600))
        for _ in 0..<50 { await Task.yield() }
      }
      #expect(try await alarms.closedIncidents(of: gone).isEmpty)
    }
  }
}
