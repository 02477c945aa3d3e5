extension RecurrenceNode.Exclusion {
  /// So many moments left out in a row are taken for the end of the rule, and so are 400 years of them.
  static let limit = 1_000_000

  func contains(_ time: Int) -> Bool {
    switch self {
    case .rule(let rule): rule.contains(time)
    case .calendar(let calendar): calendar.segment(at: time).isExcluded
    }
  }

  func next(of base: RecurrenceNode, after start: Int, through end: Int) -> Int? {
    var (start, end) = (start, end)
    for _ in 0..<Self.limit {
      guard let time = base.next(after: start, through: end) else { return nil }
      guard let excluded = excluded(at: time, of: base) else { return time }
      start = excluded.upperBound - 1
      end = min(end, time + RecurrenceNode.horizon)
    }
    return nil
  }

  func previous(of base: RecurrenceNode, before end: Int, from start: Int) -> Int? {
    var (end, start) = (end, start)
    for _ in 0..<Self.limit {
      guard let time = base.previous(before: end, from: start) else { return nil }
      guard let excluded = excluded(at: time, of: base) else { return time }
      end = excluded.lowerBound
      start = max(start, time - RecurrenceNode.horizon)
    }
    return nil
  }

  /// What is left out around a moment of a rule, as far as it is easy to tell; nil when the moment stays.
  private func excluded(at time: Int, of base: RecurrenceNode) -> Range<Int>? {
    switch self {
    case .calendar(let calendar):
      let segment = calendar.segment(at: time)
      return segment.isExcluded ? segment.range : nil
    case .rule(let rule):
      guard rule.contains(time) else { return nil }
      guard case .cron(let base) = base, case .cron(let rule) = rule, let day = rule.covers(base, at: time / 1_000_000)
      else { return time..<time + 1 }
      return day.lowerBound * 1_000_000..<day.upperBound * 1_000_000
    }
  }
}

extension CronRule {
  /// The day, in seconds, on which this rule leaves nothing of another one, when it has a moment of it and all its times
  /// of the day.
  fileprivate func covers(_ other: CronRule, at time: Int) -> Range<Int>? {
    let isSubset =
      other.times.seconds & ~times.seconds == 0 && other.times.minutes & ~times.minutes == 0
      && other.times.hours & ~times.hours == 0
    guard isSubset, isParallel(to: other) else { return nil }
    let span = table.span(at: time)
    // Just after a gap, moments may have a wall time of the day before.
    guard time >= span.start + (isElapsed ? 0 : span.gap) else { return nil }
    let midnight = (time + span.offset).floorDivided(by: 86400) * 86400 - span.offset
    return max(midnight, span.start + (isElapsed ? 0 : span.gap))..<min(midnight + 86400, span.end)
  }
}
