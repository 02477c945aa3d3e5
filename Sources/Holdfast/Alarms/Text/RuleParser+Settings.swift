extension RuleParser {
  mutating func settings(of name: RuleOperator.Name, _ example: String) throws(AlarmTextError) -> RuleOperator {
    switch name {
    case .debounce: return .debounce(try duration(example))
    case .hold: return .hold(try duration(example))
    case .intensity: return .intensity(try count(example), within: try duration(example))
    case .onTime: return .onTime(try duration(example), within: try duration(example))
    case .sustain: return .sustain(try duration(example), within: try duration(example))
    case .flapping:
      skipBlanks()
      return .flapping(slot: byte == UInt8(ascii: ",") ? try duration(example) : RuleOperator.standardSlot)
    case .unknownAsSet: return .unknownAsSet
    }
  }

  private mutating func duration(_ example: String) throws(AlarmTextError) -> Int64 {
    let (word, start) = try setting("a duration", example)
    if let value = RuleDuration.parse(word) { return value }
    throw error("expected a duration such as 250ms, 15s, 5m, 2h or 1d, found \(found(word))", at: start)
  }

  private mutating func count(_ example: String) throws(AlarmTextError) -> Int {
    let (word, start) = try setting("a number", example)
    if let value = Int(word), word.utf8.first != UInt8(ascii: "+") { return value }
    throw error("expected a number of pulses, found \(found(word))", at: start)
  }

  private mutating func setting(_ what: String, _ example: String) throws(AlarmTextError) -> (String, Int) {
    try expect(",", "expected `,` and \(what): \(example)")
    skipBlanks()
    let start = position
    return (takeText { AlarmWords.isWord($0) || $0 == UInt8(ascii: "+") }, start)
  }

  func found(_ word: String) -> String {
    if !word.isEmpty { return "`\(word)`" }
    return byte == nil ? "the end" : "`\(Character(Unicode.Scalar(byte ?? 0)))`"
  }
}
