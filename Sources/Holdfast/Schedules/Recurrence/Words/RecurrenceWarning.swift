/// Something about a rule that is legal and may not be what was meant.
public struct RecurrenceWarning: Sendable, Hashable, CustomStringConvertible {
  /// Which kind; new ones may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The code's name, such as `unevenStep`.
    public let description: String

    /// A step that begins anew in every hour, day, month or year, such as `*/35`.
    public static let unevenStep = Code(description: "unevenStep")
    /// A step that takes one value only, such as `59/15`.
    public static let uselessStep = Code(description: "uselessStep")
    /// Days and weekdays both chosen: either is enough.
    public static let eitherDay = Code(description: "eitherDay")
    /// A day that some months do not have.
    public static let missingDay = Code(description: "missingDay")
    /// The last day and a day 28 to 31 that may be the same.
    public static let lastDayTwice = Code(description: "lastDayTwice")
    /// Options for clock changes where none matters.
    public static let idleOption = Code(description: "idleOption")
    /// Clocks change while the rule would fire.
    public static let clockChange = Code(description: "clockChange")
  }

  /// Which kind.
  public let code: Code
  /// What happens, and what to write if something else was meant.
  public let message: String

  /// The message.
  public var description: String { message }
}
