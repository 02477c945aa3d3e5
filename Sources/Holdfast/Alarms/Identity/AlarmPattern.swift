/// Chooses alarms by id (AL8): `*` all, `net.down` that id alone, `net.down(*)` each with one parameter, `web.*` each
/// whose type begins with `web.`, whatever its parameters.
///
/// The number of parameters must match: `net.down(*)` chooses neither `net.down` nor `net.down(eth0,1)`.
public struct AlarmPattern: Hashable, Sendable, CustomStringConvertible {
  enum Shape: Hashable, Sendable {
    case all
    case prefix(String)
    /// nil stands for any parameter.
    case exactly(type: String, parameters: [String?])
  }

  let shape: Shape

  /// Every alarm.
  public static let all = AlarmPattern(shape: .all)

  /// One alarm.
  public static func exactly(_ id: AlarmID) -> AlarmPattern {
    AlarmPattern(shape: .exactly(type: id.type, parameters: id.parameters))
  }

  /// Reads a pattern.
  ///
  /// - Throws: ``AlarmTextError`` that points at the character.
  public init(parsing text: String) throws(AlarmTextError) {
    var parser = RuleParser(text)
    self = try parser.wholePattern()
  }

  init(shape: Shape) {
    self.shape = shape
  }

  /// Whether the pattern chooses an alarm.
  public func matches(_ id: AlarmID) -> Bool {
    switch shape {
    case .all: return true
    case .prefix(let prefix): return id.description.hasPrefix(prefix)
    case .exactly(let type, let parameters):
      guard id.type == type else { return false }
      let actual = id.parameters
      return actual.count == parameters.count && zip(parameters, actual).allSatisfy { $0 == nil || $0 == $1 }
    }
  }

  /// The pattern as it is written.
  public var description: String {
    switch shape {
    case .all: "*"
    case .prefix(let prefix): prefix + "*"
    case .exactly(let type, let parameters):
      AlarmWords.write(type, parameters.map { $0.map(AlarmWords.quotedIfNeeded) ?? "*" })
    }
  }
}

extension AlarmPattern: Codable {
  /// From a text, as in ``init(parsing:)``.
  public init(from decoder: any Decoder) throws {
    try self.init(parsing: String(from: decoder))
  }

  /// As the text.
  public func encode(to encoder: any Encoder) throws {
    try description.encode(to: encoder)
  }
}
