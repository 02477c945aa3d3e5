#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// One occurrence that is to come.
public struct ScheduledTime: Sendable, Hashable, Codable {
  /// The moment that the rule names.
  public var nominal: WallTime
  /// When its job may run: with jitter, later than that.
  public var due: WallTime
}

/// The nominal times between a schedule's start and its end, and when each is due.
extension Schedule {
  /// The occurrences after a moment, whatever the schedule's count has left.
  ///
  /// - Parameters:
  ///   - count: How many at most.
  ///   - date: They come after it.
  public func preview(_ count: Int, after date: Date) -> [ScheduledTime] {
    var times: [ScheduledTime] = []
    var last = WallTime(date)
    while times.count < count, let next = next(after: last) {
      times.append(ScheduledTime(nominal: next, due: due(next)))
      last = next
    }
    return times
  }

  /// Whether a moment is not before the start and not after the end.
  func spans(_ time: WallTime) -> Bool { start.map { $0 <= time } ?? true && end.map { time <= $0 } ?? true }

  /// The first nominal time after a moment.
  func next(after time: WallTime) -> WallTime? {
    let time = start.map { max($0.predecessor, time) } ?? time
    guard let next = rule.next(after: time), end.map({ next <= $0 }) ?? true else { return nil }
    return next
  }

  /// The last nominal time before one moment and after another.
  func last(before time: WallTime, after cursor: WallTime) -> WallTime? {
    let time = end.map { min($0.successor, time) } ?? time
    let cursor = start.map { max($0.predecessor, cursor) } ?? cursor
    guard let last = rule.previous(before: time), last > cursor else { return nil }
    return last
  }

  /// The last nominal time after a moment that is due before another.
  ///
  /// Occurrences are due in their order, so that only the last one can have begun without being due.
  func last(dueBefore time: WallTime, after cursor: WallTime) -> WallTime? {
    guard let last = last(before: time, after: cursor) else { return nil }
    return due(last) < time ? last : self.last(before: last, after: cursor)
  }

  /// The occurrences after one moment and not after another, counted without visiting them; nil for none.
  func range(after cursor: WallTime, through time: WallTime) -> ScheduleRange? {
    guard let first = next(after: cursor), let last = last(before: time.successor, after: cursor) else { return nil }
    return ScheduleRange(first: first, last: last, count: rule.count(after: first.predecessor, through: last))
  }

  /// When an occurrence's job may run.
  func due(_ nominal: WallTime) -> WallTime {
    guard jitter > .zero else { return nominal }
    let limit = min(jitter, rule.next(after: nominal).map { nominal.duration(to: $0) } ?? jitter)
    guard limit >= .microseconds(1) else { return nominal }
    let hash = StableHash.of("\(name)|\(nominal.microseconds)".utf8)
    return nominal.advanced(by: .microseconds(Int64(hash % UInt64(limit.wholeMicroseconds))))
  }
}

extension WallTime {
  /// The moment before this one.
  var predecessor: WallTime { advanced(by: .microseconds(-1)) }
  /// The moment after this one.
  var successor: WallTime { advanced(by: .microseconds(1)) }
  /// ISO 8601 in UTC: `2026-03-08T07:30:00Z`; times beyond the years 1 and 9999 are taken as these ends.
  var text: String { MomentText.text(moment) }
}
