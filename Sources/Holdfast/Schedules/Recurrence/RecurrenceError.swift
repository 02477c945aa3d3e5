/// A rule that was refused, before any effect.
public struct RecurrenceError: Error, Sendable, Hashable {
  /// Which kind of failure; new ones may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The code's name, such as `neverFires`.
    public let description: String

    /// The text does not have the form of a rule.
    public static let syntax = Code(description: "syntax")
    /// A number, or a name for one, is not in its field's range.
    public static let range = Code(description: "range")
    /// A cron expression has 5, 6 or 7 fields; this has not.
    public static let fieldCount = Code(description: "fieldCount")
    /// The system has no such time zone.
    public static let unknownZone = Code(description: "unknownZone")
    /// `H` and `~` choose by the schedule's name, and none was given.
    public static let nameMissing = Code(description: "nameMissing")
    /// The rule is well formed, and no moment within 400 years satisfies it.
    public static let neverFires = Code(description: "neverFires")
    /// More text, parts or depth than a rule may have.
    public static let tooLarge = Code(description: "tooLarge")
  }

  /// Which kind of failure.
  public let code: Code
  /// The rule as it was given.
  public let text: String
  /// The field concerned: `second`, `minute`, `hour`, `day of month`, `month`, `day of week`, `year`; nil when none is.
  public let field: String?
  /// Where in ``text`` the trouble begins; 0 is the first character. Nil when the rule as a whole is meant.
  public let position: Int?
  /// How many characters it is about; at least 1.
  public let length: Int
  /// What is wrong.
  public let reason: String
  /// What to write instead.
  public let hint: String

  init(
    _ code: Code, _ reason: String, hint: String, text: String = "", field: CronField? = nil,
    at range: Range<Int>? = nil
  ) {
    self.code = code
    self.text = text
    self.field = field?.description
    self.position = range?.lowerBound
    self.length = max(1, range?.count ?? 1)
    self.reason = reason
    self.hint = hint
  }
}

extension RecurrenceError: CustomStringConvertible {
  /// The field, what is wrong, where, and what to write instead, on one line.
  public var description: String {
    let place = position.map { ", at character \($0 + 1) of `\(text)`" } ?? (text.isEmpty ? "" : ", in `\(text)`")
    return "\(field.map { $0 + " field: " } ?? "")\(reason)\(place); \(hint)"
  }

  /// The rule, and under it a line of carets below the characters concerned; nil when the rule as a whole is meant.
  public var pointer: String? {
    position.map {
      text + "\n" + String(repeating: " ", count: $0)
        + String(repeating: "^", count: min(length, max(1, text.count - $0)))
    }
  }
}
