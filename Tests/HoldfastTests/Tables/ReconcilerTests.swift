import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct ReconcilerTests {
  typealias Machine = Reconciler<String, Int>

  /// Actions in short words, in order.
  private func words(_ actions: [Machine.Action]) -> [String] {
    actions.map { action in
      switch action {
      case .start(let row, _, _): "start \(row.key)@\(row.revision)"
      case .cancelStart(let key, _): "cancelStart \(key)"
      case .stop(let key, _): "stop \(key)"
      case .ended(let key, let exit): "ended \(key) \(exit)"
      }
    }
  }

  private func row(_ key: String, _ revision: String = "1") -> TableRow<String, Int> {
    TableRow(key, revision: revision, 0)
  }

  private func generation(_ machine: Machine, _ key: String) -> UInt64 { machine.entries[key]?.generation ?? 0 }

  @Test func `G4 rows start in parallel, within the lanes`() {
    var machine = Machine(lanes: 2)
    _ = machine.passBegan()
    for key in ["a", "b", "c"] { machine.read(row(key), isUp: false) }
    #expect(words(machine.drain()) == ["start a@1", "start b@1"])
    machine.startEnded("a", generation(machine, "a"), isUp: true)
    #expect(words(machine.drain()) == ["start c@1"])
  }

  @Test func `G11 a removed row is stopped after a complete pass only`() {
    var machine = running(["a"])
    _ = machine.passBegan()
    machine.passEnded(isComplete: false) { _ in true }
    #expect(machine.drain().isEmpty)
    _ = machine.passBegan()
    machine.passEnded(isComplete: true) { _ in true }
    #expect(words(machine.drain()) == ["stop a"])
  }

  @Test func `G11 §4.2.7 a changed revision replaces, and only after the end of the old instance`() {
    var machine = running(["a"])
    _ = machine.passBegan()
    machine.read(row("a", "2"), isUp: true)
    #expect(words(machine.drain()) == ["stop a"])
    machine.stopEnded("a", generation(machine, "a"), .shutdown)
    #expect(words(machine.drain()) == ["start a@2"])
  }

  @Test func `G11 a change during a start replaces once the start is over`() {
    var machine = Machine(lanes: 1)
    machine.read(row("a"), isUp: false)
    _ = machine.drain()
    machine.read(row("a", "2"), isUp: true)
    #expect(machine.drain().isEmpty)
    machine.startEnded("a", generation(machine, "a"), isUp: true)
    #expect(words(machine.drain()) == ["stop a"])
  }

  @Test func `G13 a row that cannot be read is no orphan`() {
    var machine = running(["a"])
    _ = machine.passBegan()
    machine.saw("a")
    machine.passEnded(isComplete: true) { _ in true }
    #expect(machine.drain().isEmpty)
  }

  @Test func `G17 a key that runs, starts or stops is taken`() throws {
    var machine = Machine(lanes: 1)
    let generation = try machine.claim("a", isUp: false)
    #expect(throws: TableError.self) { try machine.claim("a", isUp: false) }
    machine.claimed("a", generation, row("a"))
    #expect(throws: TableError.self) { try machine.claim("a", isUp: true) }
    machine.startEnded("a", self.generation(machine, "a"), isUp: true)
    #expect(throws: TableError.self) { try machine.claim("a", isUp: true) }
    try machine.stop("a", isUp: true)
    #expect(throws: TableError.self) { try machine.claim("a", isUp: true) }
  }

  @Test func `G18 a row that could not be read frees its key`() throws {
    var machine = Machine(lanes: 1)
    machine.claimed("a", try machine.claim("a", isUp: false), nil)
    #expect(machine.entries.isEmpty)
    _ = try machine.claim("a", isUp: false)
  }

  @Test func `G23 a second stop, and one of a placeholder, are not found`() throws {
    var machine = running(["a"])
    try machine.stop("a", isUp: true)
    #expect(throws: TableError.self) { try machine.stop("a", isUp: true) }
    _ = try machine.claim("b", isUp: false)
    #expect(throws: TableError.self) { try machine.stop("b", isUp: false) }
    #expect(throws: TableError.self) { try machine.stop("c", isUp: false) }
  }

  @Test func `G32 a stop during a start takes the start back, also when it succeeded meanwhile`() throws {
    var machine = Machine(lanes: 1)
    machine.read(row("a"), isUp: false)
    _ = machine.drain()
    try machine.stop("a", isUp: true)
    #expect(words(machine.drain()) == ["cancelStart a"])
    machine.startEnded("a", generation(machine, "a"), isUp: true)
    #expect(words(machine.drain()) == ["stop a"])
    machine.stopEnded("a", generation(machine, "a"), .shutdown)
    #expect(words(machine.drain()) == ["ended a shutdown"])
    #expect(machine.entries.isEmpty)
  }

  @Test func `G10 a key that was stopped by hand comes back with the next pass`() throws {
    var machine = running(["a"])
    try machine.stop("a", isUp: true)
    _ = machine.drain()
    machine.stopEnded("a", generation(machine, "a"), .shutdown)
    #expect(words(machine.drain()) == ["ended a shutdown"])
    machine.read(row("a"), isUp: false)
    #expect(words(machine.drain()) == ["start a@1"])
  }

  @Test func `§4.2.2 a stale end of a start or a stop is ignored`() {
    var machine = Machine(lanes: 1)
    machine.read(row("a"), isUp: false)
    _ = machine.drain()
    machine.startEnded("a", generation(machine, "a") + 1, isUp: false)
    machine.stopEnded("a", generation(machine, "a"), .normal)
    #expect(machine.underWay == 1)
    #expect(machine.entries["a"] != nil)
  }

  private func running(_ keys: [String]) -> Machine {
    var machine = Machine(lanes: 8)
    _ = machine.passBegan()
    for key in keys { machine.read(row(key), isUp: false) }
    for case .start(let row, let generation, _) in machine.drain() {
      machine.startEnded(row.key, generation, isUp: true)
    }
    machine.passEnded(isComplete: true) { _ in true }
    _ = machine.drain()
    return machine
  }
}
