/// The text of a rule as bytes, with the errors that point into it.
struct RuleText {
  let text: String
  let bytes: [UInt8]

  /// Longer ones are refused.
  static let limit = 4096

  init(_ text: String) throws(RecurrenceError) {
    guard text.utf8.count <= Self.limit else {
      throw RecurrenceError(
        .tooLarge, "the rule has \(text.utf8.count) bytes", hint: "\(Self.limit) are the most a rule may have")
    }
    self.text = text
    bytes = Array(text.utf8)
  }

  subscript(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// In capitals, as fields are compared.
  func capitals(_ range: Range<Int>) -> String { self[range].uppercased() }

  func error(
    _ code: RecurrenceError.Code = .syntax, _ reason: String, hint: String, field: CronField? = nil,
    at range: Range<Int>? = nil
  ) -> RecurrenceError {
    // Whoever looks at the text counts characters, not bytes.
    let characters = range.map { self[0..<$0.lowerBound].count..<self[0..<max($0.lowerBound, $0.upperBound)].count }
    return RecurrenceError(code, reason, hint: hint, text: text, field: field, at: characters)
  }

  /// The end of the number that starts here; the same position when there is none.
  func endOfDigits(_ start: Int, _ end: Int) -> Int {
    var position = start
    while position < end, Self.isDigit(bytes[position]) { position += 1 }
    return position
  }

  func endOfLetters(_ start: Int, _ end: Int) -> Int {
    var position = start
    while position < end, Self.isLetter(bytes[position]) { position += 1 }
    return position
  }

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }
  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

// Words.
extension RuleText {
  /// What stands between blanks.
  func words(in range: Range<Int>) -> [Range<Int>] {
    split(range) { Self.isBlank($0) }
  }

  /// What stands between commas.
  func elements(of word: Range<Int>) -> [Range<Int>] {
    split(word) { $0 == UInt8(ascii: ",") }
  }

  private func split(_ range: Range<Int>, at isSeparator: (UInt8) -> Bool) -> [Range<Int>] {
    bytes[range].split(whereSeparator: isSeparator).map { $0.startIndex..<$0.endIndex }
  }
}
