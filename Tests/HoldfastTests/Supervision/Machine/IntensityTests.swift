import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct IntensityTests {
  private func solo(
    _ intensity: Intensity, backoff: Backoff = .none, limit: FailureLimit? = nil,
    acts: [MachineSimulation.Act] = [.run]
  ) -> MachineSimulation {
    let sim = MachineSimulation(
      .oneForOne, [.scripted("a", backoff: backoff) { $0.limit = limit }, .scripted("z")], intensity: intensity,
      acts: ["a": acts])
    sim.begin()
    return sim
  }

  @Test(arguments: [0, 1, 3]) func `S6 S8 one restart more than allowed ends the supervisor`(allowed: Int) {
    let sim = solo(.restarts(allowed, within: .seconds(10)))
    for _ in 0..<allowed { sim.end("a") }
    #expect(sim.isGoingOn)
    sim.end("a")
    #expect(sim.outcome??.code == .restartLimitReached)
    #expect(sim.outcome??.child == "a")
    #expect(sim.told("limitReached", "a").count == 1)
  }

  @Test(arguments: [(Duration.seconds(10), true), (Duration.nanoseconds(10_000_000_001), false)])
  func `S6 S7 the window counts nanoseconds and includes its edge`(gap: Duration, breaches: Bool) {
    let sim = solo(.restarts(1, within: .seconds(10)))
    sim.end("a")
    sim.advance(by: gap)
    sim.end("a")
    #expect(sim.isGoingOn != breaches)
  }

  @Test func `S8 counting is per supervisor, not per child`() {
    let sim = solo(.restarts(1, within: .seconds(10)))
    sim.end("a")
    sim.end("z")
    #expect(sim.outcome??.child == "z")
  }

  @Test func `S8 a whole group restart counts as one, and each retry of a failing start as one more`() {
    let sim = MachineSimulation(
      .oneForAll, [.scripted("a"), .scripted("b")], intensity: .restarts(2, within: .seconds(10)),
      acts: ["b": [.run, .fail(), .run]])
    sim.begin()
    sim.end("a")
    #expect(sim.isGoingOn)
    sim.end("a")
    #expect(sim.outcome??.code == .restartLimitReached)
  }

  @Test func `S8 starts and stops by hand do not count`() {
    let sim = solo(.restarts(0, within: .seconds(10)))
    for _ in 0..<5 {
      sim.terminate("a")
      sim.restart("a")
    }
    #expect(sim.isGoingOn)
    #expect(sim.phase("a") == .running)
  }

  @Test func `S27 a child that cannot start melts its supervisor after one attempt more than allowed`() {
    let sim = solo(.restarts(3, within: .seconds(10)), acts: [.run, .fail()])
    sim.end("a")
    #expect(sim.order("start a").count == 4)
    #expect(sim.outcome??.code == .restartLimitReached)
  }

  @Test func `D13 delayed restarts count only when the supervisor says so`() {
    let backoff = Backoff.constant(.seconds(1)).delayingFirst()
    let patient = solo(.restarts(3, within: .seconds(60)), backoff: backoff, acts: [.crash(.seconds(1))])
    patient.advance(by: .seconds(100))
    #expect(patient.isGoingOn)
    let strict = solo(
      .restarts(3, within: .seconds(60), counting: .allRestarts), backoff: backoff, acts: [.crash(.seconds(1))])
    strict.advance(by: .seconds(6.5))
    #expect(strict.isGoingOn)
    strict.advance(by: .seconds(1))
    #expect(strict.outcome??.code == .restartLimitReached)
  }

  @Test func `S10 the limit ends a supervisor with its own error, the cause and the recent exits`() throws {
    let sim = solo(.restarts(3, within: .seconds(10)))
    for _ in 0..<4 { sim.end("a") }
    let error = try #require(sim.outcome ?? nil)
    #expect(error.underlying is MachineSimulation.Crash)
    #expect(!error.history.isEmpty)
    #expect(error.description.contains("3 restarts within 10"))
  }

  // MARK: Breach actions

  @Test func `a breach that parks leaves the rest running until somebody restarts the child`() {
    let sim = solo(.restarts(1, within: .seconds(10), then: .park))
    sim.end("a")
    sim.end("a")
    #expect(sim.phase("a") == .parked)
    #expect(sim.phase("z") == .running)
    sim.advance(by: .seconds(100))
    #expect(sim.phase("a") == .parked)
    #expect(sim.restart("a") == nil)
    #expect(sim.phase("a") == .running)
  }

  @Test func `a breach that parks takes the whole group with it`() {
    let sim = MachineSimulation(
      .restForOne, [.scripted("a"), .scripted("b"), .scripted("c")],
      intensity: .restarts(0, within: .seconds(10), then: .park))
    sim.begin()
    sim.end("b")
    #expect(["a", "b", "c"].map { sim.phase($0) } == [.running, .parked, .parked])
    sim.end("a")
    #expect(["a", "b", "c"].map { sim.phase($0) } == [.parked, .parked, .parked])
  }

  @Test func `S39 a breach that cools down starts the child with a clean record`() {
    let sim = solo(.restarts(1, within: .seconds(1000), then: .coolDown(.seconds(60))))
    sim.end("a")
    sim.end("a")
    #expect(sim.phase("a") == .waiting)
    sim.advance(by: .seconds(60))
    #expect(sim.times("start a") == [0, 0, 60_000])
    sim.end("a")
    #expect(sim.phase("a") == .running)
  }

  @Test func `a breach may end the process`() {
    let sim = solo(.restarts(0, within: .seconds(1), then: .exitProcess(75)))
    sim.end("a")
    #expect(sim.order.contains("exit 75"))
  }

  // MARK: The limit of one child

  @Test func `a child's own limit counts its failures in a row, whatever they wait`() {
    let backoff = Backoff.constant(.seconds(5)).delayingFirst()
    let sim = solo(.unlimited, backoff: backoff, limit: .failures(3, then: .park), acts: [.crash(.seconds(1))])
    sim.advance(by: .seconds(100))
    #expect(sim.phase("a") == .parked)
    #expect(sim.order("start a").count == 4)
    #expect(sim.phase("z") == .running)
  }

  @Test func `a healthy lifetime starts the count of failures anew`() {
    let backoff = Backoff.none.resetting(after: .seconds(60))
    let sim = solo(.unlimited, backoff: backoff, limit: .failures(1), acts: [.crash(.seconds(61))])
    sim.advance(by: .seconds(1000))
    #expect(sim.isGoingOn)
    #expect(sim.order("start a").count > 10)
  }

  @Test func `a child's own cool-down does not forget the restarts of the others`() {
    let sim = MachineSimulation(
      .oneForOne, [.scripted("a") { $0.limit = .failures(0, then: .coolDown(.seconds(1))) }, .scripted("z")],
      intensity: .restarts(1, within: .seconds(10)))
    sim.begin()
    sim.end("z")
    sim.end("a")
    sim.end("z")
    #expect(sim.outcome??.child == "z")
  }

  @Test func `a child's own limit escalates by default`() {
    let sim = solo(.unlimited, limit: .failures(0))
    sim.end("a")
    #expect(sim.outcome??.code == .restartLimitReached)
  }

  @Test func `a child that keeps failing is reported at five failures and at each doubling`() {
    let sim = solo(.unlimited, acts: [.crash(.milliseconds(1))])
    sim.advance(by: .milliseconds(45))
    let failures = sim.told("failingRepeatedly", "a").map { "\($0.kind)" }
    #expect(failures.count == 4)
    #expect(failures.last?.contains("40") == true)
  }

  @Test func `the window admits exactly its limit and forgets what is older`() {
    var window = RestartWindow(.restarts(2, within: .seconds(1)))
    let instants: [Int64] = [0, 10, 1_000_000_000, 1_000_000_001, 1_000_000_001]
    let admitted = instants.map { window.admit(at: Instant(nanoseconds: $0)) }
    #expect(admitted == [true, true, false, true, false])
    #expect(window.budget(at: Instant(nanoseconds: 1_000_000_011)) == 1)
  }
}
