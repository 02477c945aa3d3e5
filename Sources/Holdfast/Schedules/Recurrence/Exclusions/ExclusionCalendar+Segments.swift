/// A stretch of time, in microseconds, all of which a calendar leaves out, or nothing of it.
struct ExclusionSegment {
  var range: Range<Int>
  var isExcluded: Bool
}

extension ExclusionCalendar {
  /// The stretch around a moment. It ends at the latest where the zone's offset changes, or after a month; the next one
  /// may be of the same kind.
  func segment(at microseconds: Int) -> ExclusionSegment {
    let time = microseconds.floorDivided(by: 1_000_000)
    let span = zone.table.span(at: time)
    let wall = time + span.offset
    let (range, isExcluded) = segment(wall: wall)
    // The ends of time are far beyond what microseconds can count.
    let start = span.start == .min ? range.lowerBound - span.offset : max(range.lowerBound - span.offset, span.start)
    let end = min(range.upperBound - span.offset, span.end)
    return ExclusionSegment(range: start * 1_000_000..<end * 1_000_000, isExcluded: isExcluded)
  }

  private func segment(wall: Int) -> (Range<Int>, Bool) {
    let day = wall.floorDivided(by: 86400)
    if excludes(day: day) { return (days(around: day, excluded: true), true) }
    if times.isEmpty { return (days(around: day, excluded: false), false) }
    let midnight = day * 86400
    let time = wall - midnight
    if let range = times.first(where: { $0.contains(time) }) { return (range.shifted(by: midnight), true) }
    let start = times.last { $0.upperBound <= time }?.upperBound ?? 0
    let end = times.first { $0.lowerBound > time }?.lowerBound ?? 86400
    return ((start..<end).shifted(by: midnight), false)
  }

  private func days(around day: Int, excluded: Bool) -> Range<Int> {
    var (first, last) = (day, day)
    while day - first < 31, excludes(day: first - 1) == excluded { first -= 1 }
    while last - day < 31, excludes(day: last + 1) == excluded { last += 1 }
    return first * 86400..<(last + 1) * 86400
  }

  /// How many of a rule's moments are left.
  func count(of base: RecurrenceNode, after start: Int, through end: Int) -> Int {
    var (count, start) = (0, start)
    while start < end {
      let segment = segment(at: start + 1)
      let last = min(end, segment.range.upperBound - 1)
      if !segment.isExcluded { count += base.count(after: start, through: last) }
      start = last
    }
    return count
  }
}

extension Range<Int> {
  fileprivate func shifted(by distance: Int) -> Range<Int> { lowerBound + distance..<upperBound + distance }
}
