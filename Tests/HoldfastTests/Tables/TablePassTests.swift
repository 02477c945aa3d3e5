import HoldfastTesting
import Synchronization
import Testing

@testable import Holdfast

/// What passes start, stop and replace.
@Suite(.timeLimit(.minutes(10))) struct TablePassTests {
  @Test func `G2 it can be run again, and starts the rows again`() async throws {
    let fixture = TableFixture(["a", "b"])
    for _ in 1...2 { try await fixture.run { _ in #expect(fixture.running == ["a", "b"]) } }
    #expect(fixture.instances.starts("a") == 2)
    #expect(fixture.running.isEmpty)
  }

  @Test func `G1 a second run waits for the first`() async throws {
    let fixture = TableFixture(["a"])
    let first = Task { try await fixture.tables.run() }
    await fixture.untilQuiet()
    let second = Task { try await fixture.tables.run() }
    fixture.tables.stop()
    try await first.value
    await eventually { fixture.instances.starts("a") == 2 }
    fixture.tables.stop()
    try await second.value
    #expect(fixture.instances.most == 1)
  }

  @Test func `G3 a parent sees it ready when its rows run`() async throws {
    let fixture = TableFixture(["a", "b"])
    let app = Supervisor("app", timeline: fixture.timeline, children: [.supervisor(fixture.tables)])
    let run = Task { try await app.run() }
    await app.untilStarted()
    #expect(fixture.running == ["a", "b"])
    #expect(app.snapshot().children[0].subtree?.table?.rows == 2)
    app.stop()
    try await run.value
  }

  @Test func `G4 G5 a hanging row delays neither the others nor, after a second, its parent`() async throws {
    let fixture = TableFixture(["slow", "a", "b"])
    fixture.instances.set { $0.hanging = ["slow"] }
    let app = Supervisor("app", timeline: fixture.timeline, children: [.supervisor(fixture.tables)])
    let run = Task { try await app.run() }
    await fixture.untilQuiet(underWay: 1)
    #expect(fixture.tables.root.state(of: "a") == .running)
    #expect(fixture.tables.root.state(of: "b") == .running)
    #expect(app.state(of: "feeds") == .starting)
    fixture.timeline.advance(by: .milliseconds(999))
    #expect(app.state(of: "feeds") == .starting)
    fixture.timeline.advance(by: .milliseconds(1))
    #expect(app.state(of: "feeds") == .running)
    app.stop()
    try await run.value
  }

  @Test func `G6 G7 a row added outside runs a period after the last pass ended`() async throws {
    let fixture = TableFixture(["a"])
    try await fixture.run { recorder in
      fixture.table.put("b", "1")
      fixture.timeline.advance(by: .seconds(59))
      #expect(fixture.table.readings == 1)
      fixture.timeline.advance(by: .seconds(1))
      try await recorder.wait(for: "ready", child: "b")
      #expect(fixture.table.readings == 2)
      #expect(fixture.instances.starts("a") == 1)
    }
  }

  @Test func `G8 a row that failed backs off by its own policy, without waiting for a pass`() async throws {
    let fixture = TableFixture(["a"])
    try await fixture.run { recorder in
      fixture.instances.crash("a")
      try await recorder.wait(for: "ready", child: "a", generation: 2)
      #expect(fixture.table.readings == 1)
    }
  }

  @Test func `G8 a transient row that returned comes back with the next pass`() async throws {
    let fixture = TableFixture(["a"])
    try await fixture.run { recorder in
      fixture.instances.end("a")
      try await recorder.wait(for: "finished", child: "a")
      #expect(fixture.tables.keys.isEmpty)
      try await fixture.reconcile()
      #expect(fixture.running == ["a"])
    }
  }

  @Test func `G9 a row that deleted itself and returned stays down`() async throws {
    let fixture = TableFixture(["a"])
    try await fixture.run { recorder in
      fixture.table.remove("a")
      fixture.instances.end("a")
      try await recorder.wait(for: "finished", child: "a")
      for _ in 1...3 { try await fixture.reconcile() }
      #expect(fixture.instances.starts("a") == 1)
    }
  }

  @Test func `G11 removed rows are stopped, changed ones replaced, equal ones left alone`() async throws {
    let fixture = TableFixture(["gone", "changed", "same"])
    try await fixture.run { _ in
      fixture.table.remove("gone")
      fixture.table.put("changed", "2")
      try await fixture.reconcile()
      #expect(fixture.running == ["changed", "same"])
      #expect(fixture.instances.starts("changed") == 2)
      #expect(fixture.instances.starts("same") == 1)
      #expect(fixture.instances.most == 1)
    }
  }

  @Test func `G12 G14 a failing pass stops nothing, starts what it saw, and is told and shown`() async throws {
    let fixture = TableFixture(["a", "b"])
    try await fixture.run { recorder in
      fixture.table.remove("a")
      fixture.table.put("c", "1")
      fixture.table.set { $0.fault = .failAtEnd }
      await #expect(throws: TableError.self) { try await fixture.tables.reconcile() }
      await fixture.untilQuiet()
      #expect(fixture.running == ["a", "b", "c"])
      try await recorder.wait(for: "table")
      #expect(fixture.tables.snapshot().table?.failure?.contains("end") == true)
      fixture.table.set { $0.fault = .none }
      try await fixture.reconcile()
      #expect(fixture.running == ["b", "c"])
      #expect(fixture.tables.snapshot().table?.failure == nil)
    }
  }

  @Test func `G13 a bad row fails alone, and what runs of it runs on`() async throws {
    let fixture = TableFixture(["a", "bad", "c"])
    fixture.table.set { $0.bad = ["bad"] }
    try await fixture.run { recorder in
      #expect(fixture.running == ["a", "c"])
      try await recorder.wait(for: "table", child: "bad")
      fixture.table.set { $0.bad = ["a"] }
      try await fixture.reconcile()
      #expect(fixture.running == ["a", "bad", "c"])
      #expect(fixture.tables.snapshot().table?.badRows.keys.sorted() == ["a"])
    }
  }

  @Test func `G13 a bad row without a key makes no orphans`() async throws {
    let fixture = TableFixture(["a"])
    try await fixture.run { _ in
      fixture.table.remove("a")
      fixture.table.set { $0.anonymousFailure = true }
      let pass = try await fixture.tables.reconcile()
      #expect(!pass.isComplete && pass.badRows == 1)
      await fixture.untilQuiet()
      #expect(fixture.running == ["a"])
    }
  }

  @Test(arguments: [ScriptedTable.Fault.none, .failAtOnce, .failAtEnd])
  func `G15 each reading is let go, however it ends`(fault: ScriptedTable.Fault) async throws {
    let fixture = TableFixture(["a"])
    try await fixture.run { _ in
      fixture.table.set { $0.fault = fault }
      _ = try? await fixture.tables.reconcile()
      await eventually { fixture.table.state.withLock { $0.released } == 2 }
    }
  }

  @Test func `a row whose start failed backs off like a crash`() async throws {
    let fixture = TableFixture(["a"])
    fixture.instances.set { $0.failing = ["a"] }
    try await fixture.run { recorder in
      try await recorder.wait(for: "startFailed", child: "a", generation: 2)
      #expect(fixture.table.readings == 1)
      #expect(fixture.tables.root.state(of: "a") == .waiting)
    }
  }

  @Test func `§4.2.5 a table that hangs and ignores cancellation times out, is not read again, and delays no stop`()
    async throws
  {
    let fixture = TableFixture(["a"])
    try await fixture.run { _ in
      fixture.table.set { $0.fault = .hang }
      let pass = Task { try await fixture.tables.reconcile() }
      await eventually { fixture.table.state.withLock { $0.isHanging } }
      fixture.timeline.advance(by: .seconds(30))
      await #expect(throws: TableError.self) { try await pass.value }
      let readings = fixture.table.readings
      await #expect(throws: TableError.self) { try await fixture.tables.reconcile() }
      #expect(fixture.table.readings == readings)
      #expect(fixture.running == ["a"])
    }
    fixture.table.release()
  }

  @Test func `a pass that hangs while it stops does not hold up the stop`() async throws {
    let fixture = TableFixture(["a"])
    try await fixture.run { _ in
      fixture.table.set { $0.fault = .hang }
      Task { try await fixture.tables.reconcile() }
      await eventually { fixture.table.state.withLock { $0.isHanging } }
    }
    fixture.table.release()
  }

  @Test func `jitter only ever adds to the period`() throws {
    var policy = TablePolicy()
    policy.jitter = 1.5
    #expect(throws: SupervisorError.self) { try policy.validate() }
    policy = TablePolicy()
    policy.period = .zero
    #expect(throws: SupervisorError.self) { try policy.validate() }
  }

  @Test func `a key that is reserved is a bad row`() async throws {
    let fixture = TableFixture(["(reconciler)", "a"])
    try await fixture.run { recorder in
      try await recorder.wait(for: "table", child: "(reconciler)")
      #expect(fixture.running == ["a"])
    }
  }
}
