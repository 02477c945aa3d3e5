#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Points in time as text.
enum Timestamp {
  /// `2026-11-21T12:00:01.234Z`, for machines.
  static func iso(_ date: Date) -> String {
    Date.ISO8601FormatStyle(includingFractionalSeconds: true).format(date)
  }

  /// `2026-11-21 12:00:01Z`, for people who compare with other machines.
  static func second(_ date: Date) -> String {
    Date.ISO8601FormatStyle(dateTimeSeparator: .space).format(date)
  }

  static func parse(_ text: String) throws -> Date {
    try Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text)
  }

  /// `12:00:01.234` in the local zone, for people.
  static func clock(_ date: Date) -> String {
    let milliseconds = Int((date.timeIntervalSince1970 * 1000).rounded(.down))
    var seconds = time_t(milliseconds / 1000)
    var parts = unsafe tm()
    unsafe localtime_r(&seconds, &parts)
    let fields = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0), 2) }
    return fields.joined(separator: ":") + "." + padded(milliseconds % 1000, 3)
  }

  /// `850 ms`, `12 s`, `3 min 5 s`, `2 h 5 min`, `3 d 4 h`.
  static func span(_ seconds: Double) -> String {
    let whole = Int(max(0, seconds))
    return switch whole {
    case 0: "\(Int((max(0, seconds) * 1000).rounded())) ms"
    case ..<60: "\(whole) s"
    case ..<3600: "\(whole / 60) min \(whole % 60) s"
    case ..<86400: "\(whole / 3600) h \(whole / 60 % 60) min"
    default: "\(whole / 86400) d \(whole / 3600 % 24) h"
    }
  }

  /// `in 5 min 0 s`, `3 s ago`.
  static func distance(_ date: Date, from now: Date) -> String {
    let seconds = date.timeIntervalSince(now)
    return seconds > 0 ? "in \(span(seconds))" : "\(span(-seconds)) ago"
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
