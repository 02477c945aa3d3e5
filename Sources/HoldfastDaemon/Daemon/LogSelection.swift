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
    selects(line.time, line.generation, line.stream.rawValue, line.text)
  }

  func selects(_ time: Date, _ generation: Int, _ stream: String, _ text: String) -> Bool {
    if let since = query.since, time < now.addingTimeInterval(-since) { return false }
    if query.previous == true, generation != current - 1 { return false }
    if let wanted = query.stream, stream != wanted.rawValue { return false }
    if let wanted = query.grep, !text.contains(wanted) { return false }
    return true
  }

  /// The last lines that are selected, in order.
  func last(_ lines: [ProgramLine]) -> [ProgramLine] {
    lines.filter(selects).suffix(max(0, query.lines ?? 100))
  }
}
