import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct StrategyTests {
  typealias Act = MachineSimulation.Act

  private func trio(_ strategy: Strategy, _ acts: [String: [Act]] = [:]) -> MachineSimulation {
    let sim = MachineSimulation(strategy, [.scripted("a"), .scripted("b"), .scripted("c")], acts: acts)
    sim.begin()
    sim.forgetTrace()
    return sim
  }

  @Test func `S1 one for one restarts only the failed child`() {
    let sim = trio(.oneForOne)
    sim.end("b")
    #expect(sim.order("start", "stop") == ["start b"])
  }

  @Test func `S2 one for all stops the others newest first, then starts all in order`() {
    let sim = trio(.oneForAll)
    sim.end("b")
    #expect(sim.order("start", "stop") == ["stop c", "stop a", "start a", "start b", "start c"])
  }

  @Test func `S2 one for all also starts children that finished or were stopped by hand`() {
    let sim = MachineSimulation(.oneForAll, [.scripted("a"), .scripted("b", .transient), .scripted("c")])
    sim.begin()
    sim.end("b", .normal)
    sim.terminate("c")
    sim.forgetTrace()
    sim.end("a")
    #expect(sim.order("start", "stop") == ["start a", "start b", "start c"])
  }

  @Test func `S2 a child that finishes while its group stops is started with it, too`() {
    let sim = MachineSimulation(
      .oneForAll, [.scripted("a"), .scripted("b", .transient), .scripted("c")],
      acts: ["c": [.stops(.seconds(1)), .run]])
    sim.begin()
    sim.end("a")
    sim.end("b", .normal)
    sim.advance(by: .seconds(2))
    #expect(["a", "b", "c"].map { sim.phase($0) } == [.running, .running, .running])
  }

  @Test func `S2 S11 a temporary sibling is stopped and forgotten`() {
    let sim = MachineSimulation(.oneForAll, [.scripted("a"), .scripted("t", .temporary), .scripted("c")])
    sim.begin()
    sim.forgetTrace()
    sim.end("a")
    #expect(sim.order("start", "stop") == ["stop c", "stop t", "start a", "start c"])
    #expect(sim.phase("t") == nil)
  }

  @Test func `S3 rest for one leaves earlier children alone`() {
    let sim = trio(.restForOne)
    sim.end("b")
    #expect(sim.order("start", "stop") == ["stop c", "start b", "start c"])
  }

  @Test func `S4 a failing restart under one for all stops again what had been restarted`() {
    let sim = trio(.oneForAll, ["b": [.run, .fail(), .run]])
    sim.end("c")
    #expect(
      sim.order("start", "stop") == [
        "stop b", "stop a", "start a", "start b", "stop a", "start a", "start b", "start c",
      ])
  }

  @Test func `S4 a failing restart under rest for one resumes from that child`() {
    let sim = trio(.restForOne, ["b": [.run, .fail(), .run]])
    sim.end("a")
    #expect(
      sim.order("start", "stop") == ["stop c", "stop b", "start a", "start b", "start b", "start c"])
  }

  @Test func `S38 the group stops at once and waits for the delay before it starts`() {
    let backoff = Backoff.constant(.seconds(2)).delayingFirst()
    let sim = MachineSimulation(.oneForAll, [.scripted("a"), .scripted("b", backoff: backoff)])
    sim.begin()
    sim.forgetTrace()
    sim.end("b")
    #expect(sim.times("stop a") == [0])
    #expect(sim.phase("a") == .restarting)
    sim.advance(by: .seconds(10))
    #expect(sim.times("start a") == [2000])
    #expect(sim.times("start b") == [2000])
  }

  @Test func `S38 a neighbour that fails meanwhile joins the group, and the longest delay holds`() {
    func delayed(_ seconds: Int) -> Backoff { .constant(.seconds(seconds)).delayingFirst() }
    let sim = MachineSimulation(
      .restForOne, [.scripted("a", backoff: delayed(5)), .scripted("b", backoff: delayed(2)), .scripted("c")])
    sim.begin()
    sim.forgetTrace()
    sim.end("b")
    sim.advance(by: .seconds(1))
    sim.end("a")
    sim.advance(by: .seconds(10))
    #expect(sim.times("start a") == [6000])
    #expect(sim.times("start b") == [6000])
    #expect(sim.times("start c") == [6000])
  }

  @Test func `S38 skipping the delay of one member starts the whole group`() {
    let backoff = Backoff.constant(.seconds(600)).delayingFirst()
    let sim = MachineSimulation(.oneForAll, [.scripted("a"), .scripted("b", backoff: backoff)])
    sim.begin()
    sim.end("b")
    sim.forgetTrace()
    #expect(sim.skip("a") == nil)
    #expect(sim.order("start") == ["start a", "start b"])
    sim.advance(by: .seconds(1000))
    #expect(sim.order("start").count == 2)
  }

  @Test func `S38 a delay skipped while the group still stops is not waited for afterwards`() {
    let backoff = Backoff.constant(.seconds(600)).delayingFirst()
    let sim = MachineSimulation(
      .oneForAll, [.scripted("a"), .scripted("b", backoff: backoff)], acts: ["a": [.stops(.seconds(1)), .run]])
    sim.begin()
    sim.end("b")
    #expect(sim.skip("b") == nil)
    sim.advance(by: .seconds(2))
    #expect(sim.times("start b") == [0, 1000])
  }

  @Test func `S2 a child stopped by hand during the delay of its group stays down`() {
    let backoff = Backoff.constant(.seconds(1)).delayingFirst()
    let sim = MachineSimulation(.oneForAll, [.scripted("a"), .scripted("b", backoff: backoff)])
    sim.begin()
    sim.end("b")
    sim.terminate("a")
    sim.advance(by: .seconds(2))
    #expect(sim.phase("a") == .stopped)
    #expect(sim.phase("b") == .running)
  }

  @Test func `S8 a cascade of failures inside one group counts once`() {
    let ids = (0..<8).map { "c\($0)" }
    let sim = MachineSimulation(
      .oneForAll, ids.map { .scripted($0) }, intensity: .restarts(1, within: .seconds(10)),
      acts: Dictionary(uniqueKeysWithValues: ids.map { ($0, [.stops(.seconds(1)), .run]) }))
    sim.begin()
    for id in ids.dropLast() { sim.end(id) }
    sim.advance(by: .seconds(5))
    #expect(sim.isGoingOn)
    #expect(ids.allSatisfy { sim.phase($0) == .running })
  }

  @Test func `S23 a group restart during the first start takes the rest of the start with it`() {
    let sim = MachineSimulation(
      .oneForAll, [.scripted("a"), .scripted("b"), .scripted("c")], acts: ["b": [.ready(.seconds(1))]])
    sim.begin()
    sim.end("a")
    sim.advance(by: .seconds(3))
    #expect(sim.order("up") == ["up"])
    #expect(sim.phase("c") == .running)
  }

  @Test func `S4 a child added and lost during a group start does not stall that start`() {
    let sim = MachineSimulation(
      .restForOne, [.scripted("a"), .scripted("b"), .scripted("c")], acts: ["b": [.run, .ready(.seconds(1))]])
    sim.begin()
    sim.end("a")
    sim.add(.scripted("x"))
    sim.end("x")
    sim.advance(by: .seconds(5))
    #expect(["a", "b", "c", "x"].map { sim.phase($0) } == Array(repeating: .running, count: 4))
  }

  @Test func `S25 S28 a child that ignored its start by call can be started by its group and fail there`() {
    let sim = MachineSimulation(.oneForAll, [.scripted("a")], acts: ["x": [.ignore(), .fail(), .run]])
    sim.begin()
    sim.add(.scripted("x"))
    sim.add(.scripted("y"))
    sim.end("a")
    #expect(["a", "x", "y"].map { sim.phase($0) } == Array(repeating: .running, count: 3))
  }
}
