import Testing

@testable import Holdfast

/// §1.8: every call in every state of a child.
@Suite(.timeLimit(.minutes(10))) struct CallTests {
  typealias Code = SupervisorError.Code

  struct Row: Sendable, CustomStringConvertible {
    let phase: Phase
    let start: Code?
    let terminate: Code?
    let restart: Code?
    let delete: Code?
    let skip: Code?
    var description: String { "\(phase)" }
  }

  static let matrix: [Row] = [
    Row(
      phase: .pending, start: .alreadyPresent, terminate: nil, restart: .restarting, delete: .restarting,
      skip: .notWaiting),
    Row(
      phase: .starting, start: .alreadyStarted, terminate: nil, restart: .running, delete: .running, skip: .notWaiting),
    Row(
      phase: .running, start: .alreadyStarted, terminate: nil, restart: .running, delete: .running, skip: .notWaiting),
    Row(
      phase: .stopping, start: .alreadyStarted, terminate: nil, restart: .running, delete: .running, skip: .notWaiting),
    Row(phase: .waiting, start: .alreadyPresent, terminate: nil, restart: .restarting, delete: .restarting, skip: nil),
    Row(
      phase: .restarting, start: .alreadyPresent, terminate: nil, restart: .restarting, delete: .restarting, skip: nil),
    Row(phase: .stopped, start: .alreadyPresent, terminate: nil, restart: nil, delete: nil, skip: .notWaiting),
    Row(phase: .finished, start: .alreadyPresent, terminate: nil, restart: nil, delete: nil, skip: .notWaiting),
    Row(phase: .parked, start: .alreadyPresent, terminate: nil, restart: nil, delete: nil, skip: .notWaiting),
  ]

  /// A supervisor whose child `x` is in that phase.
  private func sim(_ phase: Phase) -> MachineSimulation {
    let slow = Backoff.constant(.seconds(60)).delayingFirst()
    let x = Child.scripted("x", .transient, backoff: phase == .waiting || phase == .restarting ? slow : .none) {
      if phase == .parked { $0.limit = .failures(0, then: .park) }
    }
    let sim = MachineSimulation(
      phase == .restarting ? .oneForAll : .oneForOne, [.scripted("first") { $0.startDeadline = .seconds(10_000) }, x],
      acts: [
        "first": [phase == .pending ? .hangInStart : .run],
        "x": [phase == .starting ? .hangInStart : phase == .stopping ? .stops(.seconds(1)) : .run],
      ])
    sim.begin()
    switch phase {
    case .stopping, .stopped: sim.terminate("x")
    case .waiting, .restarting, .parked: sim.end("x")
    case .finished: sim.end("x", .normal)
    case .pending, .starting, .running: break
    }
    return sim
  }

  @Test(arguments: matrix) func `S28 each call in each state`(row: Row) {
    #expect(sim(row.phase).phase("x") == row.phase)
    #expect(sim(row.phase).add(.scripted("x")) == row.start)
    #expect(sim(row.phase).terminate("x") == row.terminate)
    #expect(sim(row.phase).restart("x") == row.restart)
    #expect(sim(row.phase).delete("x") == row.delete)
    #expect(sim(row.phase).skip("x") == row.skip)
  }

  @Test(arguments: Phase.allCases) func `S28 a terminated child is down, and its call is answered once`(phase: Phase) {
    let sim = sim(phase)
    sim.terminate("x")
    let token = sim.tokens
    sim.advance(by: .seconds(1))
    #expect(sim.phase("x") == .stopped)
    #expect(sim.replies[token]?.count == 1)
    sim.advance(by: .seconds(1000))
    #expect(sim.phase("x") == .stopped)
    #expect(sim.violations == [])
  }

  @Test(arguments: [Phase.stopped, .finished, .parked]) func `a child started by hand has a clean record`(phase: Phase)
  {
    let sim = sim(phase)
    sim.restart("x")
    #expect(sim.phase("x") == .running)
    let slot = sim.machine.children.slot(of: "x")
    #expect(slot.map { sim.machine.children[$0].backoff.attempt } == 0)
    guard case .running(2)? = sim.replies[sim.tokens]?.first else {
      Issue.record("not answered with generation 2: \(sim.replies)")
      return
    }
  }

  @Test func `an unknown child is not found, and nothing answers outside a run`() {
    let sim = sim(.running)
    let unknown = [sim.terminate("y"), sim.restart("y"), sim.delete("y"), sim.skip("y")]
    #expect(unknown == Array(repeating: .notFound, count: 4))
    sim.stop()
    let outside = [sim.add(.scripted("y")), sim.terminate("x"), sim.restart("x"), sim.delete("x")]
    #expect(outside == Array(repeating: .notRunning, count: 4))
  }

  @Test func `calls during a stop are refused, and waiting ones are answered`() {
    let sim = MachineSimulation(
      .oneForOne, [.scripted("a")], acts: ["a": [.stops(.seconds(2))], "x": [.hangInStart]])
    sim.begin()
    sim.add(.scripted("x"))
    let start = sim.tokens
    sim.terminate("a")
    let stop = sim.tokens
    sim.stop()
    let refused = [sim.add(.scripted("y")), sim.terminate("a"), sim.restart("a"), sim.delete("a")]
    #expect(refused == Array(repeating: .stopping, count: 4))
    sim.advance(by: .seconds(5))
    #expect(sim.replies[start]?.count == 1)
    #expect(sim.replies[stop]?.count == 1)
  }

  @Test func `start_child that fails forgets the specification, restart_child keeps it`() {
    let sim = MachineSimulation(.oneForOne, [.scripted("a")], acts: ["a": [.run, .fail()], "x": [.fail()]])
    sim.begin()
    sim.add(.scripted("x"))
    #expect(sim.phase("x") == nil)
    guard case .failure(let error)? = sim.replies[sim.tokens]?.first else {
      Issue.record("not answered with a failure")
      return
    }
    #expect(error.code == .startFailed)
    sim.terminate("a")
    sim.restart("a")
    #expect(sim.phase("a") == .stopped)
  }

  @Test func `start_child that misses its start deadline forgets the specification`() {
    let sim = MachineSimulation(.oneForOne, [], acts: ["x": [.hangInStart]])
    sim.begin()
    sim.add(.scripted("x") { $0.startDeadline = .seconds(1) })
    sim.advance(by: .seconds(1))
    #expect(sim.phase("x") == nil)
    #expect(sim.replies[sim.tokens]?.count == 1)
  }

  @Test func `S25 start_child of an unwanted child keeps it, down`() {
    let sim = MachineSimulation(.oneForOne, [], acts: ["x": [.ignore()]])
    sim.begin()
    sim.add(.scripted("x"))
    #expect(sim.phase("x") == .finished)
    sim.terminate("x")
    #expect(sim.phase("x") == .stopped)
  }

  @Test func `G20 a caller that goes away takes its start back`() {
    let sim = MachineSimulation(.oneForOne, [], acts: ["x": [.hangInStart]])
    sim.begin()
    sim.add(.scripted("x"))
    let token = sim.tokens
    sim.tell { $0.abandonStart(token, at: $1) }
    #expect(sim.phase("x") == nil)
    #expect(sim.replies[token]?.count == 1)
    #expect(sim.add(.scripted("x")) == nil)
  }

  @Test func `S34 no more children than maxChildren`() {
    var plan = SupervisorPlan()
    plan.maxChildren = 2
    let sim = MachineSimulation(plan)
    sim.begin()
    let codes = ["x", "y", "z"].map { sim.add(.scripted($0)) }
    #expect(codes == [nil, nil, .maxChildren])
  }

  @Test func `G33 §3.2.5 a generation that is over can say nothing any more`() {
    let sim = MachineSimulation(.oneForOne, [.scripted("a")], acts: ["a": [.run, .hangInStart]])
    sim.begin()
    let old = ChildReference(slot: 0, generation: 1)
    sim.end("a")
    sim.tell { $0.childBecameReady(old, at: $1) }
    sim.tell { $0.childEnded(old, .normal, at: $1) }
    #expect(sim.phase("a") == .starting)
    let listens = sim.machine.listen(old)
    #expect(!listens)
  }
}
