#if canImport(FoundationEssentials)
  package import FoundationEssentials
#else
  package import Foundation
#endif

/// A moment as a whole number of microseconds since 1970 in UTC: what every rule computes with.
///
/// A `Date` counts in floating point and is exact to a fraction of a microsecond in our times, so that it is read to the
/// nearest one, and a moment that went through a `Date`, JSON or a database comes back as itself. Moments beyond the
/// years 1 and 9999 are taken as these ends.
package struct WallTime: Hashable, Comparable, Sendable {
  package var microseconds: Int

  package init(microseconds: Int) {
    self.microseconds = microseconds
  }

  static let earliest = WallTime(microseconds: -62_135_596_800_000_000)
  static let latest = WallTime(microseconds: 253_402_300_799_999_999)

  /// From the origin of `Date`, 2001, to 1970.
  private static let origin = 978_307_200_000_000

  package init(_ date: Date) {
    let since = (date.timeIntervalSinceReferenceDate * 1e6).rounded()
    // Compared first: a conversion of an infinite date would trap.
    guard since > -1e17 else { self = .earliest; return }
    guard since < 3e17 else { self = .latest; return }
    self = min(max(WallTime(microseconds: Int(since) + Self.origin), .earliest), .latest)
  }

  package var date: Date {
    Date(timeIntervalSinceReferenceDate: Double(microseconds - Self.origin) / 1e6)
  }

  /// The last whole second that is not after it.
  var seconds: Int { microseconds.floorDivided(by: 1_000_000) }

  package static func < (left: WallTime, right: WallTime) -> Bool { left.microseconds < right.microseconds }
}
