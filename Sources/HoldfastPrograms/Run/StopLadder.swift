import Holdfast

/// Where the stop of one process has got to: a value; time is passed in, and what to do comes out.
struct StopLadder {
  enum Action: Equatable {
    case signal(ProgramSignal)
    /// Call ``wake(at:)`` then.
    case wake(at: Instant)
  }

  private enum State {
    /// Nobody has asked for a stop.
    case running
    /// Exits by ``wake(at:)``, ``kill()`` and ``ended()``.
    case stopping(ArraySlice<StopSequence.Step>, until: Instant)
    /// KILL was sent, or the process has ended.
    case over
  }

  private let sequence: StopSequence
  private var state = State.running

  init(_ sequence: StopSequence) {
    self.sequence = sequence
  }

  /// Whether a stop was asked for.
  var hasBegun: Bool {
    if case .running = state { false } else { true }
  }

  /// The graceful request; only the first one counts.
  mutating func begin(at now: Instant) -> [Action] {
    guard case .running = state else { return [] }
    return advance(sequence.steps[...], now)
  }

  /// A wait is over, unless the timer is an old one.
  mutating func wake(at now: Instant) -> [Action] {
    guard case .stopping(let steps, let until) = state, now >= until else { return [] }
    return advance(steps, now)
  }

  /// No more patience.
  mutating func kill() -> [Action] {
    if case .over = state { return [] }
    state = .over
    return [.signal(.kill)]
  }

  /// The main process has ended.
  mutating func ended() {
    state = .over
  }

  private mutating func advance(_ steps: ArraySlice<StopSequence.Step>, _ now: Instant) -> [Action] {
    var steps = steps
    var actions: [Action] = []
    while let step = steps.popFirst() {
      switch step {
      case .signal(let signal): actions.append(.signal(signal))
      case .wait(let duration):
        let until = now.advanced(by: duration)
        state = .stopping(steps, until: until)
        return actions + [.wake(at: until)]
      }
    }
    state = .over
    return actions
  }
}
