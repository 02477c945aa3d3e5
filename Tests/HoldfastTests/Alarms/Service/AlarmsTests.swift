import Foundation
import HoldfastTesting
import Synchronization
import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct AlarmsTests {
  let fixture = AlarmsFixture()

  @Test("AL2 AL3 AL4 set and clear: one event for each change, stored when the call returns")
  func changes() async throws {
    let down = try AlarmID("net.down", "eth0")
    try await fixture.running { alarms in
      let recorder = AlarmRecorder(alarms.events())
      #expect(alarms.state(of: down) == .unknown)
      try await alarms.set(down, "no carrier")
      #expect(alarms.state(of: down) == .set)
      #expect(try await fixture.memory.record(RecordReference("alarms", "net.down(eth0)")) != nil)
      try await alarms.set(down, "no carrier")
      try await alarms.set(down, "no cable")
      try await alarms.clear(down)
      try await alarms.clear(down)
      try await alarms.clear(AlarmID("never.seen"))
      await recorder.wait(for: "never.seen cleared")
      #expect(
        recorder.all == [
          "net.down(eth0) raised", "net.down(eth0) updated", "net.down(eth0) cleared", "never.seen cleared",
        ])
      let history = try await alarms.history(of: down)
      #expect(history.map(\.note.kind) == [.cleared, .updated, .raised])
      #expect(history.last?.note.text == "no carrier")
      let closed = try await alarms.closedIncidents(of: down)
      #expect(closed.map(\.description) == ["no cable"])
    }
  }

  @Test("AL8 subscriptions by id and by pattern hear of their alarms only; a slow one gets a marker")
  func subscriptions() async throws {
    try await fixture.running { alarms in
      let pattern = try AlarmPattern(parsing: "t(*)")
      let wanted = AlarmRecorder(alarms.events(matching: pattern))
      let one = AlarmRecorder(alarms.events(of: try AlarmID("t", "2")))
      let slow = alarms.events(buffer: 2)
      for id in [try AlarmID("t"), try AlarmID("t", "1"), try AlarmID("t", "1", "2"), try AlarmID("t", "2")] {
        try await alarms.set(id)
      }
      await wanted.wait(for: "t(2) raised")
      await one.wait(for: "t(2) raised")
      #expect(wanted.all == ["t(1) raised", "t(2) raised"])
      #expect(one.all == ["t(2) raised"])
      let late = AlarmRecorder(slow)
      await late.wait(for: "t(2) raised")
      #expect(late.all == ["dropped 2", "t(1,2) raised", "t(2) raised"])
    }
  }

  @Test("AL9 what is read at one moment never contradicts itself")
  func atomicReads() async throws {
    let (input, copy) = (try AlarmID("input"), try AlarmID("copy"))
    try await fixture.running(fixture.rules(AlarmRule("copy", when: "input"))) { alarms in
      let writer = Task.detached {
        for _ in 0..<300 {
          alarms.report(.set(input))
          alarms.report(.clear(input))
        }
      }
      var contradictions = 0
      for _ in 0..<3000 {
        let states = alarms.states(of: [input, copy])
        if (states[0] == .set) != (states[1] == .set) { contradictions += 1 }
      }
      await writer.value
      #expect(contradictions == 0)
    }
  }

  @Test("AL10 what is reported before the service runs appears once, in order; more than 1,024 is refused")
  func earlyReports() async throws {
    let early = try AlarmID("early")
    try await fixture.running(
      before: { alarms in
        #expect(alarms.report(.set(early, "first")))
        #expect(alarms.report(.clear(early)))
        #expect(alarms.report(.set(early, "second")))
        for number in 4..<1024 { alarms.report(.set(AlarmID.numbered(number))) }
        #expect(alarms.report(.set(AlarmID.numbered(1024))))
        #expect(!alarms.report(.set(AlarmID.numbered(1025))))
      }
    ) { alarms in
      #expect(alarms.state(of: early) == .set)
      #expect(alarms.state(of: AlarmID.numbered(1024)) == .set)
      #expect(alarms.state(of: AlarmID.numbered(1025)) == .unknown)
      try await alarms.set(AlarmID("later"))
      let kinds = try await alarms.history(of: early).map(\.note.kind)
      #expect(kinds == [.raised, .cleared, .raised])
    }
  }

  @Test("AL11 a call to a service that does not run fails after its patience, and names the remedy")
  func notRunning() async throws {
    let alarms = try Alarms(fixture.memory)
    let call = Task { try await alarms.set(AlarmID("x")) }
    await fixture.time.waitForSleepers(1)
    fixture.time.advance(by: .seconds(5))
    let error = try await #require(throws: AlarmError.self) { try await call.value }
    #expect(error.code == .notRunning)
    #expect(error.description.contains("run it in a ServiceGroup or as a child of a Supervisor"))
  }

  @Test("AL6 an override holds at once, and is listed so")
  func overrides() async throws {
    let id = try AlarmID("noisy")
    try await fixture.running { alarms in
      try await alarms.set(id, severity: .critical)
      #expect(alarms.list(atLeast: .critical).map(\.status.id) == [id])
      try await alarms.overrideSeverity(.debug, of: id)
      #expect(alarms.list().isEmpty)
      #expect(alarms.list(atLeast: .debug).map(\.status.severity) == [.debug])
    }
  }

  @Test("AL43 another run goes on: states, acknowledgement, shelf, and a debounce by the wall time that has passed")
  func restart() async throws {
    let configuration = fixture.rules(AlarmRule("late", when: .debounce("input", .seconds(100))))
    let (late, input, seen) = (try AlarmID("late"), try AlarmID("input"), try AlarmID("seen"))
    try await fixture.running(configuration) { alarms in
      try await alarms.set(input)
      try await alarms.set(seen, "known", severity: .error)
      try await alarms.acknowledge(seen, by: "ann", note: "mine")
      try await alarms.set(AlarmID("aside"))
      try await alarms.shelve(AlarmPattern(parsing: "aside"), for: .seconds(1000), by: "ben")
      fixture.time.advance(by: .seconds(40))
    }
    fixture.time.advance(by: .seconds(30))
    try await fixture.running(configuration) { alarms in
      #expect(alarms.state(of: input) == .set)
      #expect(alarms.view(of: seen)?.standing.acknowledgement?.by == "ann")
      #expect(alarms.view(of: seen)?.status.severity == .error)
      let aside = try AlarmID("aside")
      #expect(alarms.view(of: aside)?.standing.shelf?.by == "ben")
      #expect(alarms.state(of: late) == .clear)
      let recorder = AlarmRecorder(alarms.events(of: late))
      fixture.time.advance(by: .seconds(29))
      #expect(alarms.state(of: late) == .clear)
      fixture.time.advance(by: .seconds(1))
      await recorder.wait(for: "late raised")
    }
  }

  @Test("AL43 what came due while nobody ran happens at its own instant")
  func dueMeanwhile() async throws {
    let configuration = fixture.rules(AlarmRule("late", when: .debounce("input", .seconds(100))))
    let began = fixture.time.wallTime
    try await fixture.running(configuration) { try await $0.set(AlarmID("input")) }
    fixture.time.advance(by: .seconds(500))
    try await fixture.running(configuration) { alarms in
      let view = try #require(alarms.view(of: AlarmID("late")))
      #expect(view.status.state == .set)
      #expect(view.incident?.raised == began.advanced(by: .seconds(100)))
      let input = try AlarmID("input")
      #expect(view.incident?.causes.map(\.alarm) == [input])
    }
  }

  @Test("a rule that is gone takes its alarm with it")
  func removedRule() async throws {
    let copy = try AlarmID("copy")
    try await fixture.running(fixture.rules(AlarmRule("copy", when: "input"))) { alarms in
      try await alarms.set(AlarmID("input"))
      #expect(alarms.state(of: copy) == .set)
    }
    try await fixture.running { alarms in
      #expect(alarms.state(of: copy) == .unknown)
      let input = try AlarmID("input")
      #expect(alarms.state(of: input) == .set)
    }
  }

  @Test("a store that fails: alarms go on in memory, the caller hears of it, and all is stored later")
  func storeDown() async throws {
    let store = FaultyStore(fixture.memory)
    let id = try AlarmID("x")
    try await fixture.running(on: store) { alarms in
      let recorder = AlarmRecorder(alarms.events())
      store.fail(.record, with: StoreError(.unavailable, store: "test", "gone"), times: 3)
      let error = await #expect(throws: AlarmError.self) { try await alarms.set(id) }
      #expect(error?.code == .notStored)
      #expect(alarms.state(of: id) == .set)
      await recorder.wait(for: "store.unavailable raised")
      while !recorder.all.contains("store.unavailable cleared") {
        fixture.time.advance(by: .seconds(10))
        await Task.yield()
      }
      let stored = try await fixture.memory.record(RecordReference("alarms", "x"))
      #expect(stored != nil)
    }
  }

  @Test("more alarms at once than a store takes in one change are stored in several")
  func flood() async throws {
    let count = JobLimits.batch + 500
    try await fixture.running { alarms in
      for number in 0..<count { #expect(alarms.report(.set(try AlarmID("flood", "\(number)")))) }
      try await alarms.set(AlarmID("last"))
      #expect(try await fixture.memory.records(in: "alarms").count == count + 1)
      #expect(alarms.state(of: try AlarmID("store.unavailable")) == .unknown)
    }
  }

  @Test("AL41 a name that no store would take is refused, and costs nothing else its place")
  func unfitName() async throws {
    try await fixture.running { alarms in
      let now = fixture.time.wallTime
      let error = await #expect(throws: AlarmError.self) {
        try await alarms.planMaintenance(
          "line\nbreak", of: [.all], from: now, until: now.advanced(by: .seconds(60)), by: "ann")
      }
      #expect(error?.code == .invalidMute)
      try await alarms.set(AlarmID("x"))
    }
  }

  @Test("law 3 what comes after the last commit is not taken, and what is only reported waits for the next run")
  func afterTheLastCommit() async throws {
    let alarms = try Alarms(fixture.memory)
    let late = try AlarmID("late")
    var node: AlarmNode?
    try await fixture.running(alarms) { node = $0.state.withLock { $0.node } }
    let ended = try #require(node)
    let error = #expect(throws: AlarmError.self) {
      try ended.change { desk, time throws(AlarmError) in try AlarmReport.set(late).apply(to: &desk.engine, at: time) }
    }
    #expect(error?.code == .notRunning)
    #expect(alarms.report(.set(late)))
    try await fixture.running(alarms) { #expect($0.state(of: late) == .set) }
  }

  @Test("AL5 AL31 what does not fit is refused whole, when the service is made")
  func refusal() throws {
    let store = fixture.memory
    let error = #expect(throws: AlarmError.self) {
      try Alarms(store, AlarmConfiguration(rules: [AlarmRule("a", when: "b"), AlarmRule("b", when: "a")]))
    }
    #expect(error?.code == .cycle)
  }
}

extension AlarmID {
  fileprivate static func numbered(_ number: Int) -> AlarmID {
    // Two words and a number are always an id.
    // swift-format-ignore: NeverUseForceTry
    try! AlarmID("early.number", number)
  }
}
