/// A time zone that this system does not have.
public struct ZoneError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The name that was asked for.
  public let name: String
  /// What to write or install instead.
  public let hint: String

  /// The name and what to do.
  public var description: String { "no time zone `\(name)`; \(hint)" }

  static let noFolder =
    "the system has no time zone data (install tzdata, or set TZDIR), so only UTC and +hh:mm are known"

  static func hint(for name: String) -> String {
    if let spelling = near(name) { return "did you mean `\(spelling)`?" }
    return "write a region such as Europe/London, UTC, or an offset such as +05:30"
  }

  /// Also finds a city without its region.
  private static func near(_ name: String) -> String? {
    guard (1...64).contains(name.utf8.count) else { return nil }
    let names = Zone.names
    let wanted = String(name.lowercased().map { $0 == " " ? "_" : $0 })
    let same = names.first { $0.lowercased() == wanted }
    let city = names.first { $0.lowercased().split(separator: "/").last.map { $0 == wanted } ?? false }
    return same ?? city ?? Suggestion.nearest(to: wanted, among: names)
  }
}
