/// A point on a timeline's monotonic clock: nanoseconds since an origin that only that timeline knows.
///
/// Two instants of one ``Timeline`` can be compared and subtracted; instants of different timelines, or of different
/// runs of a process, have nothing to say to each other. The range is ±292 years; arithmetic saturates at its ends.
public struct Instant: InstantProtocol, Hashable, Sendable {
  /// Nanoseconds since the timeline's origin.
  public let nanoseconds: Int64

  /// The instant this many nanoseconds after the timeline's origin.
  public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// The origin of the timeline.
  public static let zero = Instant(nanoseconds: 0)

  /// An instant that never comes.
  public static let distantFuture = Instant(nanoseconds: .max)

  /// This instant moved by a duration, which may be negative.
  public func advanced(by duration: Duration) -> Instant {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
    return Instant(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
  }

  /// The time from this instant to another; negative when the other is earlier.
  public func duration(to other: Instant) -> Duration {
    let (difference, overflow) = other.nanoseconds.subtractingReportingOverflow(nanoseconds)
    return .nanoseconds(overflow ? (other < self ? .min : .max) : difference)
  }

  /// Whether the first instant comes before the second.
  public static func < (lhs: Instant, rhs: Instant) -> Bool {
    lhs.nanoseconds < rhs.nanoseconds
  }
}

extension Duration {
  /// This duration in nanoseconds, rounded towards zero, saturated to ±292 years.
  package var wholeNanoseconds: Int64 {
    // Compared first: taking a duration apart traps when its seconds exceed 64 bits.
    guard self < Duration.nanoseconds(Int64.max) else { return .max }
    guard self > Duration.nanoseconds(Int64.min) else { return .min }
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }

  /// This duration in seconds, for people and metrics.
  package var seconds: Double {
    self / .seconds(1)
  }
}
