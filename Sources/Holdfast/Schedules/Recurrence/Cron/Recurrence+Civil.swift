/// What the clocks of a rule's zone show, for a rule that names times of the day.
extension Recurrence {
  /// Only such a rule means the same occurrence when an update of the zone data moves a time of the day: one that follows
  /// real time, and a union or an exclusion, whose parts may have zones of their own, is nil here.
  private var timesOfDay: CronRule? {
    guard case .cron(let rule) = node, !rule.isElapsed else { return nil }
    return rule
  }

  /// What the clocks show at a moment, in seconds since they showed the beginning of 1970.
  func civilTime(at time: WallTime) -> Int? {
    timesOfDay.map { time.seconds + $0.table.span(at: time.seconds).offset }
  }

  /// When the clocks show that: of two such moments the one at which the rule fires first, and one that is missing as late
  /// as it is missing.
  func moment(ofCivilTime time: Int) -> WallTime? {
    guard let rule = timesOfDay else { return nil }
    let moments = rule.table.moments(wall: time)
    let shown = rule.overlap == .second ? moments.last : moments.first
    let moment = shown ?? time - rule.table.span(at: time - 2 * 86400).offset
    return WallTime(moment: moment * 1_000_000)
  }
}
