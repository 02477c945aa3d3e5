/// An alarm as a rule mentions it: an id whose parameters may be parameters of the rule, written `$name` (AL28).
struct AlarmReference: Hashable, Sendable {
  enum Argument: Hashable, Sendable {
    case value(String)
    /// A parameter of the rule, without the `$`.
    case parameter(String)

    var text: String {
      switch self {
      case .value(let value): value
      case .parameter(let name): "$" + name
      }
    }
  }

  var type: String
  var arguments: [Argument] = []
}

extension AlarmReference {
  /// Reads what can be read; what cannot is kept as the type, where checking finds it.
  init(lenient text: String) {
    var parser = RuleParser(text)
    self = (try? parser.wholeReference()) ?? AlarmReference(type: text)
  }

  init(_ id: AlarmID) {
    self.init(type: id.type, arguments: id.parameters.map(Argument.value))
  }

  /// The parameters of the rule that are mentioned, in order, repetitions included.
  var parameters: [String] {
    arguments.compactMap { argument in
      guard case .parameter(let name) = argument else { return nil }
      return name
    }
  }

  /// The id, once there is nothing left to fill in.
  func id() throws(AlarmError) -> AlarmID {
    if let name = parameters.first {
      throw AlarmError(.invalidParameter, text, "`$\(name)` has no value; register an instance(…) of the rule")
    }
    return try AlarmID(type, parameters: arguments.map(\.text))
  }

  /// The same with values in place of the rule's parameters.
  func filled(with values: [String: String]) -> AlarmReference {
    var copy = self
    copy.arguments = arguments.map { argument in
      guard case .parameter(let name) = argument, let value = values[name] else { return argument }
      return .value(value)
    }
    return copy
  }

  /// As it is written.
  var text: String {
    AlarmWords.write(
      type,
      arguments.map { argument in
        guard case .value(let value) = argument else { return argument.text }
        return AlarmWords.quotedIfNeeded(value)
      })
  }
}
