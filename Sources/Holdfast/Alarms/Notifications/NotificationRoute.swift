/// Who is told of which alarms, how, and how often.
///
/// ```swift
/// NotificationRoute("ops", to: .log, match: [try AlarmPattern(parsing: "web.*")], atLeast: .error)
/// ```
///
/// What belongs together is told together: the first time after ``wait``, so that what fails together arrives together;
/// news about it at most every ``interval``; again every ``repeats`` while anything of it is set; and once when all is
/// over. An alarm that clears before it was told is not told at all.
public struct NotificationRoute: Sendable, Hashable {
  /// What belongs together.
  public enum Grouping: String, Sendable, Hashable, Codable, CaseIterable {
    /// Each alarm by itself.
    case alarm
    /// All alarms of one type, such as `net.down` of every interface. The default.
    case type
    /// All that takes this route.
    case route
  }

  /// Names it among all routes; 1 to 128 bytes.
  public var name: String
  /// Where it leads.
  public var target: NotificationTarget
  /// Alarms that take it; default all.
  public var match: [AlarmPattern]
  /// Alarms at least so bad take it. Default ``AlarmSeverity/warning``.
  public var severity: AlarmSeverity
  /// What belongs together. Default ``Grouping/type``.
  public var grouping = Grouping.type
  /// From the first alarm of a group to its first message, ≥ 0. Default 30 s.
  public var wait = Duration.seconds(30)
  /// Between two messages about one group, ≥ 0. Default 5 min.
  public var interval = Duration.seconds(300)
  /// When it is said again although there is no news, > 0; nil for never. Default 4 h.
  public var repeats: Duration? = .seconds(4 * 3600)
  /// Whether it is said that an alarm is over. Default true.
  public var sendsResolved = true

  /// A route.
  public init(
    _ name: String, to target: NotificationTarget, match: [AlarmPattern] = [.all],
    atLeast severity: AlarmSeverity = .warning
  ) {
    self.name = name
    self.target = target
    self.match = match
    self.severity = severity
  }

  func check() throws(AlarmError) {
    guard !name.isEmpty, name.utf8.count <= JobLimits.name, name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw AlarmError(
        .invalidRoute, name, "is no name for a route; use 1 to \(JobLimits.name) bytes, no control characters")
    }
    guard wait >= .zero, interval >= .zero, repeats.map({ $0 > .zero }) ?? true else {
      throw AlarmError(.invalidRoute, name, "has a negative time; wait and interval are at least 0, repeats more")
    }
  }

  func takes(_ id: AlarmID) -> Bool {
    // AL45: who cannot be reached is not told of that by the same way.
    id != .failing(name) && match.contains { $0.matches(id) }
  }

  func group(of id: AlarmID) -> String {
    switch grouping {
    case .alarm: id.description
    case .type: id.type
    case .route: "*"
    }
  }
}

/// How somebody is told: a kind of job, `holdfast.notify.<kind>`, and what it needs to know.
public struct NotificationTarget: Sendable, Hashable, Codable {
  /// `log`, `webhook`, `command`, or one of your own.
  public var kind: String
  /// For the handler: an address, a command. It is stored with each job, so it should name secrets, not hold them.
  public var settings: [String: String]

  /// A target of a kind.
  public init(_ kind: String, settings: [String: String] = [:]) {
    self.kind = kind
    self.settings = settings
  }

  /// Into the log.
  public static let log = NotificationTarget("log")

  var jobKind: String { Self.jobKind(of: kind) }

  static func jobKind(of kind: String) -> String { "holdfast.notify.\(kind)" }
}

extension AlarmID {
  /// A route's messages do not arrive.
  static func failing(_ route: String) -> AlarmID { .about("notifier.failing", route) }

  static let failingType = "notifier.failing"
}
