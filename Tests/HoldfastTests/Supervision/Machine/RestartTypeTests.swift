import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct RestartTypeTests {
  typealias Act = MachineSimulation.Act

  @Test(arguments: [
    (RestartPolicy.permanent, Exit.normal, true), (.permanent, .shutdown, true),
    (.permanent, .failed(MachineSimulation.Crash()), true), (.permanent, .abandoned, true),
    (.transient, .normal, false), (.transient, .shutdown, false),
    (.transient, .failed(MachineSimulation.Crash()), true), (.transient, .abandoned, true),
    (.temporary, .normal, false), (.temporary, .failed(MachineSimulation.Crash()), false),
  ])
  func `S11 the decision table`(policy: RestartPolicy, exit: Exit, restarts: Bool) {
    #expect(policy.restarts(after: exit) == restarts)
  }

  @Test func `S11 a transient child that returns is kept, down`() {
    let sim = MachineSimulation(.oneForOne, [.scripted("a", .transient)])
    sim.begin()
    sim.end("a", .normal)
    #expect(sim.phase("a") == .finished)
    #expect(sim.order("start") == ["start a"])
  }

  @Test func `S11 a temporary child is forgotten when it ends, and when it is stopped`() {
    let sim = MachineSimulation(.oneForOne, [.scripted("a", .temporary), .scripted("b", .temporary)])
    sim.begin()
    sim.end("a")
    #expect(sim.terminate("b") == nil)
    #expect(sim.machine.children.count == 0)
  }

  // MARK: Significant children

  private func significant(_ mode: AutoShutdown, _ restart: RestartPolicy = .transient) -> MachineSimulation {
    let sim = MachineSimulation(
      .oneForOne,
      [
        .scripted("a", restart) { $0.significant = true }, .scripted("b", restart) { $0.significant = true },
        .scripted("c"),
      ], autoShutdown: mode)
    sim.begin()
    return sim
  }

  @Test func `S12 S13 the first significant child that ends by itself ends the supervisor`() {
    let sim = significant(.anySignificant)
    sim.end("a", .normal)
    #expect(sim.endedCleanly)
  }

  @Test func `S13 a transient significant child that fails is restarted instead`() {
    let sim = significant(.anySignificant)
    sim.end("a")
    #expect(sim.isGoingOn)
    #expect(sim.phase("a") == .running)
  }

  @Test func `S13 a temporary significant child ends it with any exit`() {
    let sim = significant(.anySignificant, .temporary)
    sim.end("a")
    #expect(sim.endedCleanly)
  }

  @Test func `S13 a stop by hand does not count as an end by itself`() {
    let sim = significant(.anySignificant)
    sim.terminate("a")
    #expect(sim.isGoingOn)
  }

  @Test func `S13 a stop because of a sibling does not count either`() {
    let sim = MachineSimulation(
      .oneForAll, [.scripted("a"), .scripted("t", .temporary) { $0.significant = true }],
      autoShutdown: .anySignificant)
    sim.begin()
    sim.end("a")
    #expect(sim.isGoingOn)
    #expect(sim.phase("a") == .running)
  }

  @Test func `S14 all significant children have to end, and one that waits to restart counts as alive`() {
    let waits = Backoff.constant(.seconds(5)).delayingFirst()
    let sim = MachineSimulation(
      .oneForOne,
      [
        .scripted("a", .transient) { $0.significant = true },
        .scripted("b", .transient, backoff: waits) { $0.significant = true },
      ], autoShutdown: .allSignificant)
    sim.begin()
    sim.end("b")
    sim.end("a", .normal)
    #expect(sim.isGoingOn)
    sim.advance(by: .seconds(5))
    sim.end("b", .normal)
    #expect(sim.endedCleanly)
  }

  @Test func `S15 the supervisor stops the others in order and ends without an error`() {
    let sim = significant(.anySignificant)
    sim.forgetTrace()
    sim.end("a", .normal)
    #expect(sim.order("stop", "down") == ["stop c", "stop b", "down"])
  }
}
