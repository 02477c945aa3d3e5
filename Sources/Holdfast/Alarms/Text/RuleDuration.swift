/// Durations as rules write them: `250ms`, `15s`, `1.5s`, `5m`, `2h`, `1d`; exact to the nanosecond.
package enum RuleDuration {
  static let units: [(suffix: String, length: Int64)] = [
    ("ns", 1), ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
    ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
  ]
  /// A hundred years: what is longer is a slip.
  static let longest: Int64 = 36_525 * 86_400_000_000_000

  /// Nanoseconds; nil for anything else, for fractions of a nanosecond and for more than a hundred years.
  package static func parse(_ text: some StringProtocol) -> Int64? {
    if text == "0" { return 0 }
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let unit = units.first(where: { text.dropFirst(number.count) == $0.suffix }) else { return nil }
    let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = Int64(parts[0]), whole <= longest / unit.length else { return nil }
    guard let fraction = parts.count == 2 ? nanoseconds(parts[1], of: unit.length) : 0 else { return nil }
    let sum = whole * unit.length + fraction
    return sum <= longest ? sum : nil
  }

  /// `.5` of a second is 500,000,000; nil when it is no whole number of nanoseconds.
  private static func nanoseconds(_ digits: some StringProtocol, of unit: Int64) -> Int64? {
    guard !digits.isEmpty, digits.count <= 9, let count = Int64(digits) else { return nil }
    let scale = (0..<digits.count).reduce(Int64(1)) { scale, _ in scale * 10 }
    let (product, overflow) = count.multipliedReportingOverflow(by: unit)
    return overflow || product % scale != 0 ? nil : product / scale
  }

  /// The largest unit that needs no fraction.
  package static func text(_ nanoseconds: Int64) -> String {
    guard nanoseconds != 0, let unit = units.last(where: { nanoseconds % $0.length == 0 }) else { return "0" }
    return "\(nanoseconds / unit.length)\(unit.suffix)"
  }

  /// For people: exact where that is short, otherwise the two largest units, rounded down: `59m 59s`.
  static func rough(_ nanoseconds: Int64) -> String {
    guard nanoseconds % 1_000_000 != 0 || nanoseconds > 10_000_000_000_000 else { return text(nanoseconds) }
    guard let largest = units.lastIndex(where: { nanoseconds >= $0.length }) else { return text(nanoseconds) }
    let (count, rest) = nanoseconds.quotientAndRemainder(dividingBy: units[largest].length)
    let first = "\(count)\(units[largest].suffix)"
    guard largest > 3, case let smaller = units[largest - 1], rest >= smaller.length else { return first }
    return first + " \(rest / smaller.length)\(smaller.suffix)"
  }
}
