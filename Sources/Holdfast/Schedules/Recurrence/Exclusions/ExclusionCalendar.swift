/// Times at which a rule does not fire: weekdays, dates, and times of the day in a zone.
///
/// ```swift
/// let closed = try ExclusionCalendar("SAT SUN 12-25 2026-04-03..2026-04-06 12:00-13:30", in: Zone("Europe/London"))
/// let rule = try Recurrence.cron("*/10 * * * *", in: "Europe/London").excluding(closed)
/// ```
///
/// The text is a list with blanks or commas between:
///
/// - `SAT`, `FRI-MON`: weekdays;
/// - `12-25`: a day of every year;
/// - `2026-04-03`, `2026-04-03..2026-04-06`: a date, or several with the last one included;
/// - `12:00-13:30`, `22:00-06:00`: times of every day, the end not included, past midnight where the end is earlier.
public struct ExclusionCalendar: Sendable, Hashable {
  /// Whose clocks and dates are meant.
  public let zone: Zone
  /// Bit 0 is Sunday.
  var weekdays: UInt8 = 0
  /// For each month from 1 on: bit n is day n.
  var yearly = [UInt32](repeating: 0, count: 13)
  /// Day numbers, in order and apart.
  var dates: [ClosedRange<Int>] = []
  /// Seconds of the day, in order and apart.
  var times: [Range<Int>] = []

  init(zone: Zone) {
    self.zone = zone
  }

  /// Reads a list of what is left out.
  ///
  /// - Parameters:
  ///   - text: Elements with blanks or commas between, at most 4096 bytes.
  ///   - zone: Whose clocks and dates are meant. Default UTC.
  /// - Throws: ``RecurrenceError``, pointing at the first element that is wrong.
  public init(_ text: String, in zone: Zone = .utc) throws(RecurrenceError) {
    let source = try RuleText(text)
    self = try ExclusionReader(source: source, zone: zone).read(source.words(in: 0..<source.bytes.count))
  }

  func excludes(day: Int) -> Bool {
    if weekdays >> CivilDay.weekday(day) & 1 != 0 { return true }
    let date = CivilDay(day)
    return yearly[date.month] >> date.day & 1 != 0 || excludesDate(day)
  }

  private func excludesDate(_ day: Int) -> Bool {
    var (low, high) = (0, dates.count)
    while low < high {
      let middle = (low + high) / 2
      if dates[middle].upperBound < day { low = middle + 1 } else { high = middle }
    }
    return low < dates.count && dates[low].contains(day)
  }
}

extension ExclusionCalendar: CustomStringConvertible {
  /// The list in a fixed order, with the zone; it reads back as the same calendar.
  public var description: String {
    let elements = weekdayTexts + yearlyTexts + dates.map(Self.text) + times.map(Self.text)
    return "{" + elements.joined(separator: " ") + " in \(zone)}"
  }

  private var weekdayTexts: [String] {
    (0..<7).filter { weekdays >> $0 & 1 != 0 }.map { CronField.dayOfWeek.names[$0] }
  }

  private var yearlyTexts: [String] {
    var texts: [String] = []
    for month in 1...12 {
      for day in 1...31 where yearly[month] >> day & 1 != 0 { texts.append(month.padded(2) + "-" + day.padded(2)) }
    }
    return texts
  }

  private static func text(_ range: ClosedRange<Int>) -> String {
    let first = CivilDay(range.lowerBound).text
    return range.count == 1 ? first : first + ".." + CivilDay(range.upperBound).text
  }

  private static func text(_ range: Range<Int>) -> String { clock(range.lowerBound) + "-" + clock(range.upperBound) }

  private static func clock(_ seconds: Int) -> String {
    (seconds / 3600).padded(2) + ":" + (seconds / 60 % 60).padded(2)
  }
}

extension CivilDay {
  /// `2026-03-08`.
  var text: String { "\(year.padded(4))-\(month.padded(2))-\(day.padded(2))" }
}
