/// What an element can be.
extension CronItemReader {
  /// A value, and what may follow one.
  mutating func valued() throws(RecurrenceError) -> CronItem {
    let start = position
    let first = try value()
    switch peek {
    case UInt8(ascii: "#") where field == .dayOfWeek: return try ordinal(first)
    case UInt8(ascii: "L") where field == .dayOfWeek:
      position += 1
      return .ordinal(weekday: first % 7, 0)
    case UInt8(ascii: "W") where field == .dayOfMonth:
      position += 1
      return .nearest(first)
    case UInt8(ascii: "~"): return .values(try tilde(from: first, at: start))
    case UInt8(ascii: "-"):
      position += 1
      return .values(try span(from: first, at: start))
    case UInt8(ascii: "/"): return .values(try stepped(normal(first)...field.range.upperBound))
    default: return .values([normal(first)])
    }
  }

  private func normal(_ value: Int) -> Int { field == .dayOfWeek ? value % 7 : value }

  private mutating func span(from first: Int, at start: Int) throws(RecurrenceError) -> [Int] {
    let last = try value()
    if field == .dayOfMonth, peek == UInt8(ascii: "W") {
      throw error("W takes one day, not a range", hint: "write 15W, or list several: 1W,15W", at: range)
    }
    guard first > last else { return try stepped(first...last).map(normal) }
    guard field.wraps else {
      throw error(
        "the range goes from \(first) back to \(last)",
        hint: "write \(last)-\(first), or two ranges with a comma; only hours, months and weekdays wrap",
        at: start..<position)
    }
    let size = field.range.count
    return try stepped(first...last + size).map { field.range.lowerBound + ($0 - field.range.lowerBound) % size }
  }

  private mutating func ordinal(_ weekday: Int) throws(RecurrenceError) -> CronItem {
    position += 1
    if take("L") { return .ordinal(weekday: weekday % 7, 0) }
    let start = position
    guard let number = digits(), (1...5).contains(number) else {
      throw error(
        "a month has its weekdays 1 to 5 times", hint: "write #1 to #5, or #L for the last one", at: after(start))
    }
    return .ordinal(weekday: weekday % 7, number)
  }

  mutating func last() throws(RecurrenceError) -> CronItem {
    let start = position
    guard field == .dayOfMonth else {
      let hint =
        field == .dayOfWeek
        ? "name the day: FRIL or 5L is the last Friday of the month" : "L is for days; \(field.hint)"
      throw error("L alone means nothing here", hint: hint, at: start..<start + 1)
    }
    position += 1
    if take("W") { return .lastWorkingDay }
    guard take("-") else { return .beforeLast(0) }
    let digitsStart = position
    guard let number = digits(), number <= 30 else {
      throw error(
        "L-n takes 0 to 30 days", hint: "L-3 is three days before the last one", code: .range, at: after(digitsStart))
    }
    return .beforeLast(number)
  }

  mutating func hashed() throws(RecurrenceError) -> [Int] {
    let start = position
    position += 1
    var bounds = field.range
    if take("(") {
      let first = try value()
      guard take("-") else { throw error("H( takes a range", hint: "write H(0-29)", at: range) }
      let last = try value()
      guard first <= last, last <= bounds.upperBound, take(")") else {
        throw error("H( takes a range that ends with a bracket", hint: "write H(0-29)", at: range)
      }
      bounds = first...last
    }
    guard take("/") else { return [try choice(bounds, at: start)] }
    let step = try step()
    // Every n from a place within the first n, so that the steps stay even.
    let first = try choice(bounds.lowerBound...min(bounds.lowerBound + step - 1, bounds.upperBound), at: start)
    return Array(stride(from: first, through: bounds.upperBound, by: step))
  }

  mutating func tilde(from first: Int, at start: Int) throws(RecurrenceError) -> [Int] {
    position += 1
    let last = position == range.upperBound ? field.range.upperBound : try value()
    guard first <= last, last <= field.range.upperBound else {
      throw error(
        "the range goes from \(first) back to \(last)", hint: "write the smaller number first", at: start..<position)
    }
    return [try choice(first...last, at: start)]
  }

  private func choice(_ bounds: ClosedRange<Int>, at start: Int) throws(RecurrenceError) -> Int {
    guard field != .year else { throw error("a year cannot be left to the name", hint: field.hint, at: range) }
    guard let name else {
      throw error(
        "H and ~ choose by the schedule's name, and this rule has none", hint: "give a name, or write a number",
        code: .nameMissing, at: start..<start + 1)
    }
    // Stable, so that no update ever moves a schedule.
    let hash = StableHash.of("\(name)|\(field.rawValue)".utf8)
    return bounds.lowerBound + Int(hash % UInt64(bounds.count))
  }
}
