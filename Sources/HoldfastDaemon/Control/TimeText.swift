import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Points in time as people write them: `2026-11-21T12:00:00Z`, with a fraction or an offset if they like.
enum TimeText {
  static func parse(_ text: String) -> Date? {
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
    return try? style.parse(text)
  }
}

extension WallTime {
  /// This process's own clock.
  static var now: WallTime { WallTime(Date()) }
}
