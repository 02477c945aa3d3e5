/// A test of rules as data: rules, and a timeline of reports and expectations, played in virtual time (AL46).
///
/// ```swift
/// let test = AlarmRuleTest(rules: [rule], steps: [
///   .init(at: .zero, .set(wifi)),
///   .init(at: .milliseconds(14_900), .expect(unstable, .clear)),
///   .init(at: .seconds(15), .expect(unstable, .set)),
/// ])
/// let report = try test.run()
/// ```
///
/// The rules are registered at zero; what is never mentioned is unknown. A day takes as long as its events do.
public struct AlarmRuleTest: Sendable {
  /// What happens, or is expected, at one instant.
  public struct Step: Sendable {
    /// Since the beginning; no earlier than the step before.
    public var time: Duration
    /// What happens.
    public var action: Action

    /// A step.
    public init(at time: Duration, _ action: Action) {
      self.time = time
      self.action = action
    }
  }

  /// What a step does.
  public enum Action: Sendable, Hashable {
    /// The alarm is reported to be set, with a description.
    case set(AlarmID, String? = nil)
    /// The alarm is reported to be clear.
    case clear(AlarmID)
    /// The alarm is unknown again.
    case forget(AlarmID)
    /// The alarm has to be in a state, and stay in it for this instant.
    case expect(AlarmID, AlarmState)
    /// The remedy of an alarm has to have been started so often.
    case expectStarts(AlarmID, Int)
    /// The remedy of an alarm has to be in a state.
    case expectRemedy(AlarmID, RemedyState)
  }

  /// A remedy whose runs are not run: each takes a time and succeeds or fails.
  public struct Remedy: Sendable {
    /// How runs are limited and repeated.
    public var policy: RemedyPolicy
    /// How long a run takes. Default zero.
    public var takes: Duration
    /// Whether runs fail. Default false.
    public var fails: Bool

    /// A remedy.
    public init(_ policy: RemedyPolicy, takes: Duration = .zero, fails: Bool = false) {
      self.policy = policy
      self.takes = takes
      self.fails = fails
    }
  }

  /// Registered at zero.
  public var rules: [AlarmRule]
  /// By the alarm that they are to clear.
  public var remedies: [AlarmID: Remedy]
  /// In the order of time.
  public var steps: [Step]

  /// A test.
  public init(rules: [AlarmRule], remedies: [AlarmID: Remedy] = [:], steps: [Step]) {
    self.rules = rules
    self.remedies = remedies
    self.steps = steps
  }

  /// Plays the timeline.
  ///
  /// - Throws: ``AlarmError`` for a rule that is refused, and for a report about a derived alarm.
  public func run() throws(AlarmError) -> AlarmRuleTestReport {
    var player = try RuleTestPlayer(self)
    for (number, step) in steps.enumerated() { try player.play(step, number) }
    return player.report
  }
}
