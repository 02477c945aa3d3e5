extension SupervisorPlan {
  /// Refuses a plan as a whole, before anything starts (S26, S29).
  func validate() throws(SupervisorError) {
    if intensity.restarts < 0 { throw invalid(nil, "intensity allows \(intensity.restarts) restarts; use 0 or more") }
    if intensity.period <= .zero {
      throw invalid(nil, "intensity has the period \(intensity.period); use more than zero")
    }
    try Self.check(intensity.breach, of: nil)
    if maxChildren < 0 { throw invalid(nil, "maxChildren is \(maxChildren); use 0 or more") }
    if let shutdown, shutdown < .zero { throw invalid(nil, "the shutdown deadline \(shutdown) is negative") }
    if isDynamic, autoShutdown != .never {
      throw invalid(nil, "children of a template cannot be significant; use autoShutdown: .never")
    }
    var seen: Set<String> = []
    for child in children {
      if case .after(let ids) = child.box.options.gate, let unknown = ids.subtracting(seen).min() {
        throw invalid(child.id, "starts after \(unknown), which is no child before it; correct the id or the order")
      }
      guard seen.insert(child.id).inserted else { throw invalid(child.id, "two children have this id; rename one") }
      try validate(child)
    }
    if children.count > maxChildren {
      throw invalid(nil, "\(children.count) children exceed maxChildren \(maxChildren)")
    }
  }

  /// Refuses one child.
  func validate(_ child: Child) throws(SupervisorError) {
    let options = child.box.options
    if child.id.isEmpty { throw invalid(nil, "a child has an empty id; give it a name") }
    if child.id.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) {
      throw invalid(child.id, "the id contains a control character")
    }
    if options.significant, autoShutdown == .never {
      throw invalid(child.id, "significant, but autoShutdown is .never; choose .anySignificant or .allSignificant")
    }
    if options.significant, options.restart == .permanent {
      throw invalid(child.id, "significant and permanent: it would never end by itself; use .transient or .temporary")
    }
    if options.startDeadline <= .zero {
      throw invalid(child.id, "startDeadline \(options.startDeadline) must be above zero")
    }
    if let heartbeat = options.heartbeat, heartbeat <= .zero {
      throw invalid(child.id, "heartbeat \(heartbeat) must be above zero")
    }
    if case .probe(let interval, _) = options.readiness, interval <= .zero {
      throw invalid(child.id, "the readiness probe's interval \(interval) must be above zero")
    }
    try check(options.shutdown, of: child)
    try check(options.backoff, of: child)
    if let limit = options.limit {
      if limit.failures < 0 { throw invalid(child.id, "the failure limit is \(limit.failures); use 0 or more") }
      try Self.check(limit.breach, of: child.id)
    }
  }

  private func check(_ policy: ShutdownPolicy, of child: Child) throws(SupervisorError) {
    if let grace = policy.grace, grace < .zero { throw invalid(child.id, "the shutdown grace \(grace) is negative") }
    if policy.cancellation < .zero {
      throw invalid(child.id, "the shutdown cancellation \(policy.cancellation) is negative")
    }
  }

  private func check(_ backoff: Backoff, of child: Child) throws(SupervisorError) {
    let durations: [(String, Duration)] =
      switch backoff.kind {
      case .none, .custom: []
      case .constant(let delay): [("delay", delay)]
      case .linear(let from, let step): [("first delay", from), ("step", step)]
      case .exponential(let from, _), .fibonacci(let from): [("first delay", from)]
      }
    for (name, value) in durations + [("cap", backoff.cap), ("reset", backoff.reset)] where value < .zero {
      throw invalid(child.id, "the backoff's \(name) \(value) is negative")
    }
    if case .exponential(_, let factor) = backoff.kind, !(factor >= 1 && factor.isFinite) {
      throw invalid(child.id, "the backoff's factor \(factor) must be at least 1")
    }
  }

  private static func check(_ breach: BreachAction, of child: String?) throws(SupervisorError) {
    guard case .coolDown(let pause) = breach, pause < .zero else { return }
    throw SupervisorError(.invalidSpecification, child: child, "the cool-down \(pause) is negative")
  }

  private func invalid(_ child: String?, _ reason: String) -> SupervisorError {
    SupervisorError(.invalidSpecification, child: child, reason)
  }
}
