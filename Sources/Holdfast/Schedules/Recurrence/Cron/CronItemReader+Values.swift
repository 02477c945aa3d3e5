/// Numbers, names and steps.
extension CronItemReader {
  /// The values of a range, taking every n-th when a step follows.
  mutating func stepped(_ bounds: ClosedRange<Int>) throws(RecurrenceError) -> [Int] {
    guard take("/") else { return Array(bounds) }
    return Array(stride(from: bounds.lowerBound, through: bounds.upperBound, by: try step()))
  }

  mutating func step() throws(RecurrenceError) -> Int {
    let start = position
    guard let step = digits(), step > 0 else {
      throw error("a step is a number from 1 on", hint: "*/15 is every 15th", code: .range, at: after(start))
    }
    return step
  }

  /// At most four digits.
  mutating func digits() -> Int? {
    let end = source.endOfDigits(position, min(range.upperBound, position + 4))
    defer { position = end }
    return Int(source[position..<end])
  }

  /// A number or a name in the field's range.
  mutating func value() throws(RecurrenceError) -> Int {
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
  func after(_ start: Int) -> Range<Int> {
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

  func leftover() -> RecurrenceError {
    let rest = position..<range.upperBound
    if RuleText.isLetter(peek), !field.names.isEmpty {
      return error(
        "`\(source[rest])` is too much", hint: "names have three letters: \(field.names.joined(separator: " "))",
        at: rest)
    }
    return error("`\(source[rest])` cannot follow `\(source[range.lowerBound..<position])`", hint: field.hint, at: rest)
  }

  func misplacedQuestionMark() -> RecurrenceError {
    let hint = field.isDay ? "? stands alone, as * does" : "? is for the two day fields; write *"
    return error("? cannot stand here", hint: hint, at: range)
  }

  func error(_ reason: String, hint: String, code: RecurrenceError.Code = .syntax, at range: Range<Int>)
    -> RecurrenceError
  {
    source.error(code, reason, hint: hint, field: field, at: range)
  }
}
