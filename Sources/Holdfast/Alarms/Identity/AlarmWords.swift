/// What may stand in an id, and how it is written.
enum AlarmWords {
  static let longestType = 128
  static let mostParameters = 8
  static let longestParameter = 256

  /// Words of the rule language, which no type can be.
  static let reserved: Set<String> = Set(["and", "or", "not"] + RuleOperator.Name.allCases.map(\.rawValue))

  static func check(type: String) throws(AlarmError) {
    guard let fault = fault(inType: type) else { return }
    throw AlarmError(.invalidID, type, fault)
  }

  static func check(_ parameters: [String], of type: String) throws(AlarmError) {
    guard parameters.count <= mostParameters else {
      throw AlarmError(.invalidID, type, "has \(parameters.count) parameters; give at most \(mostParameters)")
    }
    for parameter in parameters {
      guard let fault = fault(inParameter: parameter) else { continue }
      throw AlarmError(.invalidID, type, fault)
    }
  }

  /// What is wrong with a type; nil when nothing is.
  static func fault(inType type: String) -> String? {
    if type.isEmpty { return "the type is empty; name the kind of trouble, such as net.down" }
    if type.utf8.count > longestType { return "the type is longer than \(longestType) bytes; shorten it" }
    if reserved.contains(type) { return "`\(type)` is a word of the rule language; choose another type" }
    let bytes = type.utf8
    if bytes.contains(UInt8(ascii: "(")) {
      return "a type has no parentheses; give the parameters one by one, or read the text with AlarmID(parsing:)"
    }
    let isGood = bytes.allSatisfy { isWord($0) } && isLetter(bytes.first ?? 0) && bytes.last != UInt8(ascii: ".")
    return isGood
      ? nil : "`\(type.prefix(40))` is no type; use letters, digits, `.`, `_` and `-`, starting with a letter"
  }

  static func fault(inParameter parameter: String) -> String? {
    if parameter.isEmpty { return "a parameter is empty; leave it out, or name the place" }
    if parameter.utf8.count > longestParameter { return "a parameter is longer than \(longestParameter) bytes" }
    let hasControl = parameter.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
    return hasControl ? "a parameter contains a control character; remove it" : nil
  }

  static func write(_ type: String, _ parameters: [String]) -> String {
    parameters.isEmpty ? type : "\(type)(\(parameters.joined(separator: ",")))"
  }

  /// Bare where that is unambiguous, else in quotation marks.
  static func quotedIfNeeded(_ parameter: String) -> String {
    if parameter.utf8.allSatisfy(isBare), parameter != "*" { return parameter }
    let escaped = parameter.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }
    return "\"\(String(escaped))\""
  }

  static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    default: false
    }
  }

  /// What a type is made of.
  static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: isLetter(byte)
    }
  }

  /// What a parameter may be made of without quotation marks: names, paths, addresses.
  static func isBare(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "%"), UInt8(ascii: "+"),
      UInt8(ascii: "="), UInt8(ascii: "*"), UInt8(ascii: "#"), UInt8(ascii: "~"):
      true
    default: isWord(byte)
    }
  }
}
