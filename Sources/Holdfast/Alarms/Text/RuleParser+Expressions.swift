extension RuleParser {
  typealias Form = AlarmExpression.Form

  mutating func wholeExpression() throws(AlarmTextError) -> Form {
    try whole { parser throws(AlarmTextError) in try parser.expression() }
  }

  private mutating func expression() throws(AlarmTextError) -> Form {
    var form = try conjunction()
    while takeWord("or") { form = .any(form.disjuncts + [try conjunction()]) }
    return form
  }

  private mutating func conjunction() throws(AlarmTextError) -> Form {
    var parts = [try factor()]
    while takeWord("and") { parts.append(try factor()) }
    return parts.count == 1 ? parts[0] : .all(parts.flatMap(\.conjuncts))
  }

  private mutating func factor() throws(AlarmTextError) -> Form {
    depth += 1
    defer { depth -= 1 }
    guard depth <= AlarmRule.deepest else {
      throw error("nests deeper than \(AlarmRule.deepest) levels; name a part as a rule of its own")
    }
    if takeWord("not") { return .not(try factor()) }
    skipBlanks()
    if byte == UInt8(ascii: "!") { throw error("write `not`") }
    let start = position
    if take("(") {
      let form = try expression()
      guard take(")") else {
        throw error("expected `)`: the parenthesis at character \(error("", at: start).offset + 1) is open")
      }
      return form
    }
    guard let name = RuleOperator.Name(rawValue: peekWord()) else { return .alarm(try input()) }
    return try operation(name)
  }

  private mutating func input() throws(AlarmTextError) -> AlarmReference {
    let word = peekWord()
    skipBlanks()
    let start = position
    if word == "and" || word == "or" { throw error("expected an alarm, an operator or `(` before `\(word)`") }
    guard !word.isEmpty else { throw error("expected an alarm, an operator, `not` or `(`") }
    let reference = try reference()
    guard arguments(looksLikeOperator: reference) else { return reference }
    throw error(Self.unknownOperator(reference.type), at: start)
  }

  /// A duration among parameters is the sign of an operator that does not exist.
  private func arguments(looksLikeOperator reference: AlarmReference) -> Bool {
    guard reference.arguments.count > 1, case .value(let last)? = reference.arguments.last else { return false }
    return !reference.type.contains(".") && last != "0" && RuleDuration.parse(last) != nil
  }

  static func unknownOperator(_ word: String) -> String {
    let names = RuleOperator.Name.allCases.map(\.rawValue)
    return "`\(word)` is no operator; there are \(names.joined(separator: ", "))"
  }

  private mutating func operation(_ name: RuleOperator.Name) throws(AlarmTextError) -> Form {
    _ = takeWord(name.rawValue)
    let example = Self.example(of: name)
    try expect("(", "expected `(` after the operator \(name.rawValue): \(example)")
    let operand = try expression()
    let start = position
    let operation = try settings(of: name, example)
    try expect(")", "expected `)`: \(example)")
    if let fault = operation.fault { throw error(fault, at: firstSetting(after: start)) }
    return .operation(operation, operand)
  }

  /// Where the settings begin: after the comma and the blanks.
  private func firstSetting(after place: Int) -> Int {
    var copy = self
    copy.position = place
    _ = copy.take(",")
    copy.skipBlanks()
    return copy.position
  }

  static func example(of name: RuleOperator.Name) -> String {
    switch name {
    case .debounce, .hold: "write \(name.rawValue)(x, 15s)"
    case .intensity: "write intensity(x, 3, 60s)"
    case .onTime, .sustain: "write \(name.rawValue)(x, 15s, 60s)"
    case .flapping: "write flapping(x) or flapping(x, 1m)"
    case .unknownAsSet: "write unknownAsSet(x)"
    }
  }
}
