import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct StopTests {
  typealias Act = MachineSimulation.Act

  private func sim(
    _ acts: [String: [Act]] = [:], shutdown: Duration? = nil, policy: ShutdownPolicy = .standard
  ) -> MachineSimulation {
    let children = ["a", "b", "c"].map { Child.scripted($0) { $0.shutdown = policy } }
    let sim = MachineSimulation(.oneForOne, children, shutdown: shutdown, acts: acts)
    sim.begin()
    sim.forgetTrace()
    return sim
  }

  @Test func `S17 children stop one at a time, newest first, each after the one before has ended`() {
    let sim = sim(["b": [.stops(.seconds(2))], "c": [.stops(.seconds(1))]])
    sim.stop()
    sim.advance(by: .seconds(10))
    #expect(sim.order == ["stop c", "gone c", "stop b", "gone b", "stop a", "gone a", "down"])
    #expect(sim.times("stop b") == [1000])
    #expect(sim.times("down") == [3000])
  }

  @Test func `S17 D11 the ladder asks, cancels at the grace and abandons at the deadline`() {
    let sim = sim(["c": [.deaf()]])
    sim.stop()
    sim.advance(by: .seconds(10))
    #expect(sim.times("stop c") == [0])
    #expect(sim.times("cancel c") == [4000])
    #expect(sim.times("abandon c") == [5000])
    #expect(sim.times("stop b") == [5000])
    #expect(sim.endedCleanly)
  }

  @Test func `S18 the default is five seconds, and a stop of deaf children ends at the sum of theirs`() {
    #expect(ShutdownPolicy.standard.total == .seconds(5))
    let sim = sim(["a": [.deaf()], "b": [.deaf()], "c": [.deaf()]])
    sim.stop()
    sim.advance(by: .seconds(60))
    #expect(sim.times("cancel a") == [14_000])
    #expect(sim.times("down") == [15_000])
  }

  @Test func `S17 the total deadline does not shorten the grace of the last child`() {
    let deaf = Act.deaf()
    let sim = sim(["a": [deaf], "b": [deaf], "c": [deaf]], policy: .within(.milliseconds(100)))
    sim.stop()
    sim.advance(by: .seconds(60))
    #expect(sim.times("cancel a") == [280])
    #expect(sim.times("down") == [300])
  }

  @Test func `a stop that is told its own bound keeps it, however short`() {
    let deaf = Act.deaf()
    let sim = sim(["a": [deaf], "b": [deaf], "c": [deaf]], shutdown: .milliseconds(100))
    sim.stop()
    sim.advance(by: .seconds(60))
    #expect(sim.times("cancel a") == [80])
    #expect(sim.times("down") == [100])
  }

  /// A machine that slept, or a process that was halted, wakes up late: its children heard of nothing yet.
  @Test(arguments: [nil, Duration.seconds(10)])
  func `law 6 a stop that stood still gives what it cancels a last moment`(shutdown: Duration?) {
    let sim = sim(["c": [.deaf(.milliseconds(100))]], shutdown: shutdown)
    sim.stop()
    sim.now = sim.now.advanced(by: .seconds(60))
    sim.tell { $0.timePassed(at: $1) }
    sim.advance(by: .seconds(10))
    #expect(sim.times("abandon c").isEmpty && sim.times("gone c") == [60_100])
    #expect(sim.times("down").count == 1 && sim.endedCleanly)
  }

  @Test func `L10 a child without a limit still ends with the supervisor's own minute`() {
    let sim = sim(["c": [.deaf()]], policy: .unlimited)
    sim.stop()
    sim.advance(by: .seconds(59))
    #expect(sim.times("cancel c") == [59_000])
    sim.advance(by: .seconds(1))
    #expect(sim.times("down") == [60_000])
  }

  @Test func `S17 an immediate stop cancels at once and abandons after a second`() {
    let sim = sim(["c": [.deaf()]], policy: .immediately)
    sim.stop()
    sim.advance(by: .seconds(5))
    #expect(sim.times("cancel c") == [0])
    #expect(sim.times("abandon c") == [1000])
  }

  @Test func `S20 the late end of an abandoned child is told, and changes nothing`() {
    let sim = sim(["c": [.deaf(.seconds(30)), .run]])
    sim.terminate("c")
    sim.advance(by: .seconds(5))
    sim.restart("c")
    #expect(sim.machine.abandoned.map(\.id) == ["c"])
    sim.advance(by: .seconds(60))
    #expect(sim.told("endedLate", "c").map(\.generation) == [1])
    #expect(sim.machine.abandoned.isEmpty)
    #expect(sim.phase("c") == .running)
    #expect(sim.machine.totals.abandoned == 1)
  }

  @Test func `S21 calls and restarts are served while a child is slow to stop`() {
    let sim = sim(["c": [.stops(.seconds(3))]])
    sim.terminate("c")
    sim.end("a")
    #expect(sim.phase("a") == .running)
    #expect(sim.add(.scripted("x")) == nil)
    #expect(sim.phase("x") == .running)
    #expect(sim.phase("c") == .stopping)
  }

  @Test func `S22 children of a template stop together, each with its own deadline`() {
    var plan = SupervisorPlan()
    plan.stopOrder = .together
    plan.isDynamic = true
    let sim = MachineSimulation(plan, acts: ["x": [.stops(.seconds(1))], "y": [.stops(.seconds(2))], "z": [.deaf()]])
    sim.begin()
    for id in ["x", "y", "z"] { sim.add(.scripted(id)) }
    sim.stop()
    sim.advance(by: .seconds(10))
    #expect(["x", "y", "z"].flatMap { sim.times("stop \($0)") } == [0, 0, 0])
    #expect(sim.times("down") == [5000])
  }

  @Test func `S28 D10 a stop ends a delay at once`() {
    let backoff = Backoff.constant(.seconds(600)).delayingFirst()
    let sim = MachineSimulation(.oneForOne, [.scripted("a", backoff: backoff)])
    sim.begin()
    sim.end("a")
    sim.stop()
    #expect(sim.times("down") == [0])
    sim.advance(by: .seconds(1000))
    #expect(sim.order("start") == ["start a"])
  }

  @Test func `S28 a delay that runs out while others still stop starts nothing`() {
    let backoff = Backoff.constant(.seconds(1)).delayingFirst()
    let sim = MachineSimulation(
      .oneForOne, [.scripted("a", backoff: backoff), .scripted("b")], acts: ["b": [.stops(.seconds(3))]])
    sim.begin()
    sim.end("a")
    sim.stop()
    #expect(sim.phase("a") == .stopped)
    sim.advance(by: .seconds(10))
    #expect(sim.order("start") == ["start a", "start b"])
    #expect(sim.violations == [])
  }

  @Test func `a child that ends by itself during the stop is not restarted`() {
    let sim = sim(["c": [.stops(.seconds(3))]])
    sim.stop()
    sim.end("a")
    sim.advance(by: .seconds(3))
    #expect(sim.order("start") == [])
    #expect(sim.endedCleanly)
  }

  @Test func `hurry cancels what is left all at once and abandons it after a second`() {
    let deaf = Act.deaf()
    let sim = sim(["a": [deaf], "b": [deaf], "c": [deaf]])
    sim.hurry()
    #expect(sim.order == [])
    sim.stop()
    sim.advance(by: .milliseconds(500))
    sim.hurry()
    sim.hurry()
    sim.advance(by: .seconds(10))
    #expect(["a", "b", "c"].flatMap { sim.times("cancel \($0)") } == [500, 500, 500])
    #expect(sim.times("down") == [1500])
  }

  @Test(arguments: [(Duration.milliseconds(400), 400), (.seconds(600), 1000)])
  func `L10 a hurry takes as long as it is told, but never longer than the children's own`(
    patience: Duration, down: Int
  ) {
    let sim = sim(["c": [.deaf()]])
    sim.stop()
    sim.tell { $0.hurry(at: $1, within: patience) }
    sim.advance(by: .seconds(60))
    #expect(sim.times("cancel c") == [0])
    #expect(sim.times("down") == [down])
  }

  @Test func `S19 an error thrown while stopping is a clean stop`() {
    let sim = sim(["c": [Act(end: (.seconds(1), .failed(MachineSimulation.Crash())), listens: true)]])
    sim.stop()
    sim.advance(by: .seconds(2))
    #expect(sim.endedCleanly)
    #expect(sim.order("start") == [])
  }

  @Test func `a heartbeat missed by a deaf child abandons it and starts another`() {
    let sim = MachineSimulation(
      .oneForOne, [.scripted("a") { $0.heartbeat = .seconds(10) }], acts: ["a": [.deaf(), .run]])
    sim.begin()
    sim.advance(by: .seconds(16))
    #expect(sim.times("abandon a") == [15_000])
    #expect(sim.times("start a") == [0, 15_000])
  }
}
