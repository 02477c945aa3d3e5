extension Recurrence {
  /// The rule in plain words, such as `At 02:30 every day in Europe/London`.
  public var words: String { node.words }

  /// The zone to show its moments in: that of the first cron expression in it; nil without one.
  public var zone: Zone? { node.cronRules.first?.zone }
}

extension RecurrenceNode {
  /// The cron expressions that it is made of, those of exclusions not among them.
  var cronRules: [CronRule] {
    switch self {
    case .cron(let rule): [rule]
    case .interval, .once, .manual, .reboot: []
    case .union(let parts): parts.flatMap(\.cronRules)
    case .except(let base, _): base.cronRules
    }
  }

  fileprivate var words: String {
    switch self {
    case .cron(let rule): rule.words
    case .interval(let rule): rule.words
    case .once(let time): "Once, at \(MomentText.text(time))"
    case .manual: "Only by hand"
    case .reboot: "Once at each start"
    case .union(let parts):
      parts.enumerated().map { $0 == 0 ? $1.words : $1.words.lowercasedFirst }.joined(separator: "; and ")
    case .except(let base, .calendar(let calendar)): "\(base.words), except \(calendar.words)"
    case .except(let base, .rule(let rule)): "\(base.words), except \(rule.words.lowercasedFirst)"
    }
  }
}

extension CronRule {
  fileprivate var words: String {
    CronWords(times: times, days: expression.days).text + " in \(zone)" + optionWords
  }

  /// Only where they are not the usual ones and matter.
  private var optionWords: String {
    guard !isElapsed, !table.isConstant else { return "" }
    let gap: String? =
      switch gap {
      case .shift: nil
      case .transition: "missing times fire when the clocks change"
      case .skip: "missing times are left out"
      }
    let overlap: String? =
      switch overlap {
      case .first: nil
      case .second: "repeated times fire the second time"
      case .both: "repeated times fire twice"
      }
    return [gap, overlap].compactMap(\.self).map { "; " + $0 }.joined()
  }
}

extension IntervalRule {
  fileprivate var words: String {
    "Every \(Self.words(length))" + ", counted from 1970 in UTC" + (phase == 0 ? "" : " plus \(Self.words(phase))")
  }

  /// `15 minutes`, `1 hour 30 minutes`.
  private static func words(_ microseconds: Int) -> String {
    var rest = microseconds
    var parts: [String] = []
    for (name, length) in units where rest >= length {
      let count = rest / length
      parts.append("\(count) \(name)\(count == 1 ? "" : "s")")
      rest %= length
    }
    return parts == ["1 \(units.first { $0.length == microseconds }?.name ?? "")"]
      ? String(parts[0].dropFirst(2)) : parts.joined(separator: " ")
  }

  private static let units: [(name: String, length: Int)] = [
    ("day", 86_400_000_000), ("hour", 3_600_000_000), ("minute", 60_000_000), ("second", 1_000_000),
    ("millisecond", 1000), ("microsecond", 1),
  ]
}

extension ExclusionCalendar {
  fileprivate var words: String {
    description.dropFirst().dropLast().replacing(" in \(zone)", with: "").split(separator: " ").map(String.init)
      .listed()
      + " in \(zone)"
  }
}

extension String {
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
