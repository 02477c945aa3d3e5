/// How a program is asked to end, ever less politely: signals to its whole process group, and waits between them.
///
/// The sequence ends early when the main process ends; then whatever is left of its group is killed. A sequence that
/// does not end in KILL gets one, five seconds after its last signal unless it ends in a wait of its own.
public struct StopSequence: Sendable, Hashable, ExpressibleByArrayLiteral {
  /// One step.
  public enum Step: Sendable, Hashable {
    /// Sent to the group.
    case signal(ProgramSignal)
    /// > 0.
    case wait(Duration)
  }

  /// At least one; the last is KILL.
  public let steps: [Step]

  /// A sequence of steps; waits that are not positive are left out.
  public init(_ steps: [Step]) {
    var steps = steps.filter { $0.isEffective }
    if steps.last != .signal(.kill) {
      if case .signal = steps.last { steps.append(.wait(.seconds(5))) }
      steps.append(.signal(.kill))
    }
    self.steps = steps
  }

  /// See ``init(_:)``.
  public init(arrayLiteral elements: Step...) {
    self.init(elements)
  }

  /// TERM, 5 s, KILL.
  public static let standard: StopSequence = [.signal(.terminate), .wait(.seconds(5)), .signal(.kill)]

  /// From the request to the KILL.
  public var total: Duration {
    steps.reduce(.zero) { total, step in
      if case .wait(let duration) = step { total + duration } else { total }
    }
  }
}

extension StopSequence.Step {
  fileprivate var isEffective: Bool {
    if case .wait(let duration) = self { duration > .zero } else { true }
  }
}

extension StopSequence: CustomStringConvertible {
  /// `TERM, 5.0 seconds, KILL`.
  public var description: String {
    steps.map { step in
      switch step {
      case .signal(let signal): signal.name
      case .wait(let duration): "\(duration)"
      }
    }.joined(separator: ", ")
  }
}
