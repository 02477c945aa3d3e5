extension CronTimes {
  /// How many wall times there are from `start` to before `end`: a few instructions for each month between them.
  func count(from start: Int, before end: Int) -> Int {
    guard start < end else { return 0 }
    let (first, last) = (start.floorDivided(by: 86400), end.floorDivided(by: 86400))
    let (before, through) = (times(before: start &- first &* 86400), times(before: end &- last &* 86400))
    // Every time of the days from the first to before the last, less those before the start, and those of the last day.
    var count = days(from: first, before: last) * perDay
    if before > 0, includes(day: first) { count -= before }
    if through > 0, includes(day: last) { count += through }
    return count
  }

  private var perMinute: Int { seconds.nonzeroBitCount }
  private var perHour: Int { minutes.nonzeroBitCount * perMinute }
  private var perDay: Int { hours.nonzeroBitCount * perHour }

  /// How many times of a chosen day come before this one.
  private func times(before time: Int) -> Int {
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60)
    var count = (hours & (1 << hour - 1)).nonzeroBitCount * perHour
    guard hours >> hour & 1 != 0 else { return count }
    count += (minutes & (1 << minute - 1)).nonzeroBitCount * perMinute
    guard minutes >> minute & 1 != 0 else { return count }
    return count + (seconds & (1 << second - 1)).nonzeroBitCount
  }

  private func days(from start: Int, before end: Int) -> Int {
    guard start < end else { return 0 }
    let date = CivilDay(start)
    var (year, month, first) = (date.year, date.month, start - date.day + 1)
    var kept = UInt32.max << UInt32(date.day)
    var count = 0
    while first < end {
      let length = CivilDay.length(month, of: year)
      // Days from the end on, when it lies in this month.
      if end - first < length { kept &= 2 << UInt32(end - first) - 1 }
      count += (mask(year, month, first: first, length: length) & kept).nonzeroBitCount
      first += length
      kept = .max
      (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1)
    }
    return count
  }

  /// The wall times that both choose.
  func intersection(_ other: CronTimes) -> CronTimes {
    var both = self
    both.seconds &= other.seconds
    both.minutes &= other.minutes
    both.hours &= other.hours
    both.months &= other.months
    both.days = zip(days, other.days).map { $0 & $1 }
    if let theirs = other.years { both.years = years.map { zip($0, theirs).map { $0 & $1 } } ?? theirs }
    return both
  }
}
