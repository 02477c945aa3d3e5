/// A stretch of time in which a zone's offset does not change, in seconds since 1970 in UTC.
struct ZoneSpan: Hashable, Sendable {
  var start: Int
  /// The first second that is no longer part of it.
  var end: Int
  /// What is added to UTC.
  var offset: Int
  /// The offsets on both sides; the same as ``offset`` where there is nothing.
  var before: Int
  var after: Int

  /// Wall seconds that the change at its start left out.
  @inline(__always)
  var gap: Int { max(0, offset &- before) }
  /// Wall seconds at its start that had been before.
  @inline(__always)
  var repeated: Int { max(0, before &- offset) }
  /// Wall seconds at its end that will come again.
  @inline(__always)
  var repeatedLater: Int { max(0, offset &- after) }
}

/// Every change of a zone's offset, in order, and what follows the last one.
///
/// The rule for the time after the file's last change is written out for 400 years, after which the calendar repeats, so
/// that each question is one binary search.
struct ZoneTable: Hashable, Sendable {
  /// When each offset begins; the first is the beginning of time.
  private(set) var starts: [Int]
  private(set) var offsets: [Int]
  /// From here on times are moved back by whole cycles of 400 years; `Int.max` where nothing changes any more.
  private var repeatsFrom = Int.max

  /// One offset for ever.
  init(offset: Int) {
    starts = [.min]
    offsets = [offset]
  }

  /// - Parameters:
  ///   - changes: In order.
  ///   - rule: For the time after the last of them.
  init(offset: Int, changes: [(at: Int, offset: Int)], rule: PosixZoneRule?) {
    self.init(offset: offset)
    for change in changes { append(change.offset, at: change.at) }
    guard let rule else { return }
    if rule.changes == nil {
      append(rule.standard, at: changes.last?.at ?? .min)
    } else {
      append(rule, after: changes.last?.at ?? 0)
    }
  }

  private mutating func append(_ rule: PosixZoneRule, after last: Int) {
    let year = CivilDay(last.floorDivided(by: 86400)).year
    // One cycle, and a year on each side of it, so that every span has its neighbours.
    for year in year...year + 402 {
      for change in rule.changes(in: year) where change.at > last { append(change.offset, at: change.at) }
    }
    repeatsFrom = CivilDay(year: year + 401, month: 1, day: 1).number * 86400
  }

  /// A change that takes no time, or changes nothing, is none.
  private mutating func append(_ offset: Int, at start: Int) {
    if starts[starts.count - 1] >= start {
      offsets[offsets.count - 1] = offset
      guard starts.count > 1, offsets[offsets.count - 2] == offset else { return }
      starts.removeLast()
      offsets.removeLast()
    } else if offsets[offsets.count - 1] != offset {
      starts.append(start)
      offsets.append(offset)
    }
  }

  var isConstant: Bool { starts.count == 1 }

  /// The stretch that a time is in.
  @inline(__always)
  func span(at time: Int) -> ZoneSpan {
    if isConstant { return ZoneSpan(start: .min, end: .max, offset: offsets[0], before: offsets[0], after: offsets[0]) }
    guard time >= repeatsFrom else { return span(index(of: time), moved: 0) }
    let moved = ((time &- repeatsFrom) / CivilDay.cycleSeconds &+ 1) &* CivilDay.cycleSeconds
    return span(index(of: time &- moved), moved: moved)
  }

  private func span(_ index: Int, moved: Int) -> ZoneSpan {
    let isLast = index == starts.count - 1
    return ZoneSpan(
      start: index == 0 ? .min : starts[index] &+ moved,
      end: isLast ? .max : starts[index + 1] &+ moved,
      offset: offsets[index],
      before: offsets[max(0, index - 1)],
      after: offsets[isLast ? index : index + 1])
  }

  private func index(of time: Int) -> Int {
    var (low, high) = (0, starts.count)
    while high &- low > 1 {
      let middle = (low &+ high) >> 1
      if starts[middle] <= time { low = middle } else { high = middle }
    }
    return low
  }
  /// The moments at which clocks show a wall time, in order: none in a gap, two in an overlap.
  func moments(wall: Int) -> [Int] {
    // No offset is longer than a day and two hours.
    let reach = 93_600
    var span = span(at: wall - reach)
    var found: [Int] = []
    while true {
      let time = wall - span.offset
      if time >= span.start, time < span.end { found.append(time) }
      guard span.end <= wall + reach else { return found }
      span = self.span(at: span.end)
    }
  }
}
