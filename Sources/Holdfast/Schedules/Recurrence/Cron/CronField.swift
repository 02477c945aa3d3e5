/// One field of a cron expression, in the order of a full one.
enum CronField: Int, CaseIterable, Sendable, CustomStringConvertible {
  case second, minute, hour, dayOfMonth, month, dayOfWeek, year

  var description: String {
    switch self {
    case .second: "second"
    case .minute: "minute"
    case .hour: "hour"
    case .dayOfMonth: "day of month"
    case .month: "month"
    case .dayOfWeek: "day of week"
    case .year: "year"
    }
  }

  /// What `*` stands for.
  var range: ClosedRange<Int> {
    switch self {
    case .second, .minute: 0...59
    case .hour: 0...23
    case .dayOfMonth: 1...31
    case .month: 1...12
    case .dayOfWeek: 0...6
    case .year: 1970...2199
    }
  }

  /// The greatest number that may be written: 7 is Sunday too.
  var greatest: Int { self == .dayOfWeek ? 7 : range.upperBound }

  /// Whether `22-4` goes on past the end.
  var wraps: Bool { self == .hour || self == .month || self == .dayOfWeek }

  var isDay: Bool { self == .dayOfMonth || self == .dayOfWeek }

  /// Three letters each, the first being the first of the range.
  var names: [String] {
    switch self {
    case .month: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    case .dayOfWeek: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
    default: []
    }
  }

  /// What may be written, in words.
  var hint: String {
    switch self {
    case .second, .minute: "\(self)s are 0 to 59"
    case .hour: "hours are 0 to 23; midnight is 0"
    case .dayOfMonth: "days are 1 to 31, L is the last one"
    case .month: "months are 1 to 12 or JAN to DEC"
    case .dayOfWeek: "weekdays are 0 to 7 or SUN to SAT; 0 and 7 are Sunday"
    case .year: "years are 1970 to 2199"
    }
  }
}
