import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A shelf, or planned work, during which alarms are quiet, as operators and scripts see it.
struct MuteReport: Codable, Equatable, Sendable {
  /// Of work; of a shelf its pattern.
  var name: String
  /// `planned` or `underWay`.
  var state: String
  /// The alarms.
  var patterns: [String]
  var from: Date
  var until: Date?
  /// Whether it also ends when its alarms have been clear for a minute.
  var untilClear: Bool
  var by: String
  var note: String?
  /// Whether the remedies of its alarms wait, too.
  var remediesPaused: Bool
  /// Whether the file plans it again and again.
  var recurs = false
}

extension MuteReport {
  init(_ mute: AlarmMute, at now: WallTime) {
    (name, state) = (mute.name, mute.from > now ? "planned" : "underWay")
    (patterns, by, note) = (mute.patterns.map(\.description), mute.by, mute.note)
    (from, until, remediesPaused) = (mute.from.date, mute.until?.date, mute.pausesRemedies)
    (untilClear, recurs) = (mute.expiresOnClear, mute.recurs ?? false)
  }
}
