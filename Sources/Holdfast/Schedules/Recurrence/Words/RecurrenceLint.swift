extension Recurrence {
  /// What is legal and may not be meant, such as a step that does not divide the hour.
  ///
  /// What clocks do to it at certain dates is not among it: see ``clockWarnings(after:through:)``.
  public var warnings: [RecurrenceWarning] {
    node.cronRules.flatMap { CronLint(rule: $0).warnings }
  }
}

/// Looks at one cron expression.
struct CronLint {
  let rule: CronRule
  private let expression: CronExpression

  init(rule: CronRule) {
    self.rule = rule
    expression = rule.expression
  }

  var warnings: [RecurrenceWarning] {
    let steps = expression.fields.flatMap { field, range in
      expression.source.elements(of: range).compactMap { step(field, $0) }
    }
    return steps + [eitherDay, lastDayTwice, missingDay, idleOption].compactMap(\.self)
  }

  private func step(_ field: CronField, _ element: Range<Int>) -> RecurrenceWarning? {
    let text = expression.source[element]
    let parts = text.split(separator: "/")
    guard parts.count == 2, let step = Int(parts[1]), step > 1, field != .year else { return nil }
    if let first = Int(parts[0]), first + step > field.range.upperBound {
      return RecurrenceWarning(
        code: .uselessStep,
        message: "\(text) in the \(field) field is \(first) alone: steps do not go beyond the field; write \(first)")
    }
    // Months differ in length, so that days begin anew unevenly whatever the step.
    guard parts[0] == "*", field != .dayOfWeek, field == .dayOfMonth || field.range.count % step != 0 else {
      return nil
    }
    return RecurrenceWarning(code: .unevenStep, message: unevenText(text, field, step))
  }

  private func unevenText(_ text: String, _ field: CronField, _ step: Int) -> String {
    let unit = [CronField.second: "s", .minute: "m", .hour: "h", .dayOfMonth: "d"][field]
    let whole = [CronField.second: "minute", .minute: "hour", .hour: "day", .dayOfMonth: "month"][field] ?? "year"
    let advice =
      unit.map { "; for every \(step) \(field == .dayOfMonth ? "day" : "\(field)")s, write @every \(step)\($0)" } ?? ""
    return "\(text) in the \(field) field begins anew with each \(whole)\(advice)"
  }

  private var eitherDay: RecurrenceWarning? {
    let days = expression.days
    guard days.restrictsDays, days.restrictsWeekdays, !days.needsBoth else { return nil }
    let text = expression.fields.first { $0.field == .dayOfWeek }.map { expression.source[$0.range] } ?? ""
    return RecurrenceWarning(
      code: .eitherDay,
      message: "day of month and day of week are both chosen, and either is enough; write +\(text) to require both")
  }

  private var lastDayTwice: RecurrenceWarning? {
    let days = expression.days
    guard days.beforeLast & 1 != 0, days.days >> 28 != 0 else { return nil }
    return RecurrenceWarning(
      code: .lastDayTwice, message: "L and a day from 28 to 31 are both chosen; they are the same day in some months")
  }

  private var missingDay: RecurrenceWarning? {
    let days = expression.days
    guard days.restrictsDays, !days.restrictsWeekdays || days.needsBoth, days.beforeLast == 0, !days.lastWorkingDay
    else {
      return nil
    }
    let first = min((days.days | days.nearest).trailingZeroBitCount, 31)
    let lacking = rule.times.months.values.filter { CivilDay.length($0, of: 2001) < first }
    guard !lacking.isEmpty else { return nil }
    let which = lacking == [2] && first == 29 ? "February outside leap years has" : "some of its months have"
    return RecurrenceWarning(
      code: .missingDay,
      message: "\(which) no day \(first), and it does not fire then; L is the last day of every month")
  }

  private var idleOption: RecurrenceWarning? {
    guard rule.gap != .shift || rule.overlap != .first else { return nil }
    let reason: String? =
      rule.isElapsed
      ? "a rule for every hour follows real time" : rule.table.isConstant ? "clocks in \(rule.zone) never change" : nil
    return reason.map { RecurrenceWarning(code: .idleOption, message: "gap= and overlap= do nothing here: \($0)") }
  }
}

/// A cron expression taken apart again, for words and warnings.
struct CronExpression {
  let source: RuleText
  let fields: [(field: CronField, range: Range<Int>)]
  let days: CronDays
}

extension CronRule {
  /// The text was read before, so that it is read without errors.
  var expression: CronExpression {
    guard let source = try? RuleText(SimpleRuleReader.macros[source.lowercased()] ?? source) else {
      preconditionFailure("a cron expression became too long: \(source)")
    }
    let words = source.words(in: 0..<source.bytes.count)
    let first = words.count == 5 ? CronField.minute.rawValue : 0
    let fields = words.enumerated().compactMap { index, range in CronField(rawValue: first + index).map { ($0, range) }
    }
    let days = (try? CronReader(source: source, name: name).read(words))?.days ?? CronDays()
    return CronExpression(source: source, fields: fields, days: days)
  }
}
