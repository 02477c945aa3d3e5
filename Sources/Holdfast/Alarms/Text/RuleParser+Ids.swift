extension RuleParser {
  mutating func wholeReference() throws(AlarmTextError) -> AlarmReference {
    try whole { parser throws(AlarmTextError) in try parser.reference() }
  }

  mutating func wholeID() throws(AlarmTextError) -> AlarmID {
    let reference = try wholeReference()
    if let name = reference.parameters.first {
      throw error("`$\(name)` stands for a value of a rule; write the value", at: 0)
    }
    return AlarmID(checked: reference.text)
  }

  /// A type, and parameters if a parenthesis follows at once.
  mutating func reference() throws(AlarmTextError) -> AlarmReference {
    skipBlanks()
    let start = position
    let type = takeText(of: AlarmWords.isWord)
    if type.isEmpty, byte != nil, byte != UInt8(ascii: "(") {
      throw error("expected an alarm: letters, digits, `.`, `_` and `-`, starting with a letter")
    }
    if let fault = AlarmWords.fault(inType: type) { throw error(fault, at: start) }
    return AlarmReference(
      type: type, arguments: try arguments { parser throws(AlarmTextError) in try parser.argument() })
  }

  private mutating func arguments<T>(
    _ read: (inout RuleParser) throws(AlarmTextError) -> T
  ) throws(AlarmTextError) -> [T] {
    guard byte == UInt8(ascii: "(") else { return [] }
    let start = position
    position += 1
    var arguments: [T] = []
    repeat { arguments.append(try read(&self)) } while take(",")
    try expect(")", "expected `,` or `)` after a parameter; put quotation marks around unusual characters")
    guard arguments.count <= AlarmWords.mostParameters else {
      throw error("more than \(AlarmWords.mostParameters) parameters", at: start)
    }
    return arguments
  }

  private mutating func argument() throws(AlarmTextError) -> AlarmReference.Argument {
    skipBlanks()
    let start = position
    if byte == UInt8(ascii: "$") {
      position += 1
      let name = takeText { AlarmWords.isWord($0) && $0 != UInt8(ascii: ".") }
      guard let first = name.utf8.first, AlarmWords.isLetter(first) else {
        throw error("expected the name of a parameter after `$`")
      }
      return .parameter(name)
    }
    let value = byte == UInt8(ascii: "\"") ? try quoted() : takeText(of: AlarmWords.isBare)
    if value == "*", bytes[start] != UInt8(ascii: "\"") {
      throw error("`*` is for patterns; write \"*\" for a star", at: start)
    }
    if value.isEmpty, byte != UInt8(ascii: ")"), byte != UInt8(ascii: ","), byte != nil {
      throw error("unusual character in a parameter; put quotation marks around it: \"…\"")
    }
    if let fault = AlarmWords.fault(inParameter: value) { throw error(fault, at: start) }
    return .value(value)
  }

  private mutating func quoted() throws(AlarmTextError) -> String {
    let start = position
    position += 1
    var content: [UInt8] = []
    while let byte, byte != UInt8(ascii: "\"") {
      if byte == UInt8(ascii: "\\") { position += 1 }
      guard let byte = self.byte else { break }
      content.append(byte)
      position += 1
    }
    guard byte != nil else { throw error("this quotation mark is not closed", at: start) }
    position += 1
    return String(decoding: content, as: UTF8.self)
  }
}

extension RuleParser {
  mutating func wholePattern() throws(AlarmTextError) -> AlarmPattern {
    try whole { parser throws(AlarmTextError) in try parser.pattern() }
  }

  private mutating func pattern() throws(AlarmTextError) -> AlarmPattern {
    if take("*") { return .all }
    let start = position
    let type = takeText(of: AlarmWords.isWord)
    if type.hasSuffix("."), byte == UInt8(ascii: "*") {
      if let fault = AlarmWords.fault(inType: String(type.dropLast())) { throw error(fault, at: start) }
      position += 1
      return AlarmPattern(shape: .prefix(type))
    }
    if let fault = AlarmWords.fault(inType: type) { throw error(fault, at: start) }
    let parameters = try arguments { parser throws(AlarmTextError) in try parser.wildcardOrArgument() }
    return AlarmPattern(shape: .exactly(type: type, parameters: parameters))
  }

  private mutating func wildcardOrArgument() throws(AlarmTextError) -> String? {
    skipBlanks()
    if byte == UInt8(ascii: "*"), position + 1 < bytes.count,
      [UInt8(ascii: ","), UInt8(ascii: ")")].contains(bytes[position + 1])
    {
      position += 1
      return nil
    }
    let start = position
    let argument = try argument()
    guard case .value(let value) = argument else { throw error("a pattern has no parameters of a rule", at: start) }
    return value
  }
}
