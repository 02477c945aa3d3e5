/// How bad it is while an alarm is set: the eight levels of syslog (AL6). Default ``warning``.
public enum AlarmSeverity: UInt8, Sendable, Hashable, CaseIterable {
  /// Of interest to who looks for a fault.
  case debug
  /// Worth knowing.
  case info
  /// Normal, but to be noticed.
  case notice
  /// Something may go wrong.
  case warning
  /// Something went wrong.
  case error
  /// A part does not work.
  case critical
  /// Somebody has to act now.
  case alert
  /// Nothing works.
  case emergency
}

extension AlarmSeverity: Comparable, CustomStringConvertible, LosslessStringConvertible {
  /// The level's name, such as `warning`.
  public var description: String {
    switch self {
    case .debug: "debug"
    case .info: "info"
    case .notice: "notice"
    case .warning: "warning"
    case .error: "error"
    case .critical: "critical"
    case .alert: "alert"
    case .emergency: "emergency"
    }
  }

  /// The level of this name; nil when there is none.
  public init?(_ description: String) {
    guard let level = Self.allCases.first(where: { $0.description == description }) else { return nil }
    self = level
  }

  /// Whether the first is less bad.
  public static func < (lhs: AlarmSeverity, rhs: AlarmSeverity) -> Bool { lhs.rawValue < rhs.rawValue }
}

extension AlarmSeverity: Codable {
  /// From the name.
  public init(from decoder: any Decoder) throws {
    let name = try String(from: decoder)
    guard let level = AlarmSeverity(name) else {
      throw AlarmError(
        .invalidRecord, name, "is no severity; use one of \(Self.allCases.map(\.description).joined(separator: ", "))")
    }
    self = level
  }

  /// As the name.
  public func encode(to encoder: any Encoder) throws {
    try description.encode(to: encoder)
  }
}
