extension AlarmExpression: CustomStringConvertible {
  /// The text form, with no more parentheses than it needs; ``init(parsing:)`` reads it back.
  public var description: String { form.text }
}

extension AlarmExpression.Form {
  /// How tightly a form binds: what binds less than its surroundings needs parentheses.
  private enum Binding: Int {
    case or, and, not, alone
  }

  private var binding: Binding {
    switch self {
    case .any: .or
    case .all: .and
    case .not: .not
    case .alarm, .operation: .alone
    }
  }

  var text: String {
    switch self {
    case .alarm(let reference): reference.text
    case .not(let operand): "not \(operand.text(within: .not))"
    case .all(let parts): parts.map { $0.text(within: .and) }.joined(separator: " and ")
    case .any(let parts): parts.map { $0.text(within: .or) }.joined(separator: " or ")
    case .operation(let operation, let operand):
      "\(operation.name.rawValue)(\(([operand.text] + operation.settings).joined(separator: ", ")))"
    }
  }

  private func text(within outer: Binding) -> String {
    binding.rawValue < outer.rawValue ? "(\(text))" : text
  }
}
