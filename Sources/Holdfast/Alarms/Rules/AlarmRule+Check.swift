extension AlarmRule {
  /// Expressions nest no deeper.
  static let deepest = 256
  /// A rule has no more operators and alarms than this.
  static let largest = 10_000

  /// Whether the rule can mean something: ids, parameters, durations and counts.
  ///
  /// - Throws: ``AlarmError`` that names the part and says what to do.
  public func check() throws(AlarmError) {
    try reference.check()
    let names = Set(parameters)
    guard names.count == parameters.count else {
      throw AlarmError(.invalidParameter, name, "names a parameter twice; give each its own name")
    }
    var waiting = [(when.form, 1)]
    var count = 0
    while let (form, depth) = waiting.popLast() {
      count += 1
      try check(form, depth, count, names)
      waiting += form.children.map { ($0, depth + 1) }
    }
  }

  private func check(
    _ form: AlarmExpression.Form, _ depth: Int, _ count: Int, _ names: Set<String>
  ) throws(AlarmError) {
    guard depth <= Self.deepest else {
      throw AlarmError(.invalidRule, name, "nests deeper than \(Self.deepest) levels; name a part as a rule of its own")
    }
    guard count <= Self.largest else {
      throw AlarmError(.invalidRule, name, "has more than \(Self.largest) parts; split it into several rules")
    }
    switch form {
    case .alarm(let reference):
      try reference.check()
      try checkParameters(of: reference, names)
    case .operation(let operation, _):
      if let fault = operation.fault { throw AlarmError(.invalidRule, name, fault) }
    case .not, .all, .any: break
    }
  }

  /// D8: a name that is no parameter must not silently mean something else.
  private func checkParameters(of input: AlarmReference, _ names: Set<String>) throws(AlarmError) {
    guard let stranger = input.parameters.first(where: { !names.contains($0) }) else { return }
    let known = parameters.map { "$" + $0 }.joined(separator: ", ")
    throw AlarmError(
      .invalidParameter, name,
      "`\(input.text)` mentions `$\(stranger)`, which is no parameter of the rule"
        + (known.isEmpty ? "; name it \(name)($\(stranger))" : " (it has \(known))"))
  }
}

extension AlarmReference {
  func check() throws(AlarmError) {
    try AlarmWords.check(type: type)
    let values = arguments.map { argument -> String in
      // A parameter stands for a value of at least one byte; its own name is checked as one.
      if case .parameter(let name) = argument { return name.isEmpty ? "" : name }
      return argument.text
    }
    try AlarmWords.check(values, of: type)
  }
}
