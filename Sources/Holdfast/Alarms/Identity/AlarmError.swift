/// Why an alarm, a rule or a call about one was refused. Nothing has changed when it is thrown.
public struct AlarmError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Which kind of refusal; new ones may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The code's name, such as `cycle`.
    public let description: String

    /// The id is not well formed (AL1).
    public static let invalidID = Code(description: "invalidID")
    /// A rule cannot mean anything: a duration of nothing, a share longer than its window.
    public static let invalidRule = Code(description: "invalidRule")
    /// A rule mentions a parameter that it does not have, or gets too few or too many values (AL28).
    public static let invalidParameter = Code(description: "invalidParameter")
    /// A rule would depend on itself; the reason names the path (AL31).
    public static let cycle = Code(description: "cycle")
    /// The alarm follows from a rule, so it cannot be set or cleared by hand.
    public static let derived = Code(description: "derived")
    /// There is no such rule or alarm.
    public static let notFound = Code(description: "notFound")
    /// A limit was reached.
    public static let limitReached = Code(description: "limitReached")
    /// A stored record could not be understood.
    public static let invalidRecord = Code(description: "invalidRecord")
  }

  /// Which kind of refusal.
  public let code: Code
  /// The alarm concerned, as it was written.
  public let alarm: String
  /// The cause, and what to do about it, in words.
  public let reason: String

  init(_ code: Code, _ alarm: String, _ reason: String) {
    self.code = code
    self.alarm = alarm
    self.reason = reason
  }

  /// The alarm and the reason on one line.
  public var description: String {
    alarm.isEmpty ? reason : "\(alarm): \(reason)"
  }
}
