/// Days of the proleptic Gregorian calendar as whole numbers: 0 is 1970-01-01.
///
/// The arithmetic counts years from March, so that the leap day is the last of its year, and cycles of 400 years, which
/// have 146,097 days.
struct CivilDay: Hashable, Sendable {
  var year: Int
  /// 1 to 12.
  var month: Int
  /// 1 to 31.
  var day: Int

  /// The days, and also the seconds, after which the calendar and every rule of daylight saving repeat: 400 years.
  static let cycle = 146_097
  static let cycleSeconds = cycle * 86_400

  init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date of a day number.
  @inline(__always)
  init(_ number: Int) {
    let shifted = number &+ 719_468
    let era = (shifted >= 0 ? shifted : shifted &- 146_096) / Self.cycle
    let ofEra = shifted &- era &* Self.cycle
    let yearOfEra = (ofEra &- ofEra / 1460 &+ ofEra / 36_524 &- ofEra / 146_096) / 365
    let ofYear = ofEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
    let shiftedMonth = (5 &* ofYear &+ 2) / 153
    day = ofYear &- (153 &* shiftedMonth &+ 2) / 5 &+ 1
    month = shiftedMonth < 10 ? shiftedMonth &+ 3 : shiftedMonth &- 9
    year = yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0)
  }

  /// The day number of this date.
  @inline(__always)
  var number: Int {
    let shifted = month <= 2 ? year &- 1 : year
    let era = (shifted >= 0 ? shifted : shifted &- 399) / 400
    let yearOfEra = shifted &- era &* 400
    let ofYear = (153 &* (month > 2 ? month &- 3 : month &+ 9) &+ 2) / 5 &+ day &- 1
    return era &* Self.cycle &+ yearOfEra &* 365 &+ yearOfEra / 4 &- yearOfEra / 100 &+ ofYear &- 719_468
  }

  /// How many days the month of this date has.
  @inline(__always)
  var monthLength: Int { Self.length(month, of: year) }

  static func isLeap(_ year: Int) -> Bool { year & 3 == 0 && (year % 100 != 0 || year % 400 == 0) }

  /// The last day of a month.
  @inline(__always)
  static func length(_ month: Int, of year: Int) -> Int {
    // One bit a month says whether it has 31 days.
    month == 2 ? (isLeap(year) ? 29 : 28) : 30 &+ (0b1_0101_1010_1010 >> month) & 1
  }

  /// 0 is Sunday.
  @inline(__always)
  static func weekday(_ number: Int) -> Int {
    let remainder = (number &+ 4) % 7
    return remainder < 0 ? remainder &+ 7 : remainder
  }
}

extension Int {
  /// The quotient rounded down.
  @inline(__always)
  func floorDivided(by divisor: Int) -> Int {
    let quotient = self / divisor
    return quotient &* divisor > self ? quotient &- 1 : quotient
  }

  /// What is left after ``floorDivided(by:)``: zero or positive.
  @inline(__always)
  func floorRemainder(by divisor: Int) -> Int { self &- floorDivided(by: divisor) &* divisor }
}
