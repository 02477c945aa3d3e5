/// An alarm that follows from others.
///
/// ```swift
/// AlarmRule("wifi.unstable", .warning,
///   when: .debounce("wifi.down", .seconds(15)) || .intensity("wifi.down", 2, within: .seconds(60)))
/// ```
///
/// A rule with parameters is a pattern for rules: each instance is made, and registered, on its own (AL28).
///
/// ```swift
/// let flaky = AlarmRule("net.flaky($interface)", when: .flapping("net.down($interface)"))
/// try engine.register(flaky.instance("eth0"), at: now)
/// ```
public struct AlarmRule: Hashable, Sendable {
  let reference: AlarmReference
  /// How bad it is. Default ``AlarmSeverity/warning``.
  public var severity: AlarmSeverity
  /// When the alarm is set.
  public var when: AlarmExpression
  /// What the alarm says while it is set. Default: what the alarm behind it says, where there is exactly one.
  public var description: String?
  /// What is done while the alarm is set. It is no part of what makes two rules equal. Default nothing.
  public var remedy: Remedy?

  /// A rule for an id; `$name` stands for a parameter. What is no id is refused when the rule is registered.
  public init(
    _ id: String, _ severity: AlarmSeverity = .warning, when: AlarmExpression, description: String? = nil,
    remedy: Remedy? = nil
  ) {
    self.init(AlarmReference(lenient: id), severity, when: when, description: description)
    self.remedy = remedy
  }

  /// A rule for an id.
  public init(
    _ id: AlarmID, _ severity: AlarmSeverity = .warning, when: AlarmExpression, description: String? = nil,
    remedy: Remedy? = nil
  ) {
    self.init(AlarmReference(id), severity, when: when, description: description)
    self.remedy = remedy
  }

  init(_ reference: AlarmReference, _ severity: AlarmSeverity, when: AlarmExpression, description: String?) {
    self.reference = reference
    self.severity = severity
    self.when = when
    self.description = description
  }

  /// The id as it is written, parameters included.
  public var name: String { reference.text }

  /// The rule's parameters, in order, without the `$`; empty when it can be registered as it is.
  public var parameters: [String] { reference.parameters }

  /// The rule for certain values of its parameters, in their order.
  ///
  /// - Throws: ``AlarmError/Code/invalidParameter`` when there are more or fewer values than parameters, and what
  ///   ``check()`` throws.
  public func instance(_ values: any LosslessStringConvertible...) throws(AlarmError) -> AlarmRule {
    try instance(of: values.map { $0.description })
  }

  /// The same, with the values in an array.
  public func instance(of values: [String]) throws(AlarmError) -> AlarmRule {
    guard values.count == parameters.count else {
      let names = parameters.map { "$" + $0 }.joined(separator: ", ")
      throw AlarmError(
        .invalidParameter, name,
        "takes \(parameters.count) value\(parameters.count == 1 ? "" : "s") (\(names)), not \(values.count)")
    }
    try check()
    let bound = Dictionary(zip(parameters, values)) { first, _ in first }
    var rule = AlarmRule(
      reference.filled(with: bound), severity, when: AlarmExpression(form: when.form.filled(with: bound)),
      description: description)
    rule.remedy = remedy
    try rule.check()
    return rule
  }
}

extension AlarmRule {
  /// Whether both say the same of the same alarm.
  public static func == (lhs: AlarmRule, rhs: AlarmRule) -> Bool { lhs.identity == rhs.identity }

  /// See `Hashable`.
  public func hash(into hasher: inout Hasher) { hasher.combine(identity) }

  private struct Identity: Hashable {
    let reference: AlarmReference
    let severity: AlarmSeverity
    let when: AlarmExpression
    let description: String?
  }

  private var identity: Identity {
    Identity(reference: reference, severity: severity, when: when, description: description)
  }
}
