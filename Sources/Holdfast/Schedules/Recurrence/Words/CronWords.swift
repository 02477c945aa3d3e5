/// A cron expression in plain words, without its zone.
struct CronWords {
  let times: CronTimes
  let days: CronDays

  /// `At 02:30 every day`.
  var text: String {
    let parts = [clock, CronDayWords(days: days, isDaily: isListed).text, months, years].filter { !$0.isEmpty }
    let text = parts.joined(separator: isListed ? " " : ", ")
    return text.prefix(1).uppercased() + text.dropFirst()
  }

  private var hours: [Int] { times.hours.values }
  private var minutes: [Int] { times.minutes.values }
  private var seconds: [Int] { times.seconds.values }

  /// Whether the times of the day are few enough to name each.
  private var isListed: Bool { hours.count * minutes.count * seconds.count <= 4 }

  private var clock: String {
    guard !isListed else { return "at " + listedTimes.listed() }
    let parts = [secondWords, minuteWords].filter { !$0.isEmpty }
    return parts.joined(separator: " of ") + hourWords
  }

  private var listedTimes: [String] {
    hours.flatMap { hour in
      minutes.flatMap { minute in
        seconds.map { second in
          [hour, minute].map { $0.padded(2) }.joined(separator: ":")
            + (times.seconds == 1 ? "" : ":" + second.padded(2))
        }
      }
    }
  }

  private var secondWords: String {
    times.seconds == 1 ? "" : Self.words("second", seconds)
  }

  private var minuteWords: String {
    if times.seconds != 1, minutes.count == 60 { return times.seconds.nonzeroBitCount == 60 ? "" : "every minute" }
    return Self.words("minute", minutes)
  }

  /// `every 15 minutes`, `minute 5`, `minutes 15 and 45`, `every 7th minute from 3 to 59`.
  private static func words(_ unit: String, _ values: [Int]) -> String {
    let shape = ValueShape(values, of: 0...59)
    switch shape {
    case .all: return "every \(unit)"
    case .one(let value): return "\(unit) \(value)"
    case .range(let range): return "\(unit)s \(range.lowerBound) to \(range.upperBound)"
    case .steps(_, let step, _) where shape.isEven(0...59): return "every \(step) \(unit)s"
    case .steps(let from, let step, let last): return "every \(step.ordinal) \(unit) from \(from) to \(last)"
    case .list(let values): return "\(unit)s " + values.map(String.init).listed()
    }
  }

  private var hourWords: String {
    let shape = ValueShape(hours, of: 0...23)
    switch shape {
    case .all: return minutes.count * seconds.count == 1 ? " of every hour" : ""
    case .one(let hour): return " " + Self.span(hour...hour)
    case .range(let range): return " " + Self.span(range)
    case .steps(_, let step, _) where shape.isEven(0...23): return " of every \(step.ordinal) hour"
    case .steps(let from, let step, let last): return " of every \(step.ordinal) hour from \(from) to \(last)"
    case .list(let hours): return " of the hours " + hours.map(String.init).listed()
    }
  }

  private static func span(_ hours: ClosedRange<Int>) -> String {
    "from \(hours.lowerBound.padded(2)):00 to \(hours.upperBound.padded(2)):59"
  }

  private var months: String {
    let months = times.months.values
    func name(_ month: Int) -> String { Self.monthNames[month - 1] }
    switch ValueShape(months, of: 1...12) {
    case .all: return ""
    case .range(let range): return "from \(name(range.lowerBound)) to \(name(range.upperBound))"
    default: return "in " + months.map(name).listed()
    }
  }

  private static let monthNames = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]

  private var years: String {
    guard times.years != nil else { return "" }
    let years = CronField.year.range.filter(times.includes(year:))
    switch ValueShape(years, of: CronField.year.range) {
    case .range(let range): return "from \(range.lowerBound) to \(range.upperBound)"
    case .steps(let from, let step, let last): return "every \(step.ordinal) year from \(from) to \(last)"
    default: return "in " + years.map(String.init).listed()
    }
  }
}
