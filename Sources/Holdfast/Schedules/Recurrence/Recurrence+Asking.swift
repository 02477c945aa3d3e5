#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension Recurrence {
  /// The first moment after another, which is not included itself.
  ///
  /// - Returns: Nil when there is none. A cron expression, which repeats after 400 years, is searched for so long.
  public func next(after date: Date) -> Date? {
    next(after: WallTime(date))?.date
  }

  /// The last moment before another, which is not included itself.
  ///
  /// - Returns: Nil when there is none; see ``next(after:)``.
  public func previous(before date: Date) -> Date? {
    previous(before: WallTime(date))?.date
  }

  /// The last moment that is not after another.
  ///
  /// - Returns: Nil when there is none; see ``next(after:)``.
  public func latest(atOrBefore date: Date) -> Date? {
    previous(before: WallTime(moment: WallTime(date).moment + 1))?.date
  }

  /// Whether it fires at this moment, to the microsecond.
  public func matches(_ date: Date) -> Bool {
    node.contains(WallTime(date).moment)
  }

  /// How many moments there are after one and not after another.
  ///
  /// They are counted, not visited: years of a minutely schedule take microseconds. Only what a cron expression shares
  /// with an interval, or with one of another zone, in a union or an exclusion, is found by walking through the rarer of
  /// the two.
  public func count(after start: Date, through end: Date) -> Int {
    node.count(after: WallTime(start).moment, through: WallTime(end).moment)
  }

  /// The moments after one and not after another, in order, worked out one at a time.
  public func occurrences(after start: Date, through end: Date = .distantFuture) -> Occurrences {
    Occurrences(rule: self, start: start, end: end)
  }

  /// The first so many moments after another; fewer when the rule ends.
  public func occurrences(after start: Date, count: Int) -> [Date] {
    Array(occurrences(after: start).prefix(max(0, count)))
  }

  /// Whether time alone never makes it fire: ``manual`` and ``reboot``.
  public var isManual: Bool { !node.isTimed }

  /// Whether it also fires when the system starts: ``reboot``, alone or in a union.
  public var firesAtStart: Bool { node.runsAtStart }

  /// The moments of a rule, in order; see ``Recurrence/occurrences(after:through:)``.
  public struct Occurrences: Sequence, IteratorProtocol, Sendable {
    private let rule: Recurrence
    private var last: WallTime
    private let end: WallTime

    init(rule: Recurrence, start: Date, end: Date) {
      self.rule = rule
      self.last = WallTime(start)
      self.end = WallTime(end)
    }

    /// The next moment; nil at the end.
    public mutating func next() -> Date? {
      guard let next = rule.next(after: last), next <= end else { return nil }
      last = next
      return next.date
    }
  }
}

extension Recurrence {
  package func next(after time: WallTime) -> WallTime? {
    node.next(after: time.moment, through: WallTime.latest.moment).map { WallTime(moment: $0) }
  }

  package func previous(before time: WallTime) -> WallTime? {
    node.previous(before: time.moment, from: WallTime.earliest.moment).map { WallTime(moment: $0) }
  }

  package func count(after start: WallTime, through end: WallTime) -> Int {
    node.count(after: start.moment, through: end.moment)
  }
}
