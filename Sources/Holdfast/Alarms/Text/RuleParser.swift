/// Reads ids, patterns and rules.
///
/// ```
/// expression = conjunction { "or" conjunction }      operator = debounce | hold | flapping | … "(" expression … ")"
/// conjunction = factor { "and" factor }              alarm    = type [ "(" parameter { "," parameter } ")" ]
/// factor = "not" factor | "(" expression ")" | operator | alarm
/// ```
struct RuleParser {
  let text: String
  let bytes: [UInt8]
  var position = 0
  var depth = 0

  init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
  }

  /// Longer texts are refused.
  static let longest = 65_536

  mutating func whole<T>(_ read: (inout RuleParser) throws(AlarmTextError) -> T) throws(AlarmTextError) -> T {
    guard bytes.count <= Self.longest else { throw error("is longer than 64 KiB; split it into several rules") }
    let value = try read(&self)
    skipBlanks()
    guard position == bytes.count else { throw error(trailing) }
    return value
  }

  /// What to say about something that stands where nothing more was expected.
  private var trailing: String {
    switch bytes[position] {
    case UInt8(ascii: ")"): "this `)` closes nothing; remove it, or add a `(` before"
    case UInt8(ascii: "&"): "write `and`"
    case UInt8(ascii: "|"): "write `or`"
    case UInt8(ascii: ","): "no list is open here; remove the comma"
    default: "expected `and`, `or` or the end"
    }
  }

  func error(_ message: String, at place: Int? = nil) -> AlarmTextError {
    AlarmTextError(text, bytes: place ?? position, message)
  }
}

extension RuleParser {
  var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skipBlanks() {
    while let byte, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  /// Takes a sign, blanks before it included.
  mutating func take(_ sign: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard byte == UInt8(ascii: sign) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ sign: Unicode.Scalar, _ message: String) throws(AlarmTextError) {
    guard take(sign) else { throw error(message) }
  }

  /// Takes what is made of such bytes; empty when there is none.
  mutating func takeText(of kind: (UInt8) -> Bool) -> String {
    let start = position
    while let byte, kind(byte) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// The word that comes next, without taking it.
  func peekWord() -> String {
    var copy = self
    copy.skipBlanks()
    return copy.takeText(of: AlarmWords.isWord)
  }

  mutating func takeWord(_ word: String) -> Bool {
    guard peekWord() == word else { return false }
    skipBlanks()
    position += word.utf8.count
    return true
  }
}
