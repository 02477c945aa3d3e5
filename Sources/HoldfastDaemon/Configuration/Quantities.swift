import Holdfast

/// Durations as people write them: `250ms`, `15s`, `5m`, `2h`, `1d`, plain `0`.
enum DurationText {
  private static let units: [(suffix: String, length: Duration)] = [
    ("ms", .milliseconds(1)), ("s", .seconds(1)), ("m", .seconds(60)), ("h", .seconds(3600)), ("d", .seconds(86400)),
  ]

  /// Nil for anything else; a million days is the longest.
  static func parse(_ text: String) -> Duration? {
    if text == "0" { return .zero }
    guard let unit = units.first(where: { text.hasSuffix($0.suffix) }) else { return nil }
    guard let count = wholeNumber(text.dropLast(unit.suffix.count)) else { return nil }
    let duration = unit.length * Int(clamping: min(count, 1_000_000_000_000))
    return duration <= .seconds(86400) * 1_000_000 ? duration : nil
  }
}

extension DurationText {
  /// The shortest way to write a duration, rounded up to a millisecond.
  static func text(_ duration: Duration) -> String {
    let milliseconds = (duration.wholeMicroseconds + 999) / 1000
    guard milliseconds > 0 else { return "0" }
    let lengths: [(String, Int64)] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)]
    let unit = lengths.first { milliseconds % $0.1 == 0 } ?? ("ms", 1)
    return "\(milliseconds / unit.1)\(unit.0)"
  }
}

/// Sizes as people write them: bytes, or with `kB`, `MB`, `GB` (thousands) and `KiB`, `MiB`, `GiB` (1024s).
enum SizeText {
  private static let units: [(suffix: String, bytes: UInt64)] = [
    ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30),
    ("kB", 1000), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1), ("", 1),
  ]

  /// Nil for anything else, and for sizes beyond eight exabytes.
  static func parse(_ text: String) -> UInt64? {
    guard let unit = units.first(where: { text.hasSuffix($0.suffix) }),
      let count = wholeNumber(text.dropLast(unit.suffix.count))
    else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: unit.bytes)
    return overflow || bytes > UInt64(Int64.max) ? nil : bytes
  }
}

/// Rates as people write them: `10/s`, `100/m`, `5/h`, `1/d`, or with a period of any length: `3/10s`.
enum RateText {
  /// Nil for anything else, and for less than one in a period.
  static func parse(_ text: String) -> RateLimit? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let count = wholeNumber(parts[0]), (1...1_000_000).contains(count) else { return nil }
    let period = parts[1].first?.isNumber == true ? String(parts[1]) : "1" + parts[1]
    guard let duration = DurationText.parse(period), duration > .zero else { return nil }
    return RateLimit(Int(count), per: duration)
  }

  /// As it would be written.
  static func text(_ rate: RateLimit) -> String {
    let text = DurationText.text(rate.period)
    return "\(rate.count)/"
      + (text.hasPrefix("1") && text.dropFirst().first?.isNumber == false ? String(text.dropFirst()) : text)
  }
}

/// Digits only: no sign, no blanks.
private func wholeNumber(_ text: Substring) -> UInt64? {
  text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? UInt64(text) : nil
}
