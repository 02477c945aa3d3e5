/// When an alarm is set, in terms of other alarms: a value, built in Swift or read from text.
///
/// ```swift
/// .debounce("wifi.down", .seconds(15)) || .intensity("wifi.down", 2, within: .seconds(60))
/// try AlarmExpression(parsing: "debounce(wifi.down, 15s) or intensity(wifi.down, 2, 60s)")
/// ```
///
/// A string literal names an alarm, `net.down(eth0)` with its parameters. Expressions nest up to 256 levels. An unknown
/// alarm counts as clear. What cannot mean anything, such as a window of no length, is refused where the rule is
/// registered, or by ``AlarmRule/check()``.
///
/// At an instant, an expression has the value that holds *from that instant on*.
public struct AlarmExpression: Hashable, Sendable {
  indirect enum Form: Hashable, Sendable {
    case alarm(AlarmReference)
    case not(Form)
    /// Set when all are.
    case all([Form])
    /// Set when one is.
    case any([Form])
    case operation(RuleOperator, Form)
  }

  let form: Form

  init(form: Form) { self.form = form }

  /// Reads the text form; ``description`` is its inverse.
  ///
  /// - Throws: ``AlarmTextError`` that points at the character.
  public init(parsing text: String) throws(AlarmTextError) {
    var parser = RuleParser(text)
    self.init(form: try parser.wholeExpression())
  }

  /// Set while the alarm is.
  public static func alarm(_ id: AlarmID) -> AlarmExpression {
    AlarmExpression(form: .alarm(AlarmReference(id)))
  }

  /// Set while both are.
  public static func && (lhs: AlarmExpression, rhs: AlarmExpression) -> AlarmExpression {
    AlarmExpression(form: .all(lhs.form.conjuncts + rhs.form.conjuncts))
  }

  /// Set while one is.
  public static func || (lhs: AlarmExpression, rhs: AlarmExpression) -> AlarmExpression {
    AlarmExpression(form: .any(lhs.form.disjuncts + rhs.form.disjuncts))
  }

  /// Set while it is not: also while nothing is known.
  public static prefix func ! (operand: AlarmExpression) -> AlarmExpression {
    AlarmExpression(form: .not(operand.form))
  }
}

extension AlarmExpression: ExpressibleByStringLiteral {
  /// The alarm of this id; what is no id is refused when the rule is registered.
  public init(stringLiteral id: String) {
    self.init(form: .alarm(AlarmReference(lenient: id)))
  }
}

extension AlarmExpression: Codable {
  /// From the text form.
  public init(from decoder: any Decoder) throws {
    try self.init(parsing: String(from: decoder))
  }

  /// As the text form.
  public func encode(to encoder: any Encoder) throws {
    try description.encode(to: encoder)
  }
}

extension AlarmExpression.Form {
  var conjuncts: [Self] {
    if case .all(let parts) = self { parts } else { [self] }
  }

  var disjuncts: [Self] {
    if case .any(let parts) = self { parts } else { [self] }
  }

  var children: [Self] {
    switch self {
    case .alarm: []
    case .not(let operand), .operation(_, let operand): [operand]
    case .all(let parts), .any(let parts): parts
    }
  }

  /// The same with values in place of the rule's parameters.
  func filled(with values: [String: String]) -> Self {
    switch self {
    case .alarm(let reference): .alarm(reference.filled(with: values))
    case .not(let operand): .not(operand.filled(with: values))
    case .all(let parts): .all(parts.map { $0.filled(with: values) })
    case .any(let parts): .any(parts.map { $0.filled(with: values) })
    case .operation(let name, let operand): .operation(name, operand.filled(with: values))
    }
  }
}
