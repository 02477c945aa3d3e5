/// What a rule takes where its text does not say.
struct RecurrenceOptions {
  var zone: Zone
  var name: String?
  var gap: Recurrence.Gap
  var overlap: Recurrence.Overlap
}

/// Reads a rule.
///
///     rule      = item { "|" item }
///     item      = ( simple | "(" rule ")" ) { "except" ( "{" calendar "}" | "(" rule ")" ) }
///     simple    = ( cron fields | macro ) { "in" zone | "gap=" … | "overlap=" … | "name=" … }
struct RecurrenceReader {
  let source: RuleText
  let options: RecurrenceOptions
  private var position = 0
  private var parts = 0

  /// Brackets within brackets.
  private static let maximumDepth = 16

  init(source: RuleText, options: RecurrenceOptions) {
    self.source = source
    self.options = options
  }

  mutating func read() throws(RecurrenceError) -> RecurrenceNode {
    let node = try rule(depth: 0)
    guard position == source.bytes.count else {
      throw error("`)` closes nothing", hint: "remove it", at: position..<position + 1)
    }
    return node
  }

  private mutating func rule(depth: Int) throws(RecurrenceError) -> RecurrenceNode {
    guard depth <= Self.maximumDepth else {
      throw source.error(
        .tooLarge, "too many brackets within brackets", hint: "make two schedules", at: position..<position)
    }
    var items = [try item(depth: depth)]
    while take("|") { items.append(try item(depth: depth)) }
    let flat = items.flatMap { item in if case .union(let inner) = item { inner } else { [item] } }
    return flat.count == 1 ? flat[0] : .union(flat)
  }

  private mutating func item(depth: Int) throws(RecurrenceError) -> RecurrenceNode {
    let start = skipBlanks()
    var node = take("(") ? try bracketed(depth: depth) : try simple()
    while takeExcept() {
      node = .except(node, try exclusion(depth: depth))
      guard node.everFires else {
        throw source.error(.neverFires, "nothing is left of this rule", hint: "exclude less", at: start..<position)
      }
    }
    return node
  }

  /// What follows an opening bracket, with the closing one.
  private mutating func bracketed(depth: Int) throws(RecurrenceError) -> RecurrenceNode {
    let start = position - 1
    let node = try rule(depth: depth + 1)
    guard take(")") else {
      throw error("this bracket is not closed", hint: "write `)` after the rule", at: start..<start + 1)
    }
    return node
  }

  private mutating func exclusion(depth: Int) throws(RecurrenceError) -> RecurrenceNode.Exclusion {
    let start = skipBlanks()
    if take("(") { return .rule(try bracketed(depth: depth)) }
    guard take("{"), let end = source.bytes[position...].firstIndex(of: UInt8(ascii: "}")) else {
      throw error(
        "what to except is missing", hint: "write except {SAT SUN 12-25} or except (0 0 1 1 *)", at: start..<start)
    }
    defer { position = end + 1 }
    var words = source.words(in: position..<end)
    var zone = options.zone
    if words.count >= 2, source.capitals(words[words.count - 2]) == "IN" {
      zone = try source.zone(words.removeLast())
      words.removeLast()
    }
    return .calendar(try ExclusionReader(source: source, zone: zone).read(words))
  }

  private mutating func simple() throws(RecurrenceError) -> RecurrenceNode {
    parts += 1
    guard parts <= Recurrence.maximumParts else {
      throw source.error(
        .tooLarge, "more than \(Recurrence.maximumParts) parts", hint: "make two schedules", at: position..<position)
    }
    var words: [Range<Int>] = []
    while let word = nextWord() { words.append(word) }
    return try SimpleRuleReader(source: source, options: options).read(words, at: position)
  }
}

// Scanning.
extension RecurrenceReader {
  private func error(_ reason: String, hint: String, at range: Range<Int>) -> RecurrenceError {
    source.error(.syntax, reason, hint: hint, at: range)
  }

  @discardableResult
  private mutating func skipBlanks() -> Int {
    while position < source.bytes.count, RuleText.isBlank(source.bytes[position]) { position += 1 }
    return position
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard position < source.bytes.count, source.bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func takeExcept() -> Bool {
    skipBlanks()
    let end = source.endOfLetters(position, source.bytes.count)
    guard source.capitals(position..<end) == "EXCEPT" else { return false }
    position = end
    return true
  }

  /// A word of a simple rule; brackets and quotes may be within it. Nil where the simple rule ends.
  private mutating func nextWord() -> Range<Int>? {
    let start = skipBlanks()
    var (depth, isQuoted, end) = (0, false, start)
    scan: while end < source.bytes.count {
      switch source.bytes[end] {
      case UInt8(ascii: "\\") where isQuoted && end + 1 < source.bytes.count: end += 1
      case UInt8(ascii: "\""): isQuoted.toggle()
      case _ where isQuoted: break
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")") where depth > 0: depth -= 1
      case UInt8(ascii: ")"), UInt8(ascii: "|"): break scan
      case let byte where RuleText.isBlank(byte): break scan
      default: break
      }
      end += 1
    }
    guard end > start, source.capitals(start..<end) != "EXCEPT" else { return nil }
    position = end
    return start..<end
  }
}

extension RuleText {
  func zone(_ word: Range<Int>) throws(RecurrenceError) -> Zone {
    do { return try Zone(self[word]) } catch {
      throw self.error(.unknownZone, "no time zone `\(error.name)`", hint: error.hint, at: word)
    }
  }
}
