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

  private enum Happening {
    case ready(ChildReference)
    case ended(ChildReference, Exit)
  }

  private struct Live {
    let id: String
    let act: Act
    var isAbandoned = false
  }

  var machine: SupervisorMachine
  var now = Instant.zero
  var acts: [String: [Act]]
  private var attempts: [String: Int] = [:]
  private var queue: [(at: Instant, number: Int, what: Happening)] = []
  private var number = 0
  private var live: [ChildReference: Live] = [:]
  private(set) var trace: [(at: Instant, what: String)] = []
  private(set) var notices: [Notice] = []
  private(set) var replies: [ReplyToken: [Reply]] = [:]
  private(set) var violations: [String] = []
  private(set) var outcome: SupervisorError??
  private(set) var tokens: ReplyToken = 0
  private var isStopping = false

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

// MARK: - What tests do

extension MachineSimulation {
  func begin() { tell { $0.begin(at: $1) } }
  func stop() { tell { $0.stop(.requested, at: $1) } }
  func hurry() { tell { $0.hurry(at: $1) } }

  func tell(_ event: (inout SupervisorMachine, Instant) -> Void) {
    event(&machine, now)
    perform()
    settle()
  }

  /// A call with a token; the code of the error when it is refused.
  @discardableResult
  func call(
    _ event: (inout SupervisorMachine, ReplyToken, Instant) throws(SupervisorError) -> Void
  ) -> SupervisorError.Code? {
    tokens += 1
    do throws(SupervisorError) {
      try event(&machine, tokens, now)
    } catch {
      return error.code
    }
    replies[tokens, default: []] = []
    note("call")
    perform()
    settle()
    return nil
  }

  @discardableResult
  func add(_ child: Child) -> SupervisorError.Code? {
    call { machine, token, now throws(SupervisorError) in try machine.add(child, token, at: now) }
  }

  @discardableResult
  func terminate(_ id: String) -> SupervisorError.Code? {
    call { machine, token, now throws(SupervisorError) in try machine.terminate(id, token, at: now) }
  }

  @discardableResult
  func restart(_ id: String) -> SupervisorError.Code? {
    call { machine, token, now throws(SupervisorError) in try machine.restart(id, token, at: now) }
  }

  @discardableResult
  func delete(_ id: String) -> SupervisorError.Code? {
    let code = call { machine, _, now throws(SupervisorError) in try machine.delete(id, at: now) }
    replies[tokens] = nil
    return code
  }

  @discardableResult
  func skip(_ id: String) -> SupervisorError.Code? {
    let code = call { machine, _, now throws(SupervisorError) in try machine.skipDelay(of: id, at: now) }
    replies[tokens] = nil
    return code
  }

  /// Ends the live generation of a child by itself.
  func end(_ id: String, _ exit: Exit = .failed(Crash())) {
    guard let reference = live.first(where: { $0.value.id == id && !$0.value.isAbandoned })?.key else { return }
    schedule(.ended(reference, exit), after: .zero)
    settle()
  }

  func beat(_ id: String) {
    guard let slot = machine.children.slot(of: id) else { return }
    machine.childBeat(machine.reference(slot), at: now)
  }

  func advance(by duration: Duration) { advance(to: now.advanced(by: duration)) }

  func advance(to end: Instant) {
    while let next = nextInstant, next <= end {
      now = max(now, next)
      step()
    }
    now = max(now, end)
  }

  /// Lets everything that is due now happen.
  private func settle() { advance(to: now) }
}

// MARK: - The world

extension MachineSimulation {
  var nextInstant: Instant? {
    let world = queue.map(\.at).min() ?? .distantFuture
    let next = min(world, machine.nextDeadline)
    return next == .distantFuture ? nil : next
  }

  private func step() {
    if let first = queue.indices.min(by: { (queue[$0].at, queue[$0].number) < (queue[$1].at, queue[$1].number) }),
      queue[first].at <= now
    {
      happen(queue.remove(at: first).what)
    } else {
      machine.timePassed(at: now)
    }
    perform()
  }

  private func happen(_ what: Happening) {
    switch what {
    case .ready(let reference):
      guard live[reference] != nil else { return }
      machine.childBecameReady(reference, at: now)
    case .ended(let reference, let exit):
      guard live.removeValue(forKey: reference) != nil else { return }
      machine.childEnded(reference, exit, at: now)
    }
  }

  private func perform() {
    let (effects, notices) = machine.drain()
    for notice in notices {
      self.notices.append(notice)
      if let line = line(notice) { note(line) }
      switch notice.kind {
      case .abandoned: markAbandoned(notice.id)
      case .supervisorStarting: isStopping = false
      case .supervisorStopping: isStopping = true
      case .starting where isStopping: violations.append("\(notice.id) started during a stop")
      default: break
      }
    }
    for effect in effects { perform(effect) }
  }

  private func perform(_ effect: Effect) {
    switch effect {
    case .spawn(let reference, let child): spawn(reference, child)
    case .askToStop(let reference):
      end(reference, after: live[reference]?.act.obeys)
    case .cancel(let reference):
      end(reference, after: live[reference]?.act.yields)
    case .reply(let token, let reply):
      if replies[token]?.isEmpty != true { violations.append("token \(token) was answered twice or is unknown") }
      replies[token, default: []].append(reply)
    case .started: note("up")
    case .finished(let error):
      note("down")
      outcome = .some(error)
      let left = live.values.filter { !$0.isAbandoned }.map(\.id)
      if !left.isEmpty { violations.append("finished while \(left) still run") }
    case .exitProcess(let status): note("exit \(status)")
    }
  }

  private func spawn(_ reference: ChildReference, _ child: Child) {
    if live.values.contains(where: { $0.id == child.id && !$0.isAbandoned }) {
      violations.append("\(child.id) has two live instances at \(milliseconds(now))")
    }
    let attempt = attempts[child.id, default: 0]
    attempts[child.id] = attempt + 1
    let script = acts[child.id] ?? [.run]
    let act = script[min(attempt, script.count - 1)]
    live[reference] = Live(id: child.id, act: act)
    if act.listens { _ = machine.listen(reference) }
    if let ready = act.ready { schedule(.ready(reference), after: ready) }
    if let end = act.end { schedule(.ended(reference, end.exit), after: end.after) }
  }

  private func end(_ reference: ChildReference, after delay: Duration?) {
    guard let delay, live[reference] != nil else { return }
    schedule(.ended(reference, .normal), after: delay)
  }

  private func schedule(_ what: Happening, after delay: Duration) {
    number += 1
    queue.append((now.advanced(by: delay), number, what))
  }

  private func markAbandoned(_ id: String) {
    for (reference, entry) in live where entry.id == id { live[reference]?.isAbandoned = true }
  }

  /// Whether the run, if it began, has not ended.
  var isGoingOn: Bool { if case .none = outcome { true } else { false } }

  /// Whether the run ended without an error.
  var endedCleanly: Bool { if case .some(.none) = outcome { true } else { false } }

  /// Generations alive that nobody has given up on.
  var liveIDs: [String] { live.values.filter { !$0.isAbandoned }.map(\.id).sorted() }
}

// MARK: - The trace

extension MachineSimulation {
  private func note(_ what: String) { trace.append((now, what)) }

  private func line(_ notice: Notice) -> String? {
    switch notice.kind {
    case .starting: "start \(notice.id)"
    case .ready: "ready \(notice.id)"
    case .stopping: "stop \(notice.id)"
    case .cancelled: "cancel \(notice.id)"
    case .abandoned: "abandon \(notice.id)"
    case .exited, .startFailed: "fail \(notice.id)"
    case .stopped: "gone \(notice.id)"
    case .parked: "park \(notice.id)"
    case .finished: "finish \(notice.id)"
    case .waiting: "wait \(notice.id)"
    default: nil
    }
  }

  private func milliseconds(_ instant: Instant) -> Int { Int(instant.nanoseconds / 1_000_000) }

  /// The whole trace, without times.
  var order: [String] { trace.map(\.what) }

  /// Only what starts and stops.
  func order(_ words: String...) -> [String] {
    order.filter { line in words.contains { line.hasPrefix($0 + " ") || line == $0 } }
  }

  /// When this happened, in milliseconds.
  func times(_ what: String) -> [Int] { trace.filter { $0.what == what }.map { milliseconds($0.at) } }

  func phase(_ id: String) -> Phase? { machine.children.slot(of: id).map { machine.children[$0].phase } }

  enum Stage { case idle, starting, running, regrouping, stopping }

  var stage: Stage {
    switch machine.mode {
    case .idle: .idle
    case .starting: .starting
    case .running: .running
    case .regrouping: .regrouping
    case .stopping: .stopping
    }
  }

  /// The names of the events told about a child.
  func told(_ name: String, _ id: String = "") -> [Notice] {
    notices.filter { $0.id == id && $0.kind.isNamed(name) }
  }

  func forgetTrace() { trace.removeAll() }
}

extension SupervisionEvent.Kind {
  func isNamed(_ name: String) -> Bool { String(describing: self).hasPrefix(name) }
}

extension Child {
  /// A child of a simulation: its body never runs.
  static func scripted(
    _ id: String, _ restart: RestartPolicy = .permanent, backoff: Backoff = .none,
    _ configure: (inout Child.Options) -> Void = { _ in }
  ) -> Child {
    var options = Child.Options()
    options.readiness = .signalled
    options.restart = restart
    options.backoff = backoff
    configure(&options)
    return Child(id, options: options) { _ in }
  }
}
