#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Something that changed about one alarm (AL2–AL4). What does not change makes no event.
public struct AlarmEvent: Sendable, Hashable {
  /// What changed.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// The alarm was set.
    case raised
    /// The alarm was cleared.
    case cleared
    /// The alarm stays set, with another description; no rule and no remedy runs again.
    case updated
    /// The alarm stays set, with another severity.
    case levelChanged
    /// The alarm is unknown again: it was forgotten, or its rule was removed.
    case forgotten
  }

  /// The alarm.
  public let id: AlarmID
  /// What changed.
  public let kind: Kind
  /// The state from now on.
  public let state: AlarmState
  /// The state until now.
  public let previousState: AlarmState
  /// What the alarm was set with; nil when it is not set, or was set without one.
  public let description: String?
  /// The severity, overrides included.
  public let severity: AlarmSeverity
  /// When, on the monotonic clock: the exact instant, however late the engine was woken.
  public let instant: Instant
  /// When, on the wall clock.
  public let wall: Date
  /// When the previous state began; nil when that was ``AlarmState/unknown``.
  public let previousInstant: Instant?
  /// The same on the wall clock.
  public let previousWall: Date?
}
