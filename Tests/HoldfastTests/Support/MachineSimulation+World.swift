@testable import Holdfast

/// The world around the machine: what it asks for happens, in its time.
extension MachineSimulation {
  var nextInstant: Instant? {
    let world = queue.map(\.at).min() ?? .distantFuture
    let next = min(world, machine.nextDeadline)
    return next == .distantFuture ? nil : next
  }

  func step() {
    if let first = queue.indices.min(by: { (queue[$0].at, queue[$0].number) < (queue[$1].at, queue[$1].number) }),
      queue[first].at <= now
    {
      happen(queue.remove(at: first).what)
    } else {
      machine.timePassed(at: now)
    }
    perform()
  }

  func happen(_ what: Happening) {
    switch what {
    case .ready(let reference):
      guard live[reference] != nil else { return }
      machine.childBecameReady(reference, at: now)
    case .ended(let reference, let exit):
      guard live.removeValue(forKey: reference) != nil else { return }
      machine.childEnded(reference, exit, at: now)
    }
  }

  func perform() {
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

  func perform(_ effect: Effect) {
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

  func spawn(_ reference: ChildReference, _ child: Child) {
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

  func end(_ reference: ChildReference, after delay: Duration?) {
    guard let delay, live[reference] != nil else { return }
    schedule(.ended(reference, .normal), after: delay)
  }

  func schedule(_ what: Happening, after delay: Duration) {
    number += 1
    queue.append((now.advanced(by: delay), number, what))
  }

  func markAbandoned(_ id: String) {
    for (reference, entry) in live where entry.id == id { live[reference]?.isAbandoned = true }
  }

  /// Whether the run, if it began, has not ended.
  var isGoingOn: Bool { if case .none = outcome { true } else { false } }

  /// Whether the run ended without an error.
  var endedCleanly: Bool { if case .some(.none) = outcome { true } else { false } }

  /// Generations alive that nobody has given up on.
  var liveIDs: [String] { live.values.filter { !$0.isAbandoned }.map(\.id).sorted() }
}
