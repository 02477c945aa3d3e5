/// Keeps alarms quiet for a time: nothing is sent about them, but their states are tracked and shown as ever.
///
/// What is still set when a mute ends is then told once (AL41).
public struct AlarmMute: Sendable, Hashable, Codable {
  /// What it is for.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Somebody put alarms aside.
    case shelf
    /// Work is planned.
    case maintenance
  }

  /// What it is for.
  public let kind: Kind
  /// Names it among those of its kind; another of the same name replaces it.
  public let name: String
  /// The alarms.
  public let patterns: [AlarmPattern]
  /// When it begins.
  public let from: WallTime
  /// When it ends; nil for not by time.
  public let until: WallTime?
  /// Who made it.
  public let by: String
  /// Why, in their words.
  public let note: String?
  /// Whether it ends by itself when none of its alarms has been set for 60 s, after one was.
  public let expiresOnClear: Bool
  /// Whether remedies wait, too.
  public let pausesRemedies: Bool
  /// Since when none of its alarms has been set, after one was.
  var quietSince: WallTime?
  /// Whether the configuration plans it again and again (``MaintenanceWindow``); nil for not.
  public internal(set) var recurs: Bool?
  /// The occurrence of a window that waits for this work of the same name: those before it are over, or were ended.
  var resumes: WallTime?
  /// Whether somebody has ended it before its time. It is kept until then, where no other occurrence follows that would
  /// say so, and seen by nobody: else the configuration would plan it once more.
  var isSpent: Bool?

  /// How long alarms have to be clear to end a mute that expires on clear.
  static let quietTime = Duration.seconds(60)

  /// Whether it holds at a time.
  public func isInForce(at time: WallTime) -> Bool {
    from <= time && !isOver(at: time) && isSpent != true
  }

  /// Whether it will never hold again.
  func isOver(at time: WallTime) -> Bool {
    end.map { $0 <= time } ?? false
  }

  /// When it ends, as far as is known now.
  var end: WallTime? {
    [until, expiresOnClear ? quietSince?.advanced(by: Self.quietTime) : nil].compactMap(\.self).min()
  }

  func matches(_ id: AlarmID) -> Bool { patterns.contains { $0.matches(id) } }

  var key: String { "\(kind.rawValue)/\(name)" }
}

/// While one alarm is set, others that follow from it are quiet: they are shown, and nothing is sent about them (AL44).
public struct AlarmInhibition: Sendable, Hashable, Codable {
  /// While one of these is set …
  public let source: AlarmPattern
  /// … these are quiet.
  public let target: AlarmPattern
  /// Whether the remedies of the quiet alarms wait, too.
  public let pausesRemedies: Bool

  /// An inhibition; remedies go on unless told otherwise. No alarm inhibits itself.
  public init(while source: AlarmPattern, quiet target: AlarmPattern, pausesRemedies: Bool = false) {
    self.source = source
    self.target = target
    self.pausesRemedies = pausesRemedies
  }
}

/// Why nothing is sent about an alarm at present, if so: its effective visibility.
public struct AlarmStanding: Sendable, Hashable, Codable {
  /// Who has taken notice.
  public internal(set) var acknowledgement: Acknowledgement?
  /// The shelf that it lies on.
  public internal(set) var shelf: AlarmMute?
  /// The planned work that it belongs to.
  public internal(set) var maintenance: AlarmMute?
  /// The alarm from which it follows.
  public internal(set) var inhibitedBy: AlarmID?
  /// Whether it is clear and only waits for somebody to take notice.
  public internal(set) var isLatched = false
  /// Whether its remedy waits.
  public internal(set) var remediesPaused = false

  /// Whether it is shelved, under maintenance or inhibited.
  public var isMuted: Bool { shelf != nil || maintenance != nil || inhibitedBy != nil }
  /// Whether nothing is sent about it.
  public var isQuiet: Bool { isMuted || acknowledgement != nil }
}
