/// The days that a cron expression chooses, before they are worked out for a month.
struct CronDays: Hashable, Sendable {
  /// Bit n is day n.
  var days: UInt32 = 0
  /// Bit n is the last day minus n.
  var beforeLast: UInt32 = 0
  /// Bit n is the working day nearest to day n.
  var nearest: UInt32 = 0
  var lastWorkingDay = false
  /// Bit 0 is Sunday.
  var weekdays: UInt32 = 0
  /// For each weekday: bit n is the n-th of the month, bit 0 the last one.
  var ordinals = [UInt8](repeating: 0, count: 7)
  var restrictsDays = false
  var restrictsWeekdays = false
  /// Both have to hold when both are restricted; else either.
  var needsBoth = false

  /// Bit n is day n of a month with so many days that begins on this weekday.
  func mask(length: Int, first: Int) -> UInt32 {
    let month = (UInt32(2) &<< UInt32(length)) &- 2
    switch (restrictsDays, restrictsWeekdays) {
    case (false, false): return month
    case (true, false): return dayMask(length, first) & month
    case (false, true): return weekdayMask(length, first)
    case (true, true):
      let (days, weekdays) = (dayMask(length, first) & month, weekdayMask(length, first))
      return needsBoth ? days & weekdays : days | weekdays
    }
  }

  /// For every kind of month there is: 28 to 31 days, beginning on each weekday.
  var masks: [UInt32] {
    (28...31).flatMap { length in (0..<7).map { mask(length: length, first: $0) } }
  }

  private func dayMask(_ length: Int, _ first: Int) -> UInt32 {
    var mask = days
    for offset in 0..<length where beforeLast & 1 << offset != 0 { mask |= 1 << (length - offset) }
    for day in 1...length where nearest & 1 << day != 0 { mask |= 1 << workingDay(near: day, length, first) }
    // The working day nearest to the last day is the last working day, for it never leaves the month.
    if lastWorkingDay { mask |= 1 << workingDay(near: length, length, first) }
    return mask
  }

  private func workingDay(near day: Int, _ length: Int, _ first: Int) -> Int {
    switch (first + day - 1) % 7 {
    case 6: day == 1 ? 3 : day - 1
    case 0: day == length ? day - 2 : day + 1
    default: day
    }
  }

  private func weekdayMask(_ length: Int, _ first: Int) -> UInt32 {
    var mask: UInt32 = 0
    for day in 1...length {
      let weekday = (first + day - 1) % 7
      let isLast = day + 7 > length && ordinals[weekday] & 1 != 0
      let isNth = ordinals[weekday] & 1 << ((day + 6) / 7) != 0
      if weekdays & 1 << weekday != 0 || isLast || isNth { mask |= 1 << day }
    }
    return mask
  }
}
