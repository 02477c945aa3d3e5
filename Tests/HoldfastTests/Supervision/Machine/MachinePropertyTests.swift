import HoldfastTesting
import Testing

@testable import Holdfast

/// Random supervisors, children and calls; whatever happens, the laws hold. A failure names its seed.
@Suite(.timeLimit(.minutes(10))) struct MachinePropertyTests {
  private static let seeds = 0..<3000 as Range<UInt64>

  @Test(arguments: Strategy.allCases) func `the laws of a supervisor hold for every seed`(strategy: Strategy) {
    for seed in Self.seeds {
      var run = RandomRun(strategy, seed: seed)
      let broken = run.play()
      if !broken.isEmpty {
        Issue.record("seed \(seed), \(strategy): \(broken.joined(separator: "; "))")
        return
      }
    }
  }
}

/// One random life of one random supervisor.
private struct RandomRun {
  typealias Act = MachineSimulation.Act

  private var random: SplitMix64
  private let sim: MachineSimulation
  private var ids: [String]
  private let intensity: Intensity
  private let shutdown: Duration?
  private var broken: [String] = []

  init(_ strategy: Strategy, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let ids = (0..<Int.random(in: 0...5, using: &random)).map { "c\($0)" }
    var plan = SupervisorPlan()
    plan.strategy = strategy
    plan.autoShutdown = AutoShutdown.allCases.randomElement(using: &random) ?? .never
    plan.intensity = Self.intensity(&random)
    plan.stopOrder = Int.random(in: 0..<4, using: &random) == 0 ? .together : .reverse
    plan.isDynamic = Int.random(in: 0..<6, using: &random) == 0
    if plan.isDynamic { plan.autoShutdown = .never }
    if Bool.random(using: &random) { plan.shutdown = .milliseconds(Int.random(in: 0...9000, using: &random)) }
    plan.children = ids.map { id in
      Self.child(id, plan.autoShutdown, &random, gates: ids.filter { $0 < id })
    }
    self.ids = ids
    intensity = plan.intensity
    shutdown = plan.shutdown
    var acts: [String: [Act]] = [:]
    for id in ids + ["x0", "x1", "x2"] { acts[id] = (0..<3).map { _ in Self.act(&random) } + [.run] }
    sim = MachineSimulation(plan, acts: acts, seed: seed)
    self.random = random
  }

  mutating func play() -> [String] {
    sim.begin()
    for _ in 0..<Int.random(in: 5...40, using: &random) {
      move()
      check()
      if !sim.isGoingOn { break }
    }
    finish()
    return broken + sim.violations
  }

  // MARK: Moves

  private mutating func move() {
    let id = (ids + ["x0", "x1", "x2", "nobody"]).randomElement(using: &random) ?? "nobody"
    switch Int.random(in: 0..<14, using: &random) {
    case 0, 1, 2: sim.end(id)
    case 3: sim.end(id, .normal)
    case 4: sim.terminate(id)
    case 5: sim.restart(id)
    case 6: sim.delete(id)
    case 7: sim.skip(id)
    case 8:
      let new = ["x0", "x1", "x2"] + ids
      sim.add(Self.child(new.randomElement(using: &random) ?? "x0", .never, &random, gates: new))
    case 9: sim.beat(id)
    case 10: abandonSomeStart()
    case 11: if Int.random(in: 0..<6, using: &random) == 0 { sim.stop() }
    default: sim.advance(by: .milliseconds(Int.random(in: 1...3000, using: &random)))
    }
  }

  private mutating func abandonSomeStart() {
    guard sim.tokens > 0 else { return }
    let token = ReplyToken.random(in: 1...sim.tokens, using: &random)
    sim.tell { $0.abandonStart(token, at: $1) }
  }

  // MARK: Laws

  private mutating func check() {
    let slab = sim.machine.children
    let phases = slab.inOrder.map { slab[$0].phase }
    for phase in Phase.allCases where slab[phase] != phases.count(where: { $0 == phase }) {
      broken.append("the count of \(phase) is wrong")
    }
    let active = slab.inOrder.filter { slab[$0].phase.isActive }.map { slab[$0].child.id }.sorted()
    if active != sim.liveIDs { broken.append("active \(active), alive \(sim.liveIDs)") }
    if slab.count != phases.count { broken.append("\(slab.count) specifications, \(phases.count) in order") }
    if case .running = sim.machine.mode, phases.contains(where: { $0 == .pending || $0 == .restarting }) {
      broken.append("a child waits for a start that nobody makes: \(phases)")
    }
    let isStarting =
      phases.contains(.starting) || phases.contains(.stopping) || sim.machine.ownDeadline < .distantFuture
    if [.starting, .regrouping].contains(sim.stage), !isStarting { broken.append("a start sequence stands still") }
    checkWaiting(slab)
    checkStopOrder(slab)
    if sim.machine.window.limit < .max, sim.machine.window.budget(at: sim.now) < 0 { broken.append("window overdrawn") }
  }

  /// Whoever waits for something has a deadline that will be noticed.
  private mutating func checkWaiting(_ slab: ChildSlab) {
    for slot in slab.inOrder {
      let record = slab[slot]
      let isTimed = record.phase == .waiting || record.phase == .starting
      if isTimed, record.deadline == .distantFuture || record.queued > record.deadline {
        broken.append("\(record.child.id) is \(record.phase) without a deadline")
      }
      if record.reply != 0, !record.phase.isActive, !record.phase.isQueued {
        broken.append("a caller waits for \(record.child.id), which is \(record.phase)")
      }
    }
  }

  /// An orderly stop asks one child at a time, and only once everything after it is gone.
  private mutating func checkStopOrder(_ slab: ChildSlab) {
    guard case .stopping(let stopping) = sim.machine.mode, case .orderly = stopping.stage,
      sim.machine.plan.stopOrder == .reverse
    else { return }
    let asked = slab.inOrder.filter { slab[$0].purpose == .shutdown && slab[$0].phase == .stopping }
    if asked.count > 1 { broken.append("\(asked.count) children asked at once") }
    guard let first = asked.first else { return }
    let later = slab.inOrder.filter { slab[$0].sequence > slab[first].sequence && slab[$0].phase.isActive }
    if !later.isEmpty { broken.append("\(slab[first].child.id) asked before a later one was gone") }
  }

  private mutating func finish() {
    let wasGoingOn = sim.isGoingOn
    if wasGoingOn { sim.stop() }
    let begun = sim.now
    let starts = sim.order("start").count
    sim.advance(by: .seconds(61))
    if sim.isGoingOn { broken.append("the stop did not end") }
    if sim.order("start").count != starts { broken.append("a child started after the stop") }
    let down = sim.trace.last { $0.what == "down" }?.at
    if wasGoingOn, let shutdown, let down, down > begun.advanced(by: shutdown) {
      broken.append("the stop took \(begun.duration(to: down)) instead of \(shutdown)")
    }
    for (token, replies) in sim.replies where replies.count != 1 {
      broken.append("token \(token) was answered \(replies.count) times")
    }
    if sim.order("up").count > 1 { broken.append("up twice") }
    let late = sim.machine.nextDeadline
    if late != .distantFuture { broken.append("a deadline is left: \(late)") }
    checkIntensity()
  }

  /// Restarts without a delay stay within the window; only a cool-down of the supervisor forgets them.
  private mutating func checkIntensity() {
    if case .coolDown = intensity.breach { return }
    guard sim.machine.plan.strategy == .oneForOne else { return }
    let immediate = zip(sim.trace, sim.trace.dropFirst()).filter { end, start in
      end.what.hasPrefix("fail ") && start.what == "start " + end.what.dropFirst(5)
    }
    let instants = immediate.map(\.1.at)
    for (first, last) in zip(instants, instants.dropFirst(intensity.restarts))
    where first.duration(to: last) <= intensity.period {
      broken.append("\(intensity.restarts + 1) restarts within \(first.duration(to: last))")
    }
  }

  // MARK: Dice

  private static func intensity(_ random: inout SplitMix64) -> Intensity {
    let breach: [BreachAction] = [.escalate, .park, .coolDown(.seconds(2)), .exitProcess(1)]
    let counting: Intensity.Counting = Bool.random(using: &random) ? .allRestarts : .immediateRestarts
    return .restarts(
      Int.random(in: 0...6, using: &random), within: .milliseconds(Int.random(in: 1...5000, using: &random)),
      counting: counting, then: breach.randomElement(using: &random) ?? .escalate)
  }

  private static func child(
    _ id: String, _ autoShutdown: AutoShutdown, _ random: inout SplitMix64, gates: [String]
  ) -> Child {
    let backoffs: [Backoff] = [
      .none, .constant(.milliseconds(700)), .exponential(from: .milliseconds(100), jitter: .full),
      Backoff.constant(.seconds(1)).delayingFirst(), Backoff.fibonacci(from: .milliseconds(50)).asMinimumLifetime(),
    ]
    let shutdowns: [ShutdownPolicy] = [.standard, .immediately, .unlimited, .within(.milliseconds(300))]
    return .scripted(
      id, RestartPolicy.allCases.randomElement(using: &random) ?? .permanent,
      backoff: backoffs.randomElement(using: &random) ?? .none
    ) { options in
      options.shutdown = shutdowns.randomElement(using: &random) ?? .standard
      options.startDeadline = .milliseconds(Int.random(in: 1...4000, using: &random))
      options.startMayFail = Int.random(in: 0..<3, using: &random) > 0
      if Int.random(in: 0..<4, using: &random) == 0 {
        options.gate = .after(Set(gates.filter { _ in Bool.random(using: &random) }))
      }
      options.autostart = Int.random(in: 0..<8, using: &random) > 0
      options.significant =
        autoShutdown != .never && options.restart != .permanent && Bool.random(using: &random)
      if Int.random(in: 0..<4, using: &random) == 0 { options.heartbeat = .seconds(2) }
      if Int.random(in: 0..<4, using: &random) == 0 {
        options.limit = .failures(
          Int.random(in: 0...3, using: &random), then: Bool.random(using: &random) ? .park : .coolDown(.seconds(1)))
      }
    }
  }

  private static func act(_ random: inout SplitMix64) -> Act {
    let delay = Duration.milliseconds(Int.random(in: 0...2500, using: &random))
    switch Int.random(in: 0..<11, using: &random) {
    case 0: return .fail()
    case 1: return .fail(delay)
    case 2: return .crash(delay)
    case 3: return .finish(delay)
    case 4: return .ready(delay)
    case 5: return .stops(delay)
    case 6: return .deaf(delay)
    case 7: return .deaf()
    case 8: return .ignore()
    case 9: return .hangInStart
    default: return .run
    }
  }
}
