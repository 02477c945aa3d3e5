#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Durations within rules: `90s`, `1h30m`, `2d`.
enum IntervalText {
  private static let units: [(name: String, length: Int)] = [
    ("w", 604_800_000_000), ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000),
    ("ms", 1000), ("us", 1),
  ]

  /// In microseconds; nil for anything else.
  static func parse(_ text: some StringProtocol) -> Int? {
    if text == "0" { return 0 }
    var rest = text.lowercased()[...]
    var total = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(name.count)
      guard let number = Int(digits), let unit = units.first(where: { $0.name == name }) else { return nil }
      let (part, overflow) = number.multipliedReportingOverflow(by: unit.length)
      guard !overflow, part <= IntervalRule.lengths.upperBound else { return nil }
      total += part
    }
    return text.isEmpty || total > IntervalRule.lengths.upperBound ? nil : total
  }

  static func text(_ microseconds: Int) -> String {
    var rest = microseconds
    var text = ""
    // Weeks only where nothing else is needed: two weeks and a day are fifteen days.
    for unit in units where rest >= unit.length && (unit.name != "w" || rest % unit.length == 0) {
      text += "\(rest / unit.length)\(unit.name)"
      rest %= unit.length
    }
    return text.isEmpty ? "0" : text
  }
}

/// Moments as text with an offset (RFC 3339).
enum MomentText {
  /// Microseconds for `2026-03-08T03:30:00.5-04:00`, the seconds and their fraction being optional; nil for anything
  /// without an offset.
  static func parse(_ text: String) -> Int? {
    var rest = Substring(text.uppercased())
    guard let day = CivilDay(parsing: rest.prefix(10)), rest.count >= 17, let separator = rest.dropFirst(10).first,
      separator == "T" || separator == " "
    else { return nil }
    rest = rest.dropFirst(11)
    guard let offset = takeOffset(&rest), let time = time(rest) else { return nil }
    return (day.number * 86400 - offset) * 1_000_000 + time
  }

  private static func takeOffset(_ rest: inout Substring) -> Int? {
    if rest.hasSuffix("Z") {
      rest.removeLast()
      return 0
    }
    // Hours alone are ISO 8601, if not RFC 3339.
    for (length, minutes) in [(6, ""), (3, ":00")] {
      guard let offset = Zone.fixedOffset(rest.suffix(length) + minutes) else { continue }
      rest = rest.dropLast(length)
      return offset
    }
    return nil
  }

  /// Microseconds for `hh:mm[:ss[.fraction]]`.
  private static func time(_ text: Substring) -> Int? {
    let halves = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let parts = halves[0].split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { $0.count == 2 && $0.allSatisfy(\.isWholeNumber) ? Int($0) : nil }
    guard (2...3).contains(parts.count), numbers.count == parts.count, numbers[0] < 24, numbers[1] < 60,
      numbers.count == 2 || numbers[2] < 60
    else { return nil }
    let seconds = numbers[0] * 3600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
    guard halves.count == 2 else { return seconds * 1_000_000 }
    let digits = halves[1]
    guard (1...9).contains(digits.count), let fraction = Int((digits + "000000").prefix(6)), numbers.count == 3 else {
      return nil
    }
    return seconds * 1_000_000 + fraction
  }

  static func text(_ microseconds: Int, in zone: Zone = .utc) -> String {
    let seconds = microseconds.floorDivided(by: 1_000_000)
    let offset = zone.table.span(at: seconds).offset
    let wall = seconds + offset
    let day = wall.floorDivided(by: 86400)
    let fraction = microseconds.floorRemainder(by: 1_000_000).padded(6)
    let digits = fraction.prefix(through: fraction.lastIndex { $0 != "0" } ?? fraction.startIndex)
    let point = digits == "0" ? "" : "." + digits
    let suffix = zone == .utc ? "Z" : Zone.text(offset: offset)
    return CivilDay(day).text + "T" + clock(wall - day * 86400) + point + suffix
  }

  /// `03:30:00`.
  static func clock(_ time: Int) -> String {
    [time / 3600, time / 60 % 60, time % 60].map { $0.padded(2) }.joined(separator: ":")
  }
}

extension Zone {
  /// A moment as this zone's clocks show it, with the offset: `2026-03-08T03:30:00-04:00`; in UTC with `Z`.
  public func text(of date: Date) -> String { MomentText.text(WallTime(date).moment, in: self) }

  /// The moment that a text with an offset means, such as `2026-03-08T03:30:00-04:00` or `2026-03-08T07:30Z`; nil for
  /// anything else.
  public static func date(of text: String) -> Date? {
    MomentText.parse(text).map { WallTime(moment: $0).date }
  }

  /// The moments at which this zone's clocks show a time without an offset, such as `2026-03-08T02:30` or `2026-03-08`:
  /// one, two where clocks went back, none where they went forward or the text is none.
  public func dates(showing text: String) -> [Date] {
    let midnight = text.utf8.count == 10 ? "T00:00" : ""
    guard let wall = MomentText.parse(text + midnight + "Z") else { return [] }
    let fraction = wall.floorRemainder(by: 1_000_000)
    return table.moments(wall: wall.floorDivided(by: 1_000_000)).map {
      WallTime(moment: $0 * 1_000_000 + fraction).date
    }
  }
}

extension Recurrence: CustomStringConvertible {
  /// The rule in its canonical text form, with zone and options, which reads back as the same rule.
  public var description: String { node.text }
}

extension RecurrenceNode {
  var text: String {
    switch self {
    case .cron(let rule): rule.text
    case .interval(let rule):
      "@every \(IntervalText.text(rule.length))" + (rule.phase == 0 ? "" : "/\(IntervalText.text(rule.phase))")
    case .once(let time): "@at \(MomentText.text(time))"
    case .manual: "@manual"
    case .reboot: "@reboot"
    case .union(let parts): parts.map(\.text).joined(separator: " | ")
    case .except(let base, .rule(let rule)): "\(base.bracketed) except (\(rule.text))"
    case .except(let base, .calendar(let calendar)): "\(base.bracketed) except \(calendar)"
    }
  }

  private var bracketed: String {
    if case .union = self { "(\(text))" } else { text }
  }
}

extension CronRule {
  fileprivate var text: String {
    let name = name.map {
      " name=\"" + $0.reduce(into: "") { $0 += ($1 == "\"" || $1 == "\\" ? "\\" : "") + String($1) } + "\""
    }
    return "\(source) in \(zone)" + (gap == .shift ? "" : " gap=\(gap.rawValue)")
      + (overlap == .first ? "" : " overlap=\(overlap.rawValue)") + (name ?? "")
  }
}

extension Recurrence: Codable {
  /// Reads the text form.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    do { self = try Recurrence(try container.decode(String.self)) } catch let error as RecurrenceError {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
    }
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
