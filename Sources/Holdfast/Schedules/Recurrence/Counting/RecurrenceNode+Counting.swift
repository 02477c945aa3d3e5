extension RecurrenceNode {
  /// How many moments there are after `start` and not after `end`, without visiting them one by one wherever the parts
  /// allow it.
  func count(after start: Int, through end: Int) -> Int {
    guard start < end else { return 0 }
    switch self {
    case .cron(let rule):
      let range = Self.seconds(after: start, through: end)
      return rule.count(from: range.lowerBound, before: range.upperBound)
    case .interval(let rule): return rule.count(after: start, through: end)
    case .once(let time): return time > start && time <= end ? 1 : 0
    case .manual, .reboot: return 0
    case .union(let parts): return Self.count(of: parts, after: start, through: end)
    case .except(let base, .rule(let other)):
      return base.count(after: start, through: end) - base.countShared(with: other, after: start, through: end)
    case .except(let base, .calendar(let calendar)):
      return calendar.count(of: base, after: start, through: end)
    }
  }

  /// Intervals and single moments together, then each other part's moments, less those that an earlier part has too.
  private static func count(of parts: [RecurrenceNode], after start: Int, through end: Int) -> Int {
    var earlier = parts.flattened.filter(\.isRegular)
    var count = count(ofRegular: earlier, after: start, through: end)
    for part in parts.flattened where !part.isRegular {
      count += part.count(after: start, through: end)
      if !earlier.isEmpty { count -= part.countShared(with: .union(earlier), after: start, through: end) }
      earlier.append(part)
    }
    return count
  }

  /// The most frequent come first, so that what does not fit into the closed form is what is quickest to walk through.
  private static func count(ofRegular parts: [RecurrenceNode], after start: Int, through end: Int) -> Int {
    let parts = parts.map { ($0, $0.count(after: start, through: end)) }.sorted { $0.1 > $1.1 }.map(\.0)
    var union = IntervalUnion(after: start, through: end)
    let fitting = parts.prefix { union.insert($0) }.count
    var count = union.count
    for index in parts.indices.dropFirst(fitting) {
      count += parts[index].count(after: start, through: end) { time in
        !parts[..<index].contains { $0.contains(time) }
      }
    }
    return count
  }

  private static func seconds(after start: Int, through end: Int) -> Range<Int> {
    start.floorDivided(by: 1_000_000) + 1..<end.floorDivided(by: 1_000_000) + 1
  }

  /// More exclusions within two rules are not taken apart.
  private static let mostExclusions = 6

  /// How many moments both have: counted for intervals, and for two cron rules of one zone; else the rarer of the two is
  /// walked through.
  private func countShared(with other: RecurrenceNode, after start: Int, through end: Int) -> Int {
    if exclusions + other.exclusions <= Self.mostExclusions, let both = intersection(with: other) {
      return both.count(after: start, through: end)
    }
    if case .cron(let left) = self, case .cron(let right) = other, left.isParallel(to: right) {
      let range = Self.seconds(after: start, through: end)
      return left.countShared(with: right, from: range.lowerBound, before: range.upperBound)
    }
    let (ours, theirs) = (count(after: start, through: end), other.count(after: start, through: end))
    let (rare, common) = ours <= theirs ? (self, other) : (other, self)
    return rare.count(after: start, through: end, where: common.contains)
  }

  /// Visits each moment.
  private func count(after start: Int, through end: Int, where isCounted: (Int) -> Bool) -> Int {
    var (count, time) = (0, start)
    while let next = next(after: time, through: end) {
      if isCounted(next) { count += 1 }
      time = next
    }
    return count
  }
}

extension [RecurrenceNode] {
  /// Without unions within.
  fileprivate var flattened: [RecurrenceNode] {
    flatMap { part in
      if case .union(let parts) = part { parts.flattened } else { [part] }
    }
  }
}

extension CronRule {
  /// Whether both take the same wall times for the same moments.
  func isParallel(to other: CronRule) -> Bool {
    zone == other.zone && isElapsed == other.isElapsed && (isElapsed || (gap == other.gap && overlap == other.overlap))
  }

  /// Moments of both, for a parallel rule.
  func countShared(with other: CronRule, from start: Int, before end: Int) -> Int {
    let both = times.intersection(other.times)
    var (count, start) = (0, start)
    while start < end {
      let span = table.span(at: start)
      let end = min(end, span.end)
      count += self.count(in: span, from: start, before: end, both)
      // Where missing times come in, a moment may have a different wall time for each rule.
      count += countShifted(in: span, from: start, before: end) { other.contains($0) }
      count += other.countShifted(in: span, from: start, before: end) { containsPlain($0, span) }
      start = span.end
    }
    return count
  }
}
