/// One element of a field's list.
enum CronItem: Hashable, Sendable {
  case values([Int])
  /// The last day of the month, or as many days before it.
  case beforeLast(Int)
  /// The working day nearest to a day.
  case nearest(Int)
  case lastWorkingDay
  /// The n-th such weekday of the month; 0 is the last one.
  case ordinal(weekday: Int, Int)
}

/// Reads one element of a field's list, such as `1-5/2` or `FRI#L`.
struct CronItemReader {
  let source: RuleText
  let field: CronField
  /// The schedule's, for `H` and `~`.
  let name: String?
  /// All of the element.
  let range: Range<Int>
  private var position: Int

  init(_ source: RuleText, _ field: CronField, name: String?, _ range: Range<Int>) {
    self.source = source
    self.field = field
    self.name = name
    self.range = range
    position = range.lowerBound
  }

  mutating func read() throws(RecurrenceError) -> CronItem {
    guard !range.isEmpty else {
      throw error("there is nothing between two commas", hint: "remove a comma, or write a value", at: range)
    }
    let item = try element()
    guard position == range.upperBound else { throw leftover() }
    return item
  }

  private mutating func element() throws(RecurrenceError) -> CronItem {
    switch peek {
    case UInt8(ascii: "*"):
      position += 1
      return .values(try stepped(field.range))
    case UInt8(ascii: "?"): throw misplacedQuestionMark()
    case UInt8(ascii: "H"): return .values(try hashed())
    case UInt8(ascii: "~"): return .values(try tilde(from: field.range.lowerBound, at: position))
    case UInt8(ascii: "L"): return try last()
    default: return try valued()
    }
  }

  /// In capitals; 0 at the end.
  private var peek: UInt8 {
    guard position < range.upperBound else { return 0 }
    let byte = source.bytes[position]
    return RuleText.isLetter(byte) ? byte & 0xDF : byte
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }
}

// What an element can be.
extension CronItemReader {
  /// A value, and what may follow one.
  private mutating func valued() throws(RecurrenceError) -> CronItem {
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

  private mutating func last() throws(RecurrenceError) -> CronItem {
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

  private mutating func hashed() throws(RecurrenceError) -> [Int] {
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

  private mutating func tilde(from first: Int, at start: Int) throws(RecurrenceError) -> [Int] {
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
    return StableHash.value(for: name, field, in: bounds)
  }

  /// The values of a range, taking every n-th when a step follows.
  private mutating func stepped(_ bounds: ClosedRange<Int>) throws(RecurrenceError) -> [Int] {
    guard take("/") else { return Array(bounds) }
    return Array(stride(from: bounds.lowerBound, through: bounds.upperBound, by: try step()))
  }

  private mutating func step() throws(RecurrenceError) -> Int {
    let start = position
    guard let step = digits(), step > 0 else {
      throw error("a step is a number from 1 on", hint: "*/15 is every 15th", code: .range, at: after(start))
    }
    return step
  }

  /// At most four digits.
  private mutating func digits() -> Int? {
    let end = source.endOfDigits(position, min(range.upperBound, position + 4))
    defer { position = end }
    return Int(source[position..<end])
  }

  /// A number or a name in the field's range.
  private mutating func value() throws(RecurrenceError) -> Int {
    let start = position
    if RuleText.isLetter(peek) { return try named() }
    let end = source.endOfDigits(start, range.upperBound)
    guard end > start else { throw unexpected() }
    guard let number = digits(), position == end, (field.range.lowerBound...field.greatest).contains(number) else {
      throw error("\(source[start..<end]) is out of range", hint: field.hint, code: .range, at: start..<end)
    }
    return number
  }

  private mutating func named() throws(RecurrenceError) -> Int {
    let end = source.endOfLetters(position, range.upperBound)
    let word = source.capitals(position..<end)
    guard let index = field.names.firstIndex(of: String(word.prefix(3))) else {
      let guess = Suggestion.text(for: word, among: field.names)
      throw error(
        "`\(source[position..<end])` is no \(field)", hint: field.hint + guess, code: .range, at: position..<end)
    }
    position += 3
    return field.range.lowerBound + index
  }
}

// Errors.
extension CronItemReader {
  private func after(_ start: Int) -> Range<Int> {
    start..<max(start, min(range.upperBound, source.endOfDigits(start, range.upperBound)))
  }

  private func unexpected() -> RecurrenceError {
    guard position < range.upperBound else {
      return error("a value is missing at the end", hint: field.hint, at: position..<position)
    }
    if peek == UInt8(ascii: "+") {
      let hint = field == .dayOfWeek ? "+ stands once, before the whole field" : "+ stands before the day of week only"
      return error("+ cannot stand here", hint: hint, at: position..<position + 1)
    }
    return error(
      "`\(source[position..<range.upperBound])` is no value", hint: field.hint, at: position..<range.upperBound)
  }

  private func leftover() -> RecurrenceError {
    let rest = position..<range.upperBound
    if RuleText.isLetter(peek), !field.names.isEmpty {
      return error(
        "`\(source[rest])` is too much", hint: "names have three letters: \(field.names.joined(separator: " "))",
        at: rest)
    }
    return error("`\(source[rest])` cannot follow `\(source[range.lowerBound..<position])`", hint: field.hint, at: rest)
  }

  private func misplacedQuestionMark() -> RecurrenceError {
    let hint = field.isDay ? "? stands alone, as * does" : "? is for the two day fields; write *"
    return error("? cannot stand here", hint: hint, at: range)
  }

  private func error(_ reason: String, hint: String, code: RecurrenceError.Code = .syntax, at range: Range<Int>)
    -> RecurrenceError
  {
    source.error(code, reason, hint: hint, field: field, at: range)
  }
}
