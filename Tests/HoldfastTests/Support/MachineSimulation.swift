import HoldfastTesting
@testable import Holdfast

/// A world for `SupervisorMachine`: virtual time, scripted children, a queue of what happens next, and a trace.
final class MachineSimulation {
  struct Crash: Error, CustomStringConvertible {
    var description: String { "crash" }
  }

  /// What one generation does. Durations count from its start, those of stops from the request.
  struct Act {
    var ready: Duration? = .zero
    var end: (after: Duration, exit: Exit)?
    /// From the graceful request to the end; nil ignores it, or does not listen at all.
    var obeys: Duration?
    var listens = false
    /// From the cancellation to the end; nil never ends.
    var yields: Duration? = .zero

    static let run = Act()
    static func ready(_ delay: Duration) -> Act { Act(ready: delay) }
    static func fail(_ delay: Duration = .zero) -> Act { Act(ready: nil, end: (delay, .failed(Crash()))) }
    static func ignore() -> Act { Act(ready: nil, end: (.zero, .failed(ChildIgnored()))) }
    static func crash(_ delay: Duration) -> Act { Act(end: (delay, .failed(Crash()))) }
    static func finish(_ delay: Duration) -> Act { Act(end: (delay, .normal)) }
    static func stops(_ delay: Duration) -> Act { Act(obeys: delay, listens: true) }
    /// Deaf to the request; ends only so long after the cancellation, or never.
    static func deaf(_ delay: Duration? = nil) -> Act { Act(listens: true, yields: delay) }
    static let hangInStart = Act(ready: nil)
  }

  enum Happening {
    case ready(ChildReference)
    case ended(ChildReference, Exit)
  }

  struct Live {
    let id: String
    let act: Act
    var isAbandoned = false
  }

  var machine: SupervisorMachine
  var now = Instant.zero
  var acts: [String: [Act]]
  var attempts: [String: Int] = [:]
  var queue: [(at: Instant, number: Int, what: Happening)] = []
  var number = 0
  var live: [ChildReference: Live] = [:]
  var trace: [(at: Instant, what: String)] = []
  var notices: [Notice] = []
  var replies: [ReplyToken: [Reply]] = [:]
  var violations: [String] = []
  var outcome: SupervisorError??
  var tokens: ReplyToken = 0
  var isStopping = false

  init(_ plan: SupervisorPlan, acts: [String: [Act]] = [:], seed: UInt64 = 1) {
    machine = SupervisorMachine(plan, random: SplitMix64(seed: seed))
    machine.tellsRoutine = true
    self.acts = acts
  }

  /// A plan in one line.
  convenience init(
    _ strategy: Strategy = .oneForOne, _ children: [Child], intensity: Intensity = .unlimited,
    autoShutdown: AutoShutdown = .never, shutdown: Duration? = nil, acts: [String: [Act]] = [:], seed: UInt64 = 1
  ) {
    var plan = SupervisorPlan()
    plan.strategy = strategy
    plan.children = children
    plan.intensity = intensity
    plan.autoShutdown = autoShutdown
    plan.shutdown = shutdown
    self.init(plan, acts: acts, seed: seed)
  }
}
