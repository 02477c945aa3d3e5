#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// One moment on both clocks: rules measure on the monotonic one; people and other runs of the process read the wall.
public struct AlarmTime: Sendable, Hashable {
  /// The moment on the timeline's monotonic clock.
  public var instant: Instant
  /// The moment on the wall clock.
  public var wall: Date

  /// A moment of which both readings are known.
  public init(_ instant: Instant, wall: Date) {
    self.instant = instant
    self.wall = wall
  }

  /// Now, on a timeline.
  public init(of timeline: some Timeline) {
    self.init(timeline.now, wall: timeline.wall)
  }

  /// What the wall clock shows in nanoseconds when the monotonic clock shows zero, as far as this moment tells. The
  /// range of `Date` that fits is ±292 years around 1970; the rest saturates.
  var wallOffset: Int64 {
    saturatingDifference(wall.wallNanoseconds, instant.nanoseconds)
  }
}

extension Date {
  /// 2001-01-01, from where `Date` counts, in nanoseconds since 1970.
  private static let reference: Int64 = 978_307_200_000_000_000

  /// Nanoseconds since 1970; good to a fraction of a microsecond, which is what `Date` keeps.
  var wallNanoseconds: Int64 {
    let own = Int64(exactly: (timeIntervalSinceReferenceDate * 1e9).rounded())
    return saturatingSum(own ?? (timeIntervalSinceReferenceDate < 0 ? .min : .max), Self.reference)
  }

  init(wallNanoseconds: Int64) {
    self.init(timeIntervalSinceReferenceDate: Double(saturatingDifference(wallNanoseconds, Self.reference)) / 1e9)
  }
}

/// `instant + duration`, staying within 64 bits.
@inline(__always)
func saturatingSum(_ instant: Int64, _ duration: Int64) -> Int64 {
  let (sum, overflow) = instant.addingReportingOverflow(duration)
  return overflow ? (duration < 0 ? .min : .max) : sum
}

/// `later - earlier`, staying within 64 bits.
@inline(__always)
func saturatingDifference(_ later: Int64, _ earlier: Int64) -> Int64 {
  let (difference, overflow) = later.subtractingReportingOverflow(earlier)
  return overflow ? (earlier < 0 ? .max : .min) : difference
}
