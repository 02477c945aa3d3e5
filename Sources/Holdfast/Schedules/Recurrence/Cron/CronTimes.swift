/// The wall times that a cron expression chooses, without any zone: seconds since 1970 as a clock on the wall shows them.
struct CronTimes: Hashable, Sendable {
  /// Bit n is the value n.
  var seconds: UInt64 = 1
  var minutes: UInt64 = 0
  var hours: UInt64 = 0
  var months: UInt64 = 0
  /// Nil for all, also beyond 2199; bit n of all words is the year 1970 + n.
  var years: [UInt64]?
  /// Bit n is day n, for each kind of month; see ``CronDays/masks``.
  var days: [UInt32] = []

  static let allHours: UInt64 = (1 << 24) - 1

  /// Walks real time instead of wall times (§5).
  var isElapsed: Bool { hours == Self.allHours }

  func includes(year: Int) -> Bool {
    guard let years else { return true }
    guard CronField.year.range.contains(year) else { return false }
    return years[(year - 1970) >> 6] & 1 << UInt64((year - 1970) & 63) != 0
  }

  /// The days of one month, whose first has this number.
  @inline(__always)
  func mask(_ year: Int, _ month: Int, first: Int, length: Int) -> UInt32 {
    guard months &>> UInt64(month) & 1 != 0, years == nil || includes(year: year) else { return 0 }
    return days[(length &- 28) &* 7 &+ CivilDay.weekday(first)]
  }

  @inline(__always)
  func includes(day: Int) -> Bool {
    let date = CivilDay(day)
    let mask = mask(date.year, date.month, first: day &- date.day &+ 1, length: date.monthLength)
    return mask &>> UInt32(date.day) & 1 != 0
  }

  /// Whether a wall time is chosen.
  func contains(_ wall: Int) -> Bool {
    let day = wall.floorDivided(by: 86400)
    let time = wall &- day &* 86400
    return hours &>> UInt64(time / 3600) & 1 != 0 && minutes &>> UInt64(time / 60 % 60) & 1 != 0
      && seconds &>> UInt64(time % 60) & 1 != 0 && includes(day: day)
  }

  /// The first one that is not before `start`, if it is before `end`.
  func first(from start: Int, before end: Int) -> Int? {
    guard start < end else { return nil }
    let day = start.floorDivided(by: 86400)
    if let time = firstTime(from: start &- day &* 86400), includes(day: day) {
      let wall = day &* 86400 &+ time
      return wall < end ? wall : nil
    }
    guard let day = firstDay(from: day + 1, through: (end - 1).floorDivided(by: 86400)) else { return nil }
    let wall = day &* 86400 &+ earliestTime
    return wall < end ? wall : nil
  }

  /// The last one that is before `end`, if it is not before `start`.
  func last(from start: Int, before end: Int) -> Int? {
    guard start < end else { return nil }
    let day = (end - 1).floorDivided(by: 86400)
    if let time = lastTime(through: end &- 1 &- day &* 86400), includes(day: day) {
      let wall = day &* 86400 &+ time
      return wall >= start ? wall : nil
    }
    guard let day = lastDay(from: start.floorDivided(by: 86400), through: day - 1) else { return nil }
    let wall = day &* 86400 &+ latestTime
    return wall >= start ? wall : nil
  }
}

extension CronTimes {
  private var earliestTime: Int {
    hours.trailingZeroBitCount &* 3600 &+ minutes.trailingZeroBitCount &* 60 &+ seconds.trailingZeroBitCount
  }

  private var latestTime: Int { highest(hours) &* 3600 &+ highest(minutes) &* 60 &+ highest(seconds) }

  @inline(__always)
  private func highest(_ set: UInt64) -> Int { 63 &- set.leadingZeroBitCount }

  @inline(__always)
  private func firstTime(from time: Int) -> Int? {
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60)
    if hours &>> UInt64(hour) & 1 != 0 {
      let later = seconds &>> UInt64(second)
      if minutes &>> UInt64(minute) & 1 != 0, later != 0 { return time &+ later.trailingZeroBitCount }
      let minutes = minutes &>> UInt64(minute &+ 1)
      if minutes != 0 {
        let minute = minute &+ 1 &+ minutes.trailingZeroBitCount
        return hour &* 3600 &+ minute &* 60 &+ seconds.trailingZeroBitCount
      }
    }
    let hours = hours &>> UInt64(hour &+ 1)
    guard hours != 0 else { return nil }
    let next = hour &+ 1 &+ hours.trailingZeroBitCount
    return next &* 3600 &+ minutes.trailingZeroBitCount &* 60 &+ seconds.trailingZeroBitCount
  }

  @inline(__always)
  private func lastTime(through time: Int) -> Int? {
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60)
    if hours &>> UInt64(hour) & 1 != 0 {
      let earlier = seconds & (2 &<< UInt64(second) &- 1)
      if minutes &>> UInt64(minute) & 1 != 0, earlier != 0 { return time &- second &+ highest(earlier) }
      let minutes = minutes & (1 &<< UInt64(minute) &- 1)
      if minutes != 0 { return hour &* 3600 &+ highest(minutes) &* 60 &+ highest(seconds) }
    }
    let hours = hours & (1 &<< UInt64(hour) &- 1)
    guard hours != 0 else { return nil }
    return highest(hours) &* 3600 &+ highest(minutes) &* 60 &+ highest(seconds)
  }

  private func firstDay(from start: Int, through end: Int) -> Int? {
    guard start <= end else { return nil }
    let date = CivilDay(start)
    var (year, month, first) = (date.year, date.month, start - date.day + 1)
    var kept = UInt32.max << UInt32(date.day)
    while first <= end {
      let length = CivilDay.length(month, of: year)
      let mask = mask(year, month, first: first, length: length) & kept
      if mask != 0 {
        let day = first &+ mask.trailingZeroBitCount &- 1
        return day <= end ? day : nil
      }
      first &+= length
      kept = .max
      (year, month) = month == 12 ? (year &+ 1, 1) : (year, month &+ 1)
    }
    return nil
  }

  private func lastDay(from start: Int, through end: Int) -> Int? {
    guard start <= end else { return nil }
    let date = CivilDay(end)
    var (year, month, first) = (date.year, date.month, end - date.day + 1)
    var kept: UInt32 = 2 &<< UInt32(date.day) &- 1
    while true {
      let mask = mask(year, month, first: first, length: CivilDay.length(month, of: year)) & kept
      if mask != 0 {
        let day = first &+ 30 &- mask.leadingZeroBitCount
        return day >= start ? day : nil
      }
      guard first > start else { return nil }
      kept = .max
      (year, month) = month == 1 ? (year &- 1, 12) : (year, month &- 1)
      first &-= CivilDay.length(month, of: year)
    }
  }
}
