/// Reads the five, six or seven fields of a cron expression.
struct CronReader {
  let source: RuleText
  /// The schedule's, for `H` and `~`.
  let name: String?

  /// Of the minute field, where five are written.
  private static let first = [5: 1, 6: 0, 7: 0]

  func read(_ fields: [Range<Int>]) throws(RecurrenceError) -> (times: CronTimes, days: CronDays) {
    var times = CronTimes()
    var days = CronDays()
    for (field, range) in try assign(fields) {
      if field.isDay { try read(field, range, into: &days) } else { try read(field, range, into: &times) }
    }
    times.days = days.masks
    return (times, days)
  }

  private func assign(_ fields: [Range<Int>]) throws(RecurrenceError) -> [(CronField, Range<Int>)] {
    guard let first = Self.first[fields.count] else { throw wrongCount(fields) }
    return fields.enumerated().compactMap { index, range in CronField(rawValue: first + index).map { ($0, range) } }
  }

  private func wrongCount(_ fields: [Range<Int>]) -> RecurrenceError {
    let all = fields.first.map { $0.lowerBound..<(fields.last?.upperBound ?? $0.upperBound) }
    return source.error(
      .fieldCount, "a cron expression has 5, 6 or 7 fields, and this has \(fields.count)",
      hint: "write minute hour day month weekday, with seconds before them or not, and with seconds a year after them",
      at: fields.count > 7 ? fields[7] : all ?? 0..<0)
  }

  private func read(_ field: CronField, _ range: Range<Int>, into times: inout CronTimes) throws(RecurrenceError) {
    if field == .year { return times.years = try years(range) }
    var set: UInt64 = 0
    for item in try items(field, range) {
      guard case .values(let values) = item else { continue }
      for value in values { set |= 1 << UInt64(value) }
    }
    switch field {
    case .second: times.seconds = set
    case .minute: times.minutes = set
    case .hour: times.hours = set
    default: times.months = set
    }
  }

  private func years(_ range: Range<Int>) throws(RecurrenceError) -> [UInt64]? {
    if source[range] == "*" { return nil }
    var set = [UInt64](repeating: 0, count: 4)
    for item in try items(.year, range) {
      guard case .values(let values) = item else { continue }
      for value in values { set[(value - 1970) >> 6] |= 1 << UInt64((value - 1970) & 63) }
    }
    return set
  }

  private func read(_ field: CronField, _ range: Range<Int>, into days: inout CronDays) throws(RecurrenceError) {
    var range = range
    if field == .dayOfWeek, source[range].first == "+" {
      days.needsBoth = true
      range = range.lowerBound + 1..<range.upperBound
    }
    // Restricted is whatever is not exactly a star: `*/2` is, and so is a list that happens to name every day.
    guard source[range] != "*", source[range] != "?" else { return }
    if field == .dayOfWeek { days.restrictsWeekdays = true } else { days.restrictsDays = true }
    for item in try items(field, range) { add(item, of: field, to: &days) }
  }

  private func add(_ item: CronItem, of field: CronField, to days: inout CronDays) {
    switch item {
    case .values(let values) where field == .dayOfWeek: for value in values { days.weekdays |= 1 << value }
    case .values(let values): for value in values { days.days |= 1 << value }
    case .beforeLast(let count): days.beforeLast |= 1 << count
    case .nearest(let day): days.nearest |= 1 << day
    case .lastWorkingDay: days.lastWorkingDay = true
    case .ordinal(let weekday, let number): days.ordinals[weekday] |= 1 << number
    }
  }

  /// The elements of a list.
  func items(_ field: CronField, _ range: Range<Int>) throws(RecurrenceError) -> [CronItem] {
    var items: [CronItem] = []
    var start = range.lowerBound
    for position in range.lowerBound...range.upperBound
    where position == range.upperBound || source.bytes[position] == UInt8(ascii: ",") {
      var reader = CronItemReader(source, field, name: name, start..<position)
      items.append(try reader.read())
      start = position + 1
    }
    return items
  }
}
