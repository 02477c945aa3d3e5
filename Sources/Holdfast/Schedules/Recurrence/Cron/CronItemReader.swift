/// Reads one element of a field's list, such as `1-5/2` or `FRI#L`.
struct CronItemReader {
  let source: RuleText
  let field: CronField
  /// The schedule's, for `H` and `~`.
  let name: String?
  /// All of the element.
  let range: Range<Int>
  var position: Int

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
  var peek: UInt8 {
    guard position < range.upperBound else { return 0 }
    let byte = source.bytes[position]
    return RuleText.isLetter(byte) ? byte & 0xDF : byte
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }
}
