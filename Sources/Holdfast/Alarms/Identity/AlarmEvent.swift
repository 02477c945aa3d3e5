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
  /// What the alarm was set with; nil when it is not set, or was set without one.
  public let description: String?
  /// The severity, overrides included.
  public let severity: AlarmSeverity
  let phase: AlarmPhase
  let previous: AlarmPhase
}

extension AlarmEvent {
  /// The state from now on.
  public var state: AlarmState { phase.state }
  /// The state until now.
  public var previousState: AlarmState { previous.state }
  /// When, on the monotonic clock: the exact instant, however late the engine was woken.
  public var instant: Instant { Instant(nanoseconds: phase.since) }
  /// When, on the wall clock.
  public var wall: Date { Date(wallNanoseconds: phase.wallSince) }
  /// When the previous state began; nil when that was ``AlarmState/unknown``.
  public var previousInstant: Instant? {
    previous.state == .unknown ? nil : Instant(nanoseconds: previous.since)
  }
  /// The same on the wall clock.
  public var previousWall: Date? {
    previous.state == .unknown ? nil : Date(wallNanoseconds: previous.wallSince)
  }
}
