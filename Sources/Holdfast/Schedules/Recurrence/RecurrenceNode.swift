/// What a rule is made of. All times are microseconds since 1970 in UTC.
indirect enum RecurrenceNode: Hashable, Sendable {
  case cron(CronRule)
  case interval(IntervalRule)
  case once(Int)
  case manual
  case reboot
  case union([RecurrenceNode])
  case except(RecurrenceNode, Exclusion)

  enum Exclusion: Hashable, Sendable {
    case rule(RecurrenceNode)
    case calendar(ExclusionCalendar)
  }

  private static let second = 1_000_000
  /// The calendar and every zone's rule repeat after 400 years, so that what a search has not found by then never comes.
  static let horizon = CivilDay.cycleSeconds * second

  /// Whether time alone can make it fire.
  var isTimed: Bool {
    switch self {
    case .cron, .interval, .once: true
    case .manual, .reboot: false
    case .union(let parts): parts.contains(where: \.isTimed)
    case .except(let base, _): base.isTimed
    }
  }

  var runsAtStart: Bool {
    switch self {
    case .reboot: true
    case .cron, .interval, .once, .manual: false
    case .union(let parts): parts.contains(where: \.runsAtStart)
    case .except(let base, _): base.runsAtStart
    }
  }

  /// The first moment after `start` that is not after `end`.
  func next(after start: Int, through end: Int) -> Int? {
    guard start < end else { return nil }
    switch self {
    case .cron(let rule):
      let end = min(end, start + Self.horizon)
      let (from, before) = (start.floorDivided(by: Self.second) + 1, end.floorDivided(by: Self.second) + 1)
      return rule.first(from: from, before: before).map { $0 * Self.second }
    case .interval(let rule): return rule.next(after: start).notAfter(end)
    case .once(let time): return time > start ? time.notAfter(end) : nil
    case .manual, .reboot: return nil
    case .union(let parts): return earliest(of: parts, after: start, through: end)
    case .except(let base, let exclusion): return exclusion.next(of: base, after: start, through: end)
    }
  }

  private func earliest(of parts: [RecurrenceNode], after start: Int, through end: Int) -> Int? {
    var found: Int?
    for part in parts { found = part.next(after: start, through: found ?? end) ?? found }
    return found
  }

  /// The last moment before `end` that is not before `start`.
  func previous(before end: Int, from start: Int) -> Int? {
    guard start < end else { return nil }
    switch self {
    case .cron(let rule):
      let start = max(start, end - Self.horizon)
      // Rounded up at both ends: moments are whole seconds.
      let (from, before) = (-(-start).floorDivided(by: Self.second), -(-end).floorDivided(by: Self.second))
      return rule.last(from: from, before: before).map { $0 * Self.second }
    case .interval(let rule): return rule.previous(before: end).notBefore(start)
    case .once(let time): return time < end ? time.notBefore(start) : nil
    case .manual, .reboot: return nil
    case .union(let parts): return latest(of: parts, before: end, from: start)
    case .except(let base, let exclusion): return exclusion.previous(of: base, before: end, from: start)
    }
  }

  private func latest(of parts: [RecurrenceNode], before end: Int, from start: Int) -> Int? {
    var found: Int?
    for part in parts { found = part.previous(before: end, from: found ?? start) ?? found }
    return found
  }

  func contains(_ time: Int) -> Bool {
    switch self {
    case .cron(let rule): time.floorRemainder(by: Self.second) == 0 && rule.contains(time / Self.second)
    case .interval(let rule): rule.contains(time)
    case .once(let moment): moment == time
    case .manual, .reboot: false
    case .union(let parts): parts.contains { $0.contains(time) }
    case .except(let base, let exclusion): base.contains(time) && !exclusion.contains(time)
    }
  }
}

extension Int {
  fileprivate func notAfter(_ limit: Int) -> Int? { self <= limit ? self : nil }
  fileprivate func notBefore(_ limit: Int) -> Int? { self >= limit ? self : nil }
}
