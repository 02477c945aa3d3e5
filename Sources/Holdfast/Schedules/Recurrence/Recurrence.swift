#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// When something recurs, as a value: cron expressions, intervals, single moments, and what is made of them.
///
/// ```swift
/// let nightly = try Recurrence.cron("30 2 * * *", in: "Europe/London")
/// nightly.next(after: .now)
/// nightly.count(after: lastRun, through: .now)              // what was missed, without visiting it
/// let office = try Recurrence("*/10 9-17 * * MON-FRI in Europe/London except {12-25 12:00-13:00 in Europe/London}")
/// ```
///
/// A rule has no state and asks no clock. It is refused when it is made if it is wrong or can never fire. Moments are
/// read and given to the microsecond. The article <doc:RecurrenceRules> has the syntax and what happens when clocks change.
public struct Recurrence: Sendable, Hashable {
  /// What becomes of a time of the day that is missing when clocks go forward (§5).
  public enum Gap: String, Sendable, Hashable, Codable, CaseIterable {
    /// It fires later by as much as is missing: 02:30 at 03:30. The default.
    case shift
    /// It fires at the moment of the change; several become one.
    case transition
    /// It does not fire on that day.
    case skip
  }

  /// What becomes of a time of the day that comes twice when clocks go back (§5).
  public enum Overlap: String, Sendable, Hashable, Codable, CaseIterable {
    /// It fires the first time. The default.
    case first
    /// It fires the second time.
    case second
    /// It fires both times.
    case both
  }

  let node: RecurrenceNode

  init(_ node: RecurrenceNode) {
    self.node = node
  }

  /// Reads a rule: a cron expression, a macro, or several of them combined.
  ///
  /// - Parameters:
  ///   - text: The rule, at most 4096 bytes. It may name its own zone and options, which then win over the others here.
  ///   - zone: Whose clocks a cron expression means. Default UTC.
  ///   - name: What `H` and `~` choose by, usually the schedule's name. Needed only with them.
  ///   - gap: What becomes of missing times. Default ``Gap/shift``.
  ///   - overlap: What becomes of repeated times. Default ``Overlap/first``.
  /// - Throws: ``RecurrenceError`` with the field, the position and a hint.
  public init(
    _ text: String, in zone: Zone = .utc, name: String? = nil, gap: Gap = .shift, overlap: Overlap = .first
  ) throws(RecurrenceError) {
    let options = RecurrenceOptions(zone: zone, name: name, gap: gap, overlap: overlap)
    var reader = RecurrenceReader(source: try RuleText(text), options: options)
    node = try reader.read()
  }
}

extension Recurrence {
  /// A cron expression or a macro, in a zone by name; see ``init(_:in:name:gap:overlap:)``.
  ///
  /// - Throws: ``RecurrenceError``, also for a zone that does not exist.
  public static func cron(
    _ text: String, in zone: String = "UTC", name: String? = nil, gap: Gap = .shift, overlap: Overlap = .first
  ) throws(RecurrenceError) -> Recurrence {
    let place: Zone
    do { place = try Zone(zone) } catch {
      throw RecurrenceError(.unknownZone, "no time zone `\(error.name)`", hint: error.hint, text: text)
    }
    return try Recurrence(text, in: place, name: name, gap: gap, overlap: overlap)
  }

  /// Every so often, at the moments phase + k · interval since 1970 in UTC, whatever clocks, zones and restarts do.
  ///
  /// - Parameters:
  ///   - interval: 1 ms to 100 years, in whole microseconds.
  ///   - phase: Moves all moments; only what is left of it after whole intervals matters. Default zero.
  /// - Throws: ``RecurrenceError`` when the interval is out of range.
  public static func every(_ interval: Duration, phase: Duration = .zero) throws(RecurrenceError) -> Recurrence {
    let (length, rest) = interval.wholeNanoseconds.quotientAndRemainder(dividingBy: 1000)
    guard IntervalRule.lengths.contains(Int(length)), rest == 0 else {
      throw RecurrenceError(
        .range, "an interval of \(interval) is out of range", hint: "1 ms to 100 years, in whole microseconds")
    }
    let phase = Int(phase.wholeNanoseconds / 1000)
    return Recurrence(.interval(IntervalRule(length: Int(length), phase: phase)))
  }

  /// Every so often, before and after a moment that is one of them.
  ///
  /// - Throws: ``RecurrenceError`` when the interval is out of range.
  public static func every(_ interval: Duration, anchor: Date) throws(RecurrenceError) -> Recurrence {
    guard case .interval(let rule) = try every(interval).node else { return .manual }
    return Recurrence(.interval(IntervalRule(length: rule.length, phase: WallTime(anchor).moment)))
  }

  /// Once.
  public static func at(_ date: Date) -> Recurrence { Recurrence(.once(WallTime(date).moment)) }

  /// Never by itself.
  public static let manual = Recurrence(.manual)

  /// Once at each start of the system that runs it, and never by time.
  public static let reboot = Recurrence(.reboot)
}

// Combining.
extension Recurrence {
  /// The most parts that a rule may have.
  static let maximumParts = 64

  /// Whenever any of them fires; moments that coincide are one.
  ///
  /// - Throws: ``RecurrenceError`` when there are none, or more than 64.
  public static func union(_ rules: some Sequence<Recurrence>) throws(RecurrenceError) -> Recurrence {
    var parts: [RecurrenceNode] = []
    for rule in rules {
      if case .union(let inner) = rule.node { parts += inner } else { parts.append(rule.node) }
    }
    guard (1...maximumParts).contains(parts.count) else {
      throw RecurrenceError(
        .tooLarge, "a rule of \(parts.count) parts", hint: "a rule has 1 to \(maximumParts) parts; make two schedules")
    }
    return Recurrence(parts.count == 1 ? parts[0] : .union(parts))
  }

  /// The same without the moments of another rule.
  ///
  /// Moments are taken out one by one, and a million in a row that are all out end the rule; for days and hours, an
  /// ``ExclusionCalendar`` is the means.
  ///
  /// - Throws: ``RecurrenceError`` when nothing is left.
  public func excluding(_ rule: Recurrence) throws(RecurrenceError) -> Recurrence {
    try Recurrence(.except(node, .rule(rule.node))).firing()
  }

  /// The same without the times of a calendar.
  ///
  /// - Throws: ``RecurrenceError`` when nothing is left.
  public func excluding(_ calendar: ExclusionCalendar) throws(RecurrenceError) -> Recurrence {
    try Recurrence(.except(node, .calendar(calendar))).firing()
  }

  private func firing() throws(RecurrenceError) -> Recurrence {
    guard node.everFires else {
      throw RecurrenceError(.neverFires, "nothing is left of the rule", hint: "exclude less", text: description)
    }
    return self
  }
}

extension RecurrenceNode {
  /// Whether a moment exists, or it is not for time to decide.
  var everFires: Bool {
    let times = next(after: -1, through: WallTime.latest.moment) ?? previous(before: 0, from: WallTime.earliest.moment)
    return times != nil || runsAtStart || !isTimed
  }
}
