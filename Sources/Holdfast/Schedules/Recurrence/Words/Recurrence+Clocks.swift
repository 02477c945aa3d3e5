#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension Recurrence {
  /// What clock changes after one moment and not after another do to it: times that are missing, and times that come
  /// twice. At most 20, the earliest first.
  public func clockWarnings(after start: Date, through end: Date) -> [RecurrenceWarning] {
    let range = WallTime(start).seconds + 1..<max(WallTime(start).seconds, WallTime(end).seconds) + 1
    let found = node.cronRules.filter { !$0.isElapsed }.flatMap { $0.clockWarnings(in: range) }
    return found.sorted { $0.at < $1.at }.prefix(20).map { RecurrenceWarning(code: .clockChange, message: $0.text) }
  }
}

extension CronRule {
  fileprivate func clockWarnings(in range: Range<Int>) -> [(at: Int, text: String)] {
    var found: [(at: Int, text: String)] = []
    var span = table.span(at: range.lowerBound - 1)
    while span.end < range.upperBound, found.count < 20 {
      span = table.span(at: span.end)
      if let text = span.gap > 0 ? gapWarning(span) : overlapWarning(span) { found.append((span.start, text)) }
    }
    return found
  }

  private func gapWarning(_ span: ZoneSpan) -> String? {
    let (from, to) = (span.start + span.before, span.start + span.offset)
    guard let wall = times.first(from: from, before: to) else { return nil }
    let happens =
      switch gap {
      case .shift: "fires at \(clock(wall + span.gap)) (\(moment(wall - span.before)))"
      case .transition: "fires when they change (\(moment(span.start)))"
      case .skip: "does not fire"
      }
    return changeText(span) + ": \(clock(wall)) is missing\(more(wall, before: to)) and \(happens)"
  }

  private func overlapWarning(_ span: ZoneSpan) -> String? {
    let (from, to) = (span.start + span.offset, span.start + span.before)
    guard let wall = times.first(from: from, before: to) else { return nil }
    let (first, second) = (moment(wall - span.before), moment(wall - span.offset))
    let happens =
      switch overlap {
      case .first: "fires the first time (\(first))"
      case .second: "fires the second time (\(second))"
      case .both: "fires both times (\(first) and \(second))"
      }
    return changeText(span) + ": \(clock(wall)) comes twice\(more(wall, before: to)) and \(happens)"
  }

  private func changeText(_ span: ZoneSpan) -> String {
    let (before, after) = (span.start + span.before, span.start + span.offset)
    let date = CivilDay(before.floorDivided(by: 86400)).text
    return "on \(date) clocks in \(zone) go from \(clock(before)) to \(clock(after))"
  }

  private func more(_ wall: Int, before end: Int) -> String {
    let others = times.count(from: wall + 1, before: end)
    return others == 0 ? "" : ", as \(others == 1 ? "is 1 more time" : "are \(others) more times"),"
  }

  private func moment(_ time: Int) -> String { MomentText.text(time * 1_000_000, in: zone) }

  /// Seconds only where there are some.
  private func clock(_ wall: Int) -> String {
    let text = MomentText.clock(wall.floorRemainder(by: 86400))
    return text.hasSuffix(":00") ? String(text.dropLast(3)) : text
  }
}
