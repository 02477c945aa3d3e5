/// Reads the elements of an ``ExclusionCalendar``.
struct ExclusionReader {
  let source: RuleText
  let zone: Zone

  func read(_ words: [Range<Int>]) throws(RecurrenceError) -> ExclusionCalendar {
    var calendar = ExclusionCalendar(zone: zone)
    for word in words.flatMap(source.elements) { try add(word, to: &calendar) }
    guard !words.isEmpty else { throw error("the calendar is empty", hint: Self.hint, at: 0..<0) }
    guard calendar.weekdays != 0x7F else {
      throw error("the calendar leaves out every day of the week", hint: "keep one", at: words[0])
    }
    calendar.dates = calendar.dates.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { merged, range in
      guard let last = merged.last, range.lowerBound <= last.upperBound + 1 else { return merged.append(range) }
      merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
    }
    calendar.times = calendar.times.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { merged, range in
      guard let last = merged.last, range.lowerBound <= last.upperBound else { return merged.append(range) }
      merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
    }
    return calendar
  }

  private static let hint = "write weekdays (SAT), days (12-25), dates (2026-04-03..2026-04-06) or times (12:00-13:30)"

  private func error(_ reason: String, hint: String, at range: Range<Int>) -> RecurrenceError {
    source.error(.syntax, reason, hint: hint, at: range)
  }

  private func add(_ word: Range<Int>, to calendar: inout ExclusionCalendar) throws(RecurrenceError) {
    let text = source[word]
    if text.first?.isLetter == true {
      for item in try CronReader(source: source, name: nil).items(.dayOfWeek, word) {
        guard case .values(let days) = item else { throw error("`\(text)` is no weekday", hint: Self.hint, at: word) }
        for day in days { calendar.weekdays |= 1 << day }
      }
    } else if text.contains(":") {
      calendar.times += try times(text, at: word)
    } else if text.utf8.count == 5 {
      guard let day = CivilDay(parsing: "2000-" + text) else {
        throw error("`\(text)` is no day", hint: Self.hint, at: word)
      }
      calendar.yearly[day.month] |= 1 << day.day
    } else {
      calendar.dates.append(try dates(text, at: word))
    }
  }

  private func dates(_ text: String, at word: Range<Int>) throws(RecurrenceError) -> ClosedRange<Int> {
    let parts =
      [text.prefix(10)] + (text.utf8.count == 22 && text.dropFirst(10).hasPrefix("..") ? [text.suffix(10)] : [])
    let days = parts.compactMap { CivilDay(parsing: String($0))?.number }
    guard days.count == parts.count, text.utf8.count == (parts.count == 1 ? 10 : 22) else {
      throw error("`\(text)` is no date", hint: Self.hint, at: word)
    }
    guard days[0] <= days[days.count - 1] else {
      throw error("the dates go backwards", hint: "write the earlier one first", at: word)
    }
    return days[0]...days[days.count - 1]
  }

  /// Two when they go past midnight.
  private func times(_ text: String, at word: Range<Int>) throws(RecurrenceError) -> [Range<Int>] {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let clocks = parts.compactMap(Self.clock)
    guard parts.count == 2, clocks.count == 2, clocks[0] < 86400, clocks[0] != clocks[1] else {
      throw error("`\(text)` is no range of times", hint: "write 12:00-13:30; 24:00 is the end of the day", at: word)
    }
    return clocks[0] < clocks[1] ? [clocks[0]..<clocks[1]] : [0..<clocks[1], clocks[0]..<86400].filter { !$0.isEmpty }
  }

  private static func clock(_ text: Substring) -> Int? {
    let bytes = Array(text.utf8)
    guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"), [0, 1, 3, 4].allSatisfy({ RuleText.isDigit(bytes[$0]) }),
      let hour = Int(text.prefix(2)), let minute = Int(text.suffix(2)), minute < 60
    else { return nil }
    let seconds = hour * 3600 + minute * 60
    return seconds <= 86400 ? seconds : nil
  }
}

extension CivilDay {
  /// Nil for anything but `2026-03-08`, and for days that do not exist.
  init?(parsing text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      [0, 1, 2, 3, 5, 6, 8, 9].allSatisfy({ RuleText.isDigit(bytes[$0]) })
    else { return nil }
    let parts = [0..<4, 5..<7, 8..<10].map { bytes[$0].reduce(0) { $0 * 10 + Int($1 - 0x30) } }
    guard parts[0] > 0, (1...12).contains(parts[1]), (1...Self.length(parts[1], of: parts[0])).contains(parts[2]) else {
      return nil
    }
    self.init(year: parts[0], month: parts[1], day: parts[2])
  }
}
