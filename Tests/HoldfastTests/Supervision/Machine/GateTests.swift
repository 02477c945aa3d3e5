import Testing

@testable import Holdfast

/// Children that start beside each other, and those that wait for some of them only.
@Suite(.timeLimit(.minutes(10))) struct GateTests {
  private static func child(_ id: String, _ gate: StartGate = .previous) -> Child {
    .scripted(id) { $0.gate = gate }
  }

  private static func plan(_ children: [Child]) -> SupervisorPlan {
    var plan = SupervisorPlan()
    plan.children = children
    return plan
  }

  @Test func `children that wait for nobody start at once`() {
    let sim = MachineSimulation(
      Self.plan([Self.child("slow"), Self.child("quick", .after([]))]), acts: ["slow": [.ready(.seconds(3))]])
    sim.begin()
    #expect(sim.order("start") == ["start slow", "start quick"])
    #expect(sim.machine.modeName == "starting")
    sim.advance(by: .seconds(3))
    #expect(sim.machine.modeName == "running")
  }

  @Test func `a child starts as soon as those it names are ready`() {
    let children = [
      Self.child("database", .after([])), Self.child("slow", .after([])), Self.child("app", .after(["database"])),
      Self.child("last"),
    ]
    let sim = MachineSimulation(
      Self.plan(children), acts: ["database": [.ready(.seconds(1))], "slow": [.ready(.seconds(5))]])
    sim.begin()
    #expect(sim.order("start") == ["start database", "start slow"])
    sim.advance(by: .seconds(1))
    #expect(sim.order("start") == ["start database", "start slow", "start app"])
    sim.advance(by: .seconds(4))
    #expect(sim.order("start") == ["start database", "start slow", "start app", "start last"])
  }

  @Test func `a failing first start beside others stops them all`() {
    let sim = MachineSimulation(
      Self.plan([Self.child("slow", .after([])), Self.child("broken", .after([]))]),
      acts: ["slow": [.ready(.seconds(5))], "broken": [.fail(.seconds(1))]])
    sim.begin()
    sim.advance(by: .seconds(2))
    #expect(!sim.isGoingOn)
    #expect(sim.order("up").isEmpty)
  }

  @Test(arguments: ["b", "c", "nobody"]) func `a gate that names no child before it is refused`(_ name: String) {
    let plan = Self.plan([Self.child("a"), Self.child("b", .after([name])), Self.child("c")])
    #expect(throws: SupervisorError.self) { try plan.validate() }
  }
}
