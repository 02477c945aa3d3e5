#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// A point on the wall clock as the store keeps it: whole microseconds since 1970-01-01 00:00 UTC.
///
/// The range is ±292,000 years; arithmetic saturates at its ends. Durations are measured on a ``Timeline``'s monotonic
/// clock; a wall time says when something is due for people, and survives restarts.
public struct WallTime: Hashable, Comparable, Sendable, Codable {
  /// Microseconds since 1970.
  public let microseconds: Int64

  /// The time this many microseconds after 1970.
  public init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// A date, to the nearest microsecond and saturated, so that what went through a `Date` comes back as itself.
  public init(_ date: Date) {
    let value = (date.timeIntervalSinceReferenceDate * 1e6).rounded()
    // Compared first: converting an infinite date would trap.
    guard value > -0x1p62 else { self = .distantPast; return }
    guard value < 0x1p62 else { self = .distantFuture; return }
    microseconds = Int64(value) + Self.origin
  }

  /// Microseconds from 1970 to the origin of `Date`, 2001.
  private static let origin: Int64 = 978_307_200_000_000

  /// A time that never comes.
  public static let distantFuture = WallTime(microseconds: .max)
  /// Before everything.
  public static let distantPast = WallTime(microseconds: .min)

  /// The same time as a date.
  public var date: Date { Date(timeIntervalSinceReferenceDate: (Double(microseconds) - Double(Self.origin)) / 1e6) }

  /// This time moved by a duration, which may be negative.
  public func advanced(by duration: Duration) -> WallTime {
    let (sum, overflow) = microseconds.addingReportingOverflow(duration.wholeMicroseconds)
    return WallTime(microseconds: overflow ? (duration < .zero ? .min : .max) : sum)
  }

  /// The time from this one to another; negative when the other is earlier.
  public func duration(to other: WallTime) -> Duration {
    let (difference, overflow) = other.microseconds.subtractingReportingOverflow(microseconds)
    return .microseconds(overflow ? (other < self ? .min : .max) : difference)
  }

  /// Whether the first comes before the second.
  public static func < (lhs: WallTime, rhs: WallTime) -> Bool {
    lhs.microseconds < rhs.microseconds
  }

  /// A plain number in JSON and in the store.
  public init(from decoder: any Decoder) throws {
    microseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  /// A plain number in JSON and in the store.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(microseconds)
  }
}

extension Duration {
  /// This duration in microseconds, rounded towards zero and saturated.
  package var wholeMicroseconds: Int64 {
    guard self < Duration.microseconds(Int64.max) else { return .max }
    guard self > Duration.microseconds(Int64.min) else { return .min }
    let (seconds, attoseconds) = components
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }
}

extension Timeline {
  /// The wall clock as a ``WallTime``.
  public var wallTime: WallTime { WallTime(wall) }
}
