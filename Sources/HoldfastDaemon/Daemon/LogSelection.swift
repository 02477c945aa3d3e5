import HoldfastPrograms

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Which lines a query selects.
struct LogSelection {
  let query: LogQuery
  /// The generation that runs, or ran last.
  let current: Int
  let now: Date

  func selects(_ line: ProgramLine) -> Bool {
    if let since = query.since, line.time < now.addingTimeInterval(-since) { return false }
    if query.previous == true, line.generation != current - 1 { return false }
    if let stream = query.stream, line.stream.rawValue != stream.rawValue { return false }
    if let text = query.grep, !line.text.contains(text) { return false }
    return true
  }

  /// The last lines that are selected, in order.
  func last(_ lines: [ProgramLine]) -> [ProgramLine] {
    lines.filter(selects).suffix(max(0, query.lines ?? 100))
  }
}
