import Holdfast
import Yams

/// What rules and their tests are made of.
extension Field {
  /// An alarm's id, such as `net.down(eth0)`.
  func alarm() -> AlarmID? {
    guard let text = string("an alarm") else { return nil }
    return parsed { try AlarmID(parsing: text) }
  }

  /// One alarm or a list of them.
  func alarms() -> [AlarmID]? {
    node.sequence == nil ? alarm().map { [$0] } : list(of: "alarms") { $0.alarm() }
  }

  /// When an alarm is set: a rule in its text form.
  func expression() -> AlarmExpression? {
    guard let text = string("a rule such as debounce(wifi.down, 15s)") else { return nil }
    return parsed { try AlarmExpression(parsing: text) }
  }

  /// One pattern or a list of them, such as `net.down(*)`.
  func patterns() -> [AlarmPattern]? {
    node.sequence == nil ? pattern().map { [$0] } : list(of: "patterns") { $0.pattern() }
  }

  private func pattern() -> AlarmPattern? {
    guard let text = string("a pattern such as web.* or net.down(*)") else { return nil }
    return parsed { try AlarmPattern(parsing: text) }
  }

  func severity() -> AlarmSeverity? {
    choice(among: AlarmSeverity.allCases.map(\.description)).flatMap { AlarmSeverity($0) }
  }

  /// A time as rules write it, fractions included: `14.9s`.
  func time(zero: Bool = true) -> Duration? {
    guard let text, let value = RuleDuration.parse(text), value > 0 || zero else {
      return expected(zero ? "a time such as 0s, 250ms, 14.9s or 5m" : "a time longer than 0, such as 250ms or 5m")
    }
    return .nanoseconds(value)
  }

  /// Reports what is no id or rule at the character that is wrong.
  private func parsed<T>(_ read: () throws -> T) -> T? {
    do {
      return try read()
    } catch let error as AlarmTextError {
      problems.add("\(path): \(error.message)", at: node.mark, offset: offset(of: error))
    } catch {
      problems.add("\(path): \(error)", at: node.mark)
    }
    return nil
  }

  /// Text over several lines, or with escapes, has no simple relation to columns.
  private func offset(of error: AlarmTextError) -> Int {
    guard let scalar = node.scalar, !error.text.contains(where: { $0.isNewline || $0 == "\\" || $0 == "\"" }) else {
      return 0
    }
    switch scalar.style {
    case .plain, .any: return error.offset
    case .singleQuoted, .doubleQuoted: return error.offset + 1
    case .literal, .folded: return 0
    }
  }
}
