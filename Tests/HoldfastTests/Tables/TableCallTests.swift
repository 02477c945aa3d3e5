import HoldfastTesting
import ServiceLifecycle
import Synchronization
import Testing

@testable import Holdfast

/// What callers ask of single keys.
@Suite(.timeLimit(.minutes(10))) struct TableCallTests {
  private func code(_ call: () async throws(TableError) -> Void) async -> String? {
    do throws(TableError) { try await call() } catch { return error.code.description }
    return nil
  }

  @Test func `G16 before and after a run every call is refused`() async throws {
    let fixture = TableFixture(["a"])
    for _ in 1...2 {
      #expect(await code { () async throws(TableError) in try await fixture.tables.start("a") } == "notRunning")
      #expect(await code { () async throws(TableError) in try await fixture.tables.stop("a") } == "notRunning")
      #expect(await code { () async throws(TableError) in try await fixture.tables.reconcile() } == "notRunning")
      #expect(await code { () async throws(TableError) in try fixture.tables.get("a") } == "notRunning")
      try await fixture.run { _ in }
    }
  }

  @Test func `G17 a key that runs or starts exists`() async throws {
    let fixture = TableFixture(["a", "slow"])
    fixture.instances.set { $0.hanging = ["slow"] }
    let run = Task { try await fixture.tables.run() }
    await fixture.untilQuiet(underWay: 1)
    #expect(await code { () async throws(TableError) in try await fixture.tables.start("a") } == "exists")
    #expect(await code { () async throws(TableError) in try await fixture.tables.start("slow") } == "exists")
    fixture.tables.stop()
    try await run.value
  }

  @Test func `G18 a row that cannot be read fails the start and frees the key`() async throws {
    let fixture = TableFixture([])
    try await fixture.run { _ in
      fixture.table.put("a", "1")
      fixture.table.set { $0.rowFails = true }
      #expect(await code { () async throws(TableError) in try await fixture.tables.start("a") } == "tableFailed")
      fixture.table.set { $0.rowFails = false }
      try await fixture.tables.start("a")
      #expect(fixture.running == ["a"])
      #expect(await code { () async throws(TableError) in try await fixture.tables.start("none") } == "notFound")
    }
  }

  @Test func `G19 a start that fails says why and frees the key`() async throws {
    let fixture = TableFixture([])
    try await fixture.run { _ in
      fixture.table.put("a", "1")
      fixture.instances.set { $0.failing = ["a"] }
      let error = await #expect(throws: TableError.self) { try await fixture.tables.start("a") }
      #expect(error?.code == .startFailed && error?.underlying as? Broken == Broken(name: "a"))
      #expect(fixture.tables.keys.isEmpty)
      fixture.instances.set { $0.failing = [] }
      try await fixture.tables.start("a")
    }
  }

  @Test func `G20 a cancelled start is taken back and waited for`() async throws {
    let fixture = TableFixture([])
    try await fixture.run { _ in
      fixture.table.put("a", "1")
      fixture.instances.set { $0.hanging = ["a"] }
      let start = Task { try await fixture.tables.start("a") }
      await eventually { fixture.instances.starts("a") == 1 }
      start.cancel()
      let error = await #expect(throws: TableError.self) { try await start.value }
      #expect(error?.code == .cancelled)
      #expect(fixture.running.isEmpty && fixture.tables.keys.isEmpty)
    }
  }

  @Test func `G22 cancelling the starter afterwards leaves the child alone`() async throws {
    let fixture = TableFixture([])
    try await fixture.run { _ in
      fixture.table.put("a", "1")
      let start = Task { try await fixture.tables.start("a") }
      try await start.value
      start.cancel()
      #expect(fixture.running == ["a"])
      #expect(fixture.tables.root.state(of: "a") == .running)
    }
  }

  @Test func `G10 G25 a stopped key tells how it ended, and comes back with the next pass`() async throws {
    let fixture = TableFixture(["a"])
    try await fixture.run { _ in
      let exit = try await fixture.tables.stop("a")
      #expect("\(exit)" == "normal")
      #expect(fixture.running.isEmpty)
      try await fixture.reconcile()
      #expect(fixture.running == ["a"])
      fixture.table.remove("a")
      try await fixture.tables.stop("a")
      try await fixture.reconcile()
      #expect(fixture.running.isEmpty)
    }
  }

  @Test func `G23 G24 §4.2.1 a key that stops slowly stays taken, and a second stop is not found`() async throws {
    let fixture = TableFixture(["a"])
    fixture.instances.set { $0.stubborn["a"] = .some(nil) }
    try await fixture.run { _ in
      let stop = Task { try await fixture.tables.stop("a") }
      await eventually { fixture.instances.state.withLock { ($0.stubborn["a"] ?? nil) != nil } }
      #expect(await code { () async throws(TableError) in try await fixture.tables.stop("a") } == "notFound")
      #expect(await code { () async throws(TableError) in try await fixture.tables.start("a") } == "exists")
      try await fixture.tables.reconcile()
      #expect(fixture.instances.starts("a") == 1)
      #expect(fixture.tables.keys == ["a"])
      fixture.instances.release("a")
      _ = try await stop.value
      await eventually { fixture.instances.starts("a") == 2 }
      #expect(fixture.instances.most == 1)
    }
  }

  @Test func `G26 G27 get returns the present instance, or why there is none`() async throws {
    let table = MemoryTable(["a": 1])
    let tables = TableSupervisor("feeds", table) { Idle(value: $0) }
    let run = Task { try await tables.run() }
    #expect(try await tables.handle(for: "a").value().value == 1)
    #expect(try tables.get("a").value == 1)
    #expect(await code { () async throws(TableError) in _ = try tables.get("b") } == "notFound")
    table["a"] = 2
    await eventually { (try? tables.get("a").value) == 2 }
    tables.stop()
    try await run.value
  }

  @Test func `G26 a key that starts says so`() async throws {
    let fixture = TableFixture(["slow"])
    fixture.instances.set { $0.hanging = ["slow"] }
    var options = Child.Options.row
    options.readiness = .signalled
    let tables = TableSupervisor("feeds", fixture.table, options: options) { (_: String) -> Idle in
      try await Task.sleep(for: .seconds(600))
      return Idle(value: 0)
    }
    let run = Task { try await tables.run() }
    await eventually { tables.root.state(of: "slow") == .starting }
    #expect(await code { () async throws(TableError) in _ = try tables.get("slow") } == "starting")
    #expect(tables.keys == ["slow"])
    tables.stop()
    try await run.value
  }

  @Test func `G29 G31 §4.2.3 a stop ends all rows, also one that never started`() async throws {
    let fixture = TableFixture(["a", "b", "slow"])
    fixture.instances.set { $0.hanging = ["slow"] }
    let run = Task { try await fixture.tables.run() }
    await fixture.untilQuiet(underWay: 1)
    run.cancel()
    try await run.value
    #expect(fixture.running.isEmpty)
  }

  @Test func `a stop of a key that never became ready takes its start back`() async throws {
    let fixture = TableFixture(["slow"])
    fixture.instances.set { $0.hanging = ["slow"] }
    let run = Task { try await fixture.tables.run() }
    await fixture.untilQuiet(underWay: 1)
    try await fixture.tables.stop("slow")
    #expect(fixture.running.isEmpty && fixture.tables.keys.isEmpty)
    fixture.tables.stop()
    try await run.value
  }

  /// A row whose reading takes until it is let go.
  private struct SlowTable: ChildTable {
    let row: Task<Void, Never>

    func rows() -> AsyncStream<TableEntry<String, Int>> { AsyncStream { $0.finish() } }

    func row(for key: String) async -> TableRow<String, Int>? {
      await row.value
      return TableRow(key, revision: "1", 1)
    }
  }

  @Test func `G28 a key is listed while its row is read and while it starts`() async throws {
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let table = SlowTable(row: Task { for await _ in gate {} })
    let seen = Record<String>()
    let box = Latest<TableSupervisor<SlowTable, Void>>()
    let tables = TableSupervisor("feeds", table) { (_: Int, context: ChildContext) in
      seen.add("\(box.value?.keys ?? [])")
      await context.untilStopped()
    }
    box.value = tables
    let recorder = EventRecorder(tables)
    let run = Task { try await tables.run() }
    try await recorder.wait(for: "supervisorStarted")
    let start = Task { try await tables.start("a") }
    await eventually { tables.keys == ["a"] }
    #expect(seen.all.isEmpty)
    open.finish()
    try await start.value
    #expect(seen.all == [#"["a"]"#])
    tables.stop()
    try await run.value
    #expect(tables.keys.isEmpty)
  }

  @Test func `§4.2.4 a child may stop itself without waiting for itself`() async throws {
    let table = MemoryTable(["a": 1])
    let box = Latest<TableSupervisor<MemoryTable<String, Int>, Void>>()
    let tables = TableSupervisor("feeds", table) { (_: Int, _: ChildContext) in
      _ = try await box.value?.stop("a")
      try await Task.sleep(for: .seconds(600))
    }
    box.value = tables
    let recorder = EventRecorder(tables)
    let run = Task { try await tables.run() }
    try await recorder.wait(for: "removed", child: "a")
    tables.stop()
    try await run.value
  }

  @Test func `a parked row stays down until it is started by hand or its row changes`() async throws {
    let fixture = TableFixture(["a"], options: { $0.limit = .failures(0, then: .park) })
    try await fixture.run { recorder in
      fixture.instances.crash("a")
      try await recorder.wait(for: "parked", child: "a")
      try await fixture.reconcile()
      #expect(fixture.instances.starts("a") == 1)
      try await fixture.tables.start("a")
      #expect(fixture.instances.starts("a") == 2)
      fixture.instances.crash("a")
      try await recorder.wait(for: "parked", child: "a")
      fixture.table.put("a", "2")
      try await fixture.reconcile()
      #expect(fixture.running == ["a"])
    }
  }

  @Test func `§4.2.6 a change feed starts, replaces and stops at once`() async throws {
    let table = MemoryTable<String, Int>()
    let instances = Instances()
    var options = Child.Options.row
    options.readiness = .signalled
    let tables = TableSupervisor("feeds", table, options: options) { (value: Int, context: ChildContext) in
      try await instances.run("v\(value)", context)
    }
    let run = Task { try await tables.run() }
    await eventually { tables.state.withLock { $0.watcher != nil && $0.demand.waiter != nil } }
    table["a"] = 1
    await eventually { instances.live == ["v1": 1] }
    table["a"] = 2
    await eventually { instances.live == ["v2": 1] }
    table["a"] = nil
    await eventually { instances.live.isEmpty && tables.keys.isEmpty }
    #expect(tables.state.withLock { $0.status.passes } == 1)
    tables.stop()
    try await run.value
  }
}

/// A service that does nothing until it is stopped.
struct Idle: Service {
  let value: Int
  func run() async throws { try await gracefulShutdown() }
}
