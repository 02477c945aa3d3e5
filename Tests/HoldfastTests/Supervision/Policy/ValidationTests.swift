import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct ValidationTests {
  private func refusal(of children: [Child], _ autoShutdown: AutoShutdown = .never) -> SupervisorError? {
    var plan = SupervisorPlan()
    plan.autoShutdown = autoShutdown
    plan.children = children
    return refusal(plan)
  }

  private func refusal(_ plan: SupervisorPlan) -> SupervisorError? {
    do throws(SupervisorError) {
      try plan.validate()
      return nil
    } catch {
      return error
    }
  }

  @Test func `S12 a significant child with automatic shutdown never is refused, before significant and permanent is`() {
    let both = Child.scripted("a", .permanent) { $0.significant = true }
    #expect(refusal(of: [both])?.reason.contains("autoShutdown") == true)
    #expect(refusal(of: [both], .anySignificant)?.reason.contains("permanent") == true)
    #expect(refusal(of: [.scripted("a", .transient) { $0.significant = true }], .anySignificant) == nil)
  }

  @Test func `S16 automatic shutdown does not go with a template`() {
    var plan = SupervisorPlan()
    plan.isDynamic = true
    plan.autoShutdown = .allSignificant
    #expect(refusal(plan)?.code == .invalidSpecification)
  }

  @Test func `S26 S29 two children with one id are refused by name`() {
    let error = refusal(of: [.scripted("a"), .scripted("b"), .scripted("a")])
    #expect(error?.child == "a")
    #expect(error?.code == .invalidSpecification)
  }

  static let bad: [(String, @Sendable (inout Child.Options) -> Void)] = [
    ("startDeadline", { $0.startDeadline = .zero }),
    ("heartbeat", { $0.heartbeat = .seconds(-1) }),
    ("probe", { $0.readiness = .probe(every: .zero) { true } }),
    ("grace", { $0.shutdown = ShutdownPolicy(grace: .seconds(-1), cancellation: .zero) }),
    ("cancellation", { $0.shutdown = ShutdownPolicy(grace: .zero, cancellation: .seconds(-1)) }),
    ("cap", { $0.backoff.cap = .seconds(-1) }),
    ("reset", { $0.backoff.reset = .seconds(-1) }),
    ("factor", { $0.backoff = .exponential(from: .seconds(1), factor: 0.5) }),
    ("factor", { $0.backoff = .exponential(from: .seconds(1), factor: .nan) }),
    ("first delay", { $0.backoff = .fibonacci(from: .seconds(-1)) }),
    ("step", { $0.backoff = .linear(from: .zero, step: .seconds(-1)) }),
    ("failure limit", { $0.limit = .failures(-1) }),
    ("cool-down", { $0.limit = .failures(1, then: .coolDown(.seconds(-1))) }),
  ]

  @Test(arguments: bad.indices) func `S29 an option out of range is refused, naming the child and the option`(
    index: Int
  ) {
    let (word, change) = Self.bad[index]
    let error = refusal(of: [.scripted("web", .permanent, backoff: .none, change)])
    #expect(error?.child == "web")
    #expect(error?.reason.contains(word) == true)
  }

  @Test(arguments: ["", "a\u{7}b", "line\nbreak"]) func `S29 an id that cannot be shown is refused`(id: String) {
    #expect(refusal(of: [.scripted(id)])?.code == .invalidSpecification)
  }

  static let badPlans: [@Sendable (inout SupervisorPlan) -> Void] = [
    { $0.intensity = .restarts(-1, within: .seconds(1)) },
    { $0.intensity = .restarts(1, within: .zero) },
    { $0.intensity = .restarts(1, within: .seconds(1), then: .coolDown(.seconds(-1))) },
    { $0.maxChildren = -1 },
    { $0.shutdown = .seconds(-1) },
    {
      $0.maxChildren = 1
      $0.children = [.scripted("a"), .scripted("b")]
    },
  ]

  @Test(arguments: badPlans.indices) func `S26 a supervisor with a bad flag is refused`(index: Int) {
    var plan = SupervisorPlan()
    Self.badPlans[index](&plan)
    #expect(refusal(plan)?.code == .invalidSpecification)
  }

  @Test func `S29 a child that is added is checked like the others, before any effect`() {
    let sim = MachineSimulation(.oneForOne, [])
    sim.begin()
    #expect(sim.add(.scripted("x") { $0.startDeadline = .zero }) == .invalidSpecification)
    #expect(sim.phase("x") == nil)
  }

  @Test func `S9 S18 S30 the defaults`() {
    let options = Child.Options()
    #expect(options.restart == .permanent)
    #expect(options.kind == .worker)
    #expect(!options.significant)
    #expect(options.shutdown == .within(.seconds(5)))
    #expect(options.startDeadline == .seconds(30))
    #expect(options.limit == nil)
    #expect(Intensity.standard == .restarts(5, within: .seconds(30)))
    #expect(Intensity.standard.breach == .escalate)
  }
}
