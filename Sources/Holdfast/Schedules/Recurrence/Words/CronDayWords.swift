/// The days of a cron expression in plain words.
struct CronDayWords {
  let days: CronDays
  /// Whether to say so when it is every day.
  let isDaily: Bool

  static let names = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

  var text: String {
    switch (days.restrictsDays, days.restrictsWeekdays) {
    case (false, false): return isDaily ? "every day" : ""
    case (true, false): return "on " + monthDays
    case (false, true): return (isSpan ? "" : "on ") + weekdays
    case (true, true) where days.needsBoth: return "on \(monthDays), if that is \(weekdays)"
    case (true, true): return "on \(monthDays), and on \(weekdays)"
    }
  }

  private var monthDays: String {
    var parts = UInt64(days.days).values.isEmpty ? [] : [plainDays]
    parts += UInt64(days.nearest).values.map { "the working day nearest to day \($0)" }
    if days.lastWorkingDay { parts.append("the last working day") }
    parts += UInt64(days.beforeLast).values.reversed().map { count in
      switch count {
      case 0: "the last day"
      case 1: "the day before the last one"
      default: "the day \(count) days before the last one"
      }
    }
    return parts.listed() + " of the month"
  }

  private var plainDays: String {
    let values = UInt64(days.days).values
    switch ValueShape(values, of: 1...31) {
    case .all: return "every day"
    case .one(let day): return "day \(day)"
    case .range(let range): return "days \(range.lowerBound) to \(range.upperBound)"
    case .steps(let from, let step, _): return "every \(step.ordinal) day from day \(from)"
    case .list(let days): return "days " + days.map(String.init).listed()
    }
  }

  /// `Monday to Friday`, which needs no `on`.
  private var isSpan: Bool {
    guard case .range = ValueShape(UInt64(days.weekdays).values, of: 0...6) else { return false }
    return true
  }

  private var weekdays: String {
    let values = UInt64(days.weekdays).values
    var parts: [String] = []
    switch ValueShape(values, of: 0...6) {
    case .all: parts = ["every day of the week"]
    case .range(let range): parts = ["\(Self.names[range.lowerBound]) to \(Self.names[range.upperBound])"]
    default: parts = values.map { Self.names[$0] }
    }
    for weekday in [1, 2, 3, 4, 5, 6, 0] {
      for number in UInt64(days.ordinals[weekday]).values.sorted(by: { ($0 + 9) % 10 < ($1 + 9) % 10 }) {
        parts.append("the \(number == 0 ? "last" : Self.ordinals[number - 1]) \(Self.names[weekday]) of the month")
      }
    }
    return parts.listed()
  }

  private static let ordinals = ["first", "second", "third", "fourth", "fifth"]
}
