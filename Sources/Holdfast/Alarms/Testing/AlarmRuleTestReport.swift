/// What came of a test of rules.
public struct AlarmRuleTestReport: Sendable {
  /// An expectation that did not hold.
  public struct Failure: Sendable {
    /// Its number among the test's steps, from 0.
    public let step: Int
    /// When.
    public let time: Duration
    /// The alarm.
    public let alarm: AlarmID
    /// What was expected, such as `set` or `started#2`.
    public let expected: String
    /// What was found.
    public let found: String
    /// What happened until then to the alarm and to what it follows from, oldest first; at most 40 entries.
    public let history: [Entry]
    /// The value of each part of the alarm's rule then; nil when it has none.
    public let explanation: AlarmExplanation?
  }

  /// Something that happened.
  public struct Entry: Sendable, Hashable {
    /// When.
    public let time: Duration
    /// Which alarm.
    public let alarm: AlarmID
    /// What, such as `raised` or `remedy started#1`.
    public let what: String
  }

  /// How many expectations there were.
  public internal(set) var expectations = 0
  /// Those that did not hold, in order.
  public internal(set) var failures: [Failure] = []

  /// Whether every expectation held.
  public var isPassed: Bool { failures.isEmpty }
}
