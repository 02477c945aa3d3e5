#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Times in log files: `2026-01-31T09:30:00.125Z`.
enum Timestamp {
  private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  static func text(_ time: Date) -> String {
    time.formatted(style)
  }
}
