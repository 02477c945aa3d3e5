/// The rule at the end of a zone file, in the notation of POSIX's `TZ` variable, such as `GMT0BST,M3.5.0/1,M10.5.0`.
struct PosixZoneRule: Hashable, Sendable {
  /// Seconds that are added to UTC outside summer time.
  var standard: Int
  /// Summer time, where there is one.
  var changes: Changes?

  struct Changes: Hashable, Sendable {
    var summer: Int
    var start: YearlyDay
    var end: YearlyDay
  }

  /// A day of each year, and the wall time on it in seconds, which may be negative or beyond the day.
  struct YearlyDay: Hashable, Sendable {
    enum Day: Hashable, Sendable {
      /// 1 to 365, where 29 February is never counted.
      case julian(Int)
      /// 0 to 365.
      case ordinal(Int)
      /// The week is 1 to 5, and 5 is the last one.
      case weekday(month: Int, week: Int, weekday: Int)
    }

    var day: Day
    var time: Int

    /// The wall time in seconds since 1970, in a year.
    func wall(in year: Int) -> Int { number(in: year) * 86400 + time }

    private func number(in year: Int) -> Int {
      let newYear = CivilDay(year: year, month: 1, day: 1).number
      switch day {
      case .julian(let day): return newYear + day - (CivilDay.isLeap(year) && day > 59 ? 0 : 1)
      case .ordinal(let day): return newYear + day
      case .weekday(let month, let week, let weekday):
        let first = CivilDay(year: year, month: month, day: 1).number
        let offset = (weekday - CivilDay.weekday(first) + 7) % 7 + (week - 1) * 7
        return first + (offset < CivilDay.length(month, of: year) ? offset : offset - 7)
      }
    }
  }

  /// The two changes of a year, in order.
  func changes(in year: Int) -> [(at: Int, offset: Int)] {
    guard let changes else { return [] }
    let start = (at: changes.start.wall(in: year) - standard, offset: changes.summer)
    let end = (at: changes.end.wall(in: year) - changes.summer, offset: standard)
    return start.at < end.at ? [start, end] : [end, start]
  }
}

extension PosixZoneRule {
  /// Nil for text that is no such rule.
  init?(_ text: some Sequence<UInt8>) {
    var reader = Reader(bytes: Array(text))
    guard reader.skipName(), let standard = reader.offset() else { return nil }
    self.standard = standard
    if reader.isAtEnd { return }
    guard reader.skipName() else { return nil }
    let summer = reader.peek == UInt8(ascii: ",") || reader.isAtEnd ? standard + 3600 : reader.offset()
    // POSIX leaves the days open when they are not given; every implementation takes the United States'.
    if reader.isAtEnd { reader = Reader(bytes: Array(",M3.2.0,M11.1.0".utf8)) }
    guard let summer, let start = reader.yearlyDay(), let end = reader.yearlyDay(), reader.isAtEnd else { return nil }
    changes = Changes(summer: summer, start: start, end: end)
  }

  private struct Reader {
    var bytes: [UInt8]
    var position = 0

    var isAtEnd: Bool { position == bytes.count }
    var peek: UInt8 { isAtEnd ? 0 : bytes[position] }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard !isAtEnd, peek == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }

    /// Letters, or anything between angle brackets.
    mutating func skipName() -> Bool {
      let start = position
      if take("<") {
        while !isAtEnd, peek != UInt8(ascii: ">") { position += 1 }
        return take(">")
      }
      while (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(peek & 0xDF), peek >= 0x41 { position += 1 }
      return position > start
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int? {
      let start = position
      var value = 0
      while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(peek), position - start < 4 {
        value = value * 10 + Int(peek - UInt8(ascii: "0"))
        position += 1
      }
      return position > start && range.contains(value) ? value : nil
    }

    /// POSIX counts west as positive; we count east.
    mutating func offset() -> Int? { time().map { -$0 } }

    /// `[+-]h[h[h]][:mm[:ss]]` in seconds.
    mutating func time() -> Int? {
      let negative = take("-")
      if !negative { _ = take("+") }
      guard var seconds = number(0...167).map({ $0 * 3600 }) else { return nil }
      for unit in [60, 1] where take(":") {
        guard let part = number(0...59) else { return nil }
        seconds += part * unit
      }
      return negative ? -seconds : seconds
    }

    mutating func yearlyDay() -> YearlyDay? {
      guard take(","), let day = day() else { return nil }
      guard take("/") else { return YearlyDay(day: day, time: 7200) }
      return time().map { YearlyDay(day: day, time: $0) }
    }

    mutating func day() -> YearlyDay.Day? {
      if take("J") { return number(1...365).map { .julian($0) } }
      guard take("M") else { return number(0...365).map { .ordinal($0) } }
      guard let month = number(1...12), take("."), let week = number(1...5), take("."), let weekday = number(0...6)
      else { return nil }
      return .weekday(month: month, week: week, weekday: weekday)
    }
  }
}
