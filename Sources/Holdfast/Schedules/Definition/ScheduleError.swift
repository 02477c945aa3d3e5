/// A schedule, or something asked of one, that was refused before any effect.
public struct ScheduleError: Error, Sendable, Hashable {
  /// Which kind of failure; new ones may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The code's name, such as `neverFires`.
    public let description: String

    /// A field does not fit, or does not fit another one.
    public static let invalid = Code(description: "invalid")
    /// The rule has no moment between the schedule's start and its end.
    public static let neverFires = Code(description: "neverFires")
    /// There is no schedule of this name.
    public static let notFound = Code(description: "notFound")
    /// Another source declares it.
    public static let declaredElsewhere = Code(description: "declaredElsewhere")
    /// Others kept changing it at the same time.
    public static let contended = Code(description: "contended")
  }

  /// Which kind of failure.
  public let code: Code
  /// The schedule's name, as it was given.
  public let schedule: String
  /// What of it was refused: `jitter`, `end`, `job.uniqueKey` …
  public let field: String
  /// What is wrong, and what to do.
  public let reason: String

  package init(_ code: Code, _ schedule: String, _ field: String, _ reason: String) {
    self.code = code
    self.schedule = schedule
    self.field = field
    self.reason = reason
  }
}

extension ScheduleError: CustomStringConvertible {
  /// The schedule, the field and the reason.
  public var description: String { "schedule '\(schedule)': \(field) \(reason)" }
}
