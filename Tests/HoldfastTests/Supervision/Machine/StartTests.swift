import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct StartTests {
  private let pair: [Child] = [.scripted("a"), .scripted("b")]

  @Test func `S23 L13 children start in order, each when the one before is ready`() {
    let sim = MachineSimulation(
      .oneForOne, pair, acts: ["a": [.ready(.seconds(2))], "b": [.ready(.seconds(1))]])
    sim.begin()
    sim.advance(by: .seconds(5))
    #expect(sim.order == ["start a", "ready a", "start b", "ready b", "up"])
    #expect(sim.times("start b") == [2000])
    #expect(sim.times("up") == [3000])
  }

  @Test func `S24 a failing first start stops what had started and fails the supervisor with the cause`() throws {
    let sim = MachineSimulation(
      .oneForOne, [.scripted("a"), .scripted("b"), .scripted("c"), .scripted("d")], acts: ["c": [.fail()]])
    sim.begin()
    #expect(sim.order("start", "stop", "down") == ["start a", "start b", "start c", "stop b", "stop a", "down"])
    let error = try #require(sim.outcome ?? nil)
    #expect(error.code == .startFailed)
    #expect(error.child == "c")
    #expect(error.underlying is MachineSimulation.Crash)
  }

  @Test(arguments: Strategy.allCases)
  func `S24 §3.2.1 a child that may fail at first is retried like a crash and does not hold up the others`(
    strategy: Strategy
  ) {
    let backoff = Backoff.constant(.seconds(1)).delayingFirst()
    let sim = MachineSimulation(
      strategy, [.scripted("a"), .scripted("b", backoff: backoff) { $0.startMayFail = true }, .scripted("c")],
      acts: ["b": [.fail(), .fail(), .run]])
    sim.begin()
    if strategy == .oneForOne { #expect(sim.times("up") == [0]) }
    sim.advance(by: .seconds(10))
    #expect(sim.order("up") == ["up"])
    #expect(sim.times("start b") == [0, 1000, 2000])
    #expect(["a", "b", "c"].map { sim.phase($0) } == Array(repeating: .running, count: 3))
  }

  @Test func `S25 §3.2.2 a child that is not wanted counts as started and is kept`() {
    let sim = MachineSimulation(
      .oneForOne, [.scripted("a"), .scripted("t", .temporary), .scripted("b")],
      acts: ["a": [.ignore()], "t": [.ignore()]])
    sim.begin()
    #expect(sim.order("up") == ["up"])
    #expect(sim.phase("a") == .finished)
    #expect(sim.phase("t") == nil)
    #expect(sim.phase("b") == .running)
  }

  @Test func `a child that is not ready by its start deadline has failed to start`() throws {
    let sim = MachineSimulation(
      .oneForOne, [.scripted("a") { $0.startDeadline = .seconds(3) }], acts: ["a": [.hangInStart]])
    sim.begin()
    sim.advance(by: .seconds(10))
    #expect(sim.times("cancel a") == [])
    #expect(sim.times("down") == [3000])
    let error = try #require(sim.outcome ?? nil)
    #expect(error.underlying is StartDeadlineExceeded)
  }

  @Test func `a start deadline missed on a restart goes to the restart policy`() {
    let sim = MachineSimulation(
      .oneForOne, [.scripted("a") { $0.startDeadline = .seconds(3) }], acts: ["a": [.run, .hangInStart, .run]])
    sim.begin()
    sim.end("a")
    sim.advance(by: .seconds(10))
    #expect(sim.times("start a") == [0, 0, 3000])
    #expect(sim.phase("a") == .running)
  }

  @Test func `G21 a body that returns before it was ready has failed to start`() throws {
    let sim = MachineSimulation(.oneForOne, [.scripted("a")], acts: ["a": [.init(ready: nil, end: (.zero, .normal))]])
    sim.begin()
    let error = try #require(sim.outcome ?? nil)
    #expect(error.underlying is EndedBeforeReady)
  }

  @Test func `S27 D12 §3.2.3 a restart whose start fails is an attempt like any other, and calls are served between`() {
    let backoff = Backoff.constant(.seconds(1)).delayingFirst()
    let sim = MachineSimulation(
      .oneForOne, [.scripted("a", backoff: backoff)], acts: ["a": [.run, .fail(), .fail(), .run]])
    sim.begin()
    sim.end("a")
    #expect(sim.add(.scripted("x")) == nil)
    sim.advance(by: .seconds(10))
    #expect(sim.times("start a") == [0, 1000, 2000, 3000])
    #expect(sim.phase("x") == .running)
  }

  @Test func `a child without autostart waits to be asked`() {
    let sim = MachineSimulation(.oneForOne, [.scripted("a") { $0.autostart = false }, .scripted("b")])
    sim.begin()
    #expect(sim.order("start") == ["start b"])
    #expect(sim.phase("a") == .stopped)
    #expect(sim.restart("a") == nil)
    #expect(sim.phase("a") == .running)
  }

  @Test func `a child that misses its heartbeat is replaced, and a beat puts that off`() {
    let sim = MachineSimulation(.oneForOne, [.scripted("a") { $0.heartbeat = .seconds(10) }])
    sim.begin()
    for _ in 0..<3 {
      sim.advance(by: .seconds(9))
      sim.beat("a")
    }
    sim.advance(by: .seconds(9))
    #expect(sim.order("start") == ["start a"])
    sim.advance(by: .seconds(1))
    #expect(sim.times("start a") == [0, 37_000])
    #expect(sim.told("heartbeatMissed", "a").count == 1)
  }

  @Test func `a child with a gate starts beside its predecessors, as soon as what it names is ready`() {
    let sim = MachineSimulation(
      .oneForOne,
      [
        .scripted("a"), .scripted("b"), .scripted("c") { $0.gate = .after(["a"]) },
        .scripted("d") { $0.gate = .after([]) },
      ],
      acts: ["a": [.ready(.seconds(1))], "b": [.ready(.seconds(5))]])
    sim.begin()
    sim.advance(by: .seconds(10))
    #expect(["a", "b", "c", "d"].flatMap { sim.times("start \($0)") } == [0, 1000, 1000, 0])
    #expect(sim.times("up") == [6000])
  }

  @Test func `a gate on a child that was deleted and added again does not hold up its group`() {
    let sim = MachineSimulation(
      .oneForAll, [.scripted("r"), .scripted("a"), .scripted("x") { $0.gate = .after(["a"]) }])
    sim.begin()
    sim.terminate("a")
    sim.delete("a")
    sim.add(.scripted("a"))
    sim.end("r")
    #expect(["r", "x", "a"].map { sim.phase($0) } == [.running, .running, .running])
  }

  @Test func `L9 a stop during the start ends it, and a stop before a run does nothing`() {
    let sim = MachineSimulation(.oneForOne, pair, acts: ["a": [.hangInStart]])
    sim.stop()
    #expect(sim.order == [])
    sim.begin()
    sim.stop()
    sim.stop()
    #expect(sim.order("start", "stop", "down") == ["start a", "stop a", "down"])
  }

  @Test func `G2 a machine begins anew after its end, with its own specification`() {
    let sim = MachineSimulation(.oneForOne, pair)
    sim.begin()
    sim.add(.scripted("x"))
    sim.stop()
    sim.forgetTrace()
    sim.begin()
    #expect(sim.order("start", "up") == ["start a", "start b", "up"])
  }
}
