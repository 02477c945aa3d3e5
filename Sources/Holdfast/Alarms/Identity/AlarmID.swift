/// What an alarm is called: a type and, where one kind of trouble has many places, parameters (AL1).
///
/// ```swift
/// try AlarmID("net.down", "eth0")            // net.down(eth0)
/// try AlarmID("port.closed", "db", 5432)     // port.closed(db,5432)
/// ```
///
/// Everything in an id is identity; what happened belongs into the description. Ids are written the same way in code,
/// rules, files, JSON and on the command line: ``description`` and ``init(parsing:)`` are inverse.
///
/// A type is 1 to 128 letters, digits, `.`, `_` and `-`, starting with a letter, and no word of the rule language. There
/// are up to 8 parameters of 1 to 256 bytes each, without control characters.
public struct AlarmID: Hashable, Sendable, CustomStringConvertible {
  /// The id as it is written, such as `net.down(eth0)`. Two ids are the same when their texts are.
  public let description: String
  /// The hash of the text, computed once: an id is looked up far more often than it is made.
  let fingerprint: Int

  /// An id of a type with parameters, which are kept as the text that describes them.
  ///
  /// - Throws: ``AlarmError/Code/invalidID`` that says what is wrong.
  public init(_ type: String, _ parameters: any LosslessStringConvertible...) throws(AlarmError) {
    try self.init(type, parameters: parameters.map { $0.description })
  }

  /// The same, with the parameters in an array.
  public init(_ type: String, parameters: [String]) throws(AlarmError) {
    try AlarmWords.check(type: type)
    try AlarmWords.check(parameters, of: type)
    self.init(checked: AlarmWords.write(type, parameters.map(AlarmWords.quotedIfNeeded)))
  }

  /// Reads an id as it is written: `net.down`, `net.down(eth0)`, `disk.full("/my disk",3)`.
  ///
  /// - Throws: ``AlarmTextError`` that points at the character.
  public init(parsing text: String) throws(AlarmTextError) {
    var parser = RuleParser(text)
    self = try parser.wholeID()
  }

  /// For callers that have checked the parts.
  init(checked description: String) {
    self.description = description
    fingerprint = description.hashValue
  }

  /// Whether the texts are the same.
  public static func == (lhs: AlarmID, rhs: AlarmID) -> Bool {
    lhs.fingerprint == rhs.fingerprint && lhs.description == rhs.description
  }

  /// By the text.
  public func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }

  /// The type: `net.down` of `net.down(eth0)`.
  public var type: String {
    String(description.prefix { $0 != "(" })
  }

  /// The parameters, in order; empty for most ids.
  public var parameters: [String] {
    guard description.utf8.last == UInt8(ascii: ")") else { return [] }
    var parser = RuleParser(description)
    return (try? parser.wholeReference())?.arguments.map(\.text) ?? []
  }

  /// A parameter as a value of a type; nil when there is none at this index, or it does not describe one.
  public func parameter<Value: LosslessStringConvertible>(_ index: Int, as type: Value.Type = Value.self) -> Value? {
    let parameters = parameters
    return parameters.indices.contains(index) ? Value(parameters[index]) : nil
  }
}

extension AlarmID: Comparable {
  /// By the text.
  public static func < (lhs: AlarmID, rhs: AlarmID) -> Bool { lhs.description < rhs.description }
}

extension AlarmID: Codable {
  /// From a text, as in ``init(parsing:)``.
  public init(from decoder: any Decoder) throws {
    try self.init(parsing: String(from: decoder))
  }

  /// As the text.
  public func encode(to encoder: any Encoder) throws {
    try description.encode(to: encoder)
  }
}
