/// Why an alarm, a rule or a call about one was refused. Nothing has changed when it is thrown, unless its code says so.
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
    /// A mute cannot mean anything: it ends before it begins, or has no name.
    public static let invalidMute = Code(description: "invalidMute")
    /// A route cannot mean anything: two of one name, or a time that is negative.
    public static let invalidRoute = Code(description: "invalidRoute")
    /// The remedy does not wait for its next run.
    public static let notWaiting = Code(description: "notWaiting")
    /// The alarms service does not run (AL11).
    public static let notRunning = Code(description: "notRunning")
    /// The change holds, but is not stored yet: it is stored as soon as the store can be reached.
    public static let notStored = Code(description: "notStored")
    /// The waiting caller was cancelled; the change may hold.
    public static let cancelled = Code(description: "cancelled")
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
