/// Work that comes again and again: during each occurrence its alarms are quiet.
///
/// ```swift
/// configuration.maintenance = [
///   MaintenanceWindow(
///     "backup", of: [try AlarmPattern(parsing: "net.*")], try .cron("0 2 * * SUN", in: "Europe/Vienna"),
///     for: .seconds(7200))
/// ]
/// ```
///
/// The occurrence that is under way, or comes next, is listed as planned work (``Alarms/mutes()``). Ending it by hand ends
/// this one only; work that somebody plans under the same name takes its place until that is over. What has been ended
/// does not come back.
public struct MaintenanceWindow: Sendable, Hashable {
  /// Names it among all planned work; 1 to 128 bytes without control characters.
  public var name: String
  /// Which alarms; at least one pattern.
  public var patterns: [AlarmPattern]
  /// When an occurrence begins.
  public var rule: Recurrence
  /// How long it takes, ≥ 1 s. Where that is longer than the next one is away, one goes over into the other.
  public var duration: Duration
  /// Why, for people.
  public var note: String?
  /// Whether the remedies of its alarms wait, too. Default they do.
  public var pausesRemedies: Bool

  /// A window.
  public init(
    _ name: String, of patterns: [AlarmPattern], _ rule: Recurrence, for duration: Duration, note: String? = nil,
    pausesRemedies: Bool = true
  ) {
    self.name = name
    self.patterns = patterns
    self.rule = rule
    self.duration = duration
    self.note = note
    self.pausesRemedies = pausesRemedies
  }
}

extension MaintenanceWindow {
  /// Who plans it, for people.
  static let planner = "configuration"

  func check() throws(AlarmError) {
    do throws(JobRefused) { try JobRefused.check(name: name, as: "its name") } catch {
      throw AlarmError(.invalidMute, name, "\(error.field) \(error.reason)")
    }
    guard !patterns.isEmpty, duration >= .seconds(1), !rule.isManual else {
      throw AlarmError(
        .invalidMute, name, "needs at least one pattern, a duration of at least 1 s, and a rule that begins it by time")
    }
  }

  /// The occurrence that is under way, or else the next one; nil when there is none.
  func mute(at time: WallTime) -> AlarmMute? {
    if let begun = rule.previous(before: time.successor), begun.advanced(by: duration) > time {
      return mute(from: begun)
    }
    return rule.next(after: time).map { mute(from: $0) }
  }

  /// Whether a mute is one of its occurrences, as it would be planned now.
  func gives(_ mute: AlarmMute) -> Bool {
    var planned = mute
    planned.isSpent = nil
    return rule.next(after: mute.from.predecessor) == mute.from && self.mute(from: mute.from) == planned
  }

  private func mute(from start: WallTime) -> AlarmMute {
    AlarmMute(
      kind: .maintenance, name: name, patterns: patterns, from: start, until: start.advanced(by: duration),
      by: Self.planner, note: note, expiresOnClear: false, pausesRemedies: pausesRemedies, recurs: true)
  }
}
