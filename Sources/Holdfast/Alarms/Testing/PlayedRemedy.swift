/// A remedy machine whose runs take a given time.
struct PlayedRemedy {
  private var machine: RemedyMachine
  private let takes: Duration
  private let outcome: RemedyOutcome
  private var run: (number: UInt64, end: Instant)?
  private var random = SystemRandomNumberGenerator()
  private(set) var starts = 0

  init(_ remedy: AlarmRuleTest.Remedy) {
    machine = RemedyMachine(remedy.policy)
    takes = remedy.takes
    outcome = remedy.fails ? .failed("the test says so") : .finished
  }

  var state: RemedyState { machine.state }

  var nextWakeUp: Instant? {
    [machine.nextWakeUp, run?.end].compactMap { $0 }.min()
  }

  mutating func raised(at now: Instant) -> [(Instant, String)] {
    obey(machine.raised(at: now), at: now)
  }

  mutating func cleared(at now: Instant) -> [(Instant, String)] {
    obey(machine.cleared(at: now), at: now)
  }

  /// - Returns: What happened.
  mutating func advance(to now: Instant) -> [(Instant, String)] {
    var notes: [(Instant, String)] = []
    if let run, run.end <= now {
      self.run = nil
      notes += obey(machine.ended(run: run.number, outcome, at: now, using: &random), at: now)
    }
    return notes + obey(machine.advance(to: now, using: &random), at: now)
  }

  private mutating func obey(_ effects: [RemedyMachine.Effect], at now: Instant) -> [(Instant, String)] {
    effects.flatMap { effect -> [(Instant, String)] in
      switch effect {
      case .start(let number, _):
        starts += 1
        run = (number, now.advanced(by: takes))
        return [(now, "started#\(starts)")]
      case .wouldStart:
        starts += 1
        return [(now, "would have started#\(starts)")]
      case .stop(let number):
        run = nil
        return [(now, "stopped")] + obey(machine.ended(run: number, .timedOut, at: now, using: &random), at: now)
      case .exhausted(let attempts): return [(now, "exhausted after \(attempts)")]
      case .recovered: return [(now, "no longer exhausted")]
      }
    }
  }
}
