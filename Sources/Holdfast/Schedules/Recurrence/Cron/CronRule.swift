/// Wall times in a zone: the moments they stand for, in seconds since 1970 in UTC.
///
/// A zone's time is a row of spans with one offset each. Within a span the wall runs with real time, so that a question
/// about moments is one about wall times, moved by the offset. What the rule says about the hour that is missing or comes
/// twice decides which wall times count at the two ends of a span (§5):
///
/// - an *elapsed* rule, which chooses every hour, takes each span as it is;
/// - a *time-of-day* rule takes the missing times under the offset before the gap (`shift`), or all of them as the moment
///   of the change (`transition`), or not (`skip`); and it leaves out the second or the first of a repeated time.
final class CronRule: Sendable, Hashable {
  /// In capitals, with one blank between fields; the text that the rule prints.
  let source: String
  let times: CronTimes
  let zone: Zone
  let name: String?
  let gap: Recurrence.Gap
  let overlap: Recurrence.Overlap
  let table: ZoneTable

  init(
    _ source: String, _ times: CronTimes, zone: Zone, name: String?, gap: Recurrence.Gap, overlap: Recurrence.Overlap
  ) {
    self.source = source
    self.times = times
    self.zone = zone
    self.table = zone.table
    self.name = name
    self.gap = gap
    self.overlap = overlap
  }

  var isElapsed: Bool { times.isElapsed }

  static func == (left: CronRule, right: CronRule) -> Bool {
    left === right
      || (left.source == right.source && left.zone == right.zone && left.name == right.name && left.gap == right.gap
        && left.overlap == right.overlap)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(source)
    hasher.combine(zone)
    hasher.combine(name)
  }
}

extension CronRule {
  /// The first moment that is not before `start`, if it is before `end`.
  func first(from start: Int, before end: Int) -> Int? {
    var start = start
    while start < end {
      let span = table.span(at: start)
      if let hit = first(in: span, from: start, before: min(end, span.end)) { return hit }
      start = span.end
    }
    return nil
  }

  /// The last moment that is before `end`, if it is not before `start`.
  func last(from start: Int, before end: Int) -> Int? {
    var end = end
    while start < end {
      let span = table.span(at: end - 1)
      if let hit = last(in: span, from: max(start, span.start), before: end) { return hit }
      end = span.start
    }
    return nil
  }

  func contains(_ time: Int) -> Bool {
    let span = table.span(at: time)
    return containsPlain(time, span) || first(inGapBefore: span, from: time, before: time + 1) != nil
  }

  /// How many moments there are from `start` to before `end`.
  func count(from start: Int, before end: Int) -> Int {
    var (count, start) = (0, start)
    while start < end {
      let span = table.span(at: start)
      count += self.count(in: span, from: start, before: min(end, span.end), times)
      count += countShifted(in: span, from: start, before: min(end, span.end)) { _ in true }
      start = span.end
    }
    return count
  }
}

// Within one span.
extension CronRule {
  /// The part of a span whose wall times count under its own offset.
  @inline(__always)
  private func plain(_ span: ZoneSpan, _ start: Int, _ end: Int) -> (start: Int, end: Int) {
    guard !isElapsed else { return (start, end) }
    return switch overlap {
    case .both: (start, end)
    case .first: (span.repeated == 0 ? start : max(start, span.start + span.repeated), end)
    case .second: (start, span.repeatedLater == 0 ? end : min(end, span.end - span.repeatedLater))
    }
  }

  private func first(in span: ZoneSpan, from start: Int, before end: Int) -> Int? {
    let part = plain(span, start, end)
    let plain = times.first(from: part.start + span.offset, before: part.end + span.offset).map { $0 - span.offset }
    guard span.gap > 0, let shifted = first(inGapBefore: span, from: start, before: end) else { return plain }
    return min(plain ?? shifted, shifted)
  }

  private func last(in span: ZoneSpan, from start: Int, before end: Int) -> Int? {
    let part = plain(span, start, end)
    let plain = times.last(from: part.start + span.offset, before: part.end + span.offset).map { $0 - span.offset }
    guard span.gap > 0, let shifted = last(inGapBefore: span, from: start, before: end) else { return plain }
    return max(plain ?? shifted, shifted)
  }

  func containsPlain(_ time: Int, _ span: ZoneSpan) -> Bool {
    let part = plain(span, time, time + 1)
    return part.start < part.end && times.contains(time + span.offset)
  }

  /// How many moments a set of wall times gives under the span's own offset.
  func count(in span: ZoneSpan, from start: Int, before end: Int, _ times: CronTimes) -> Int {
    let part = plain(span, start, end)
    return times.count(from: part.start + span.offset, before: part.end + span.offset)
  }
}

// Wall times that a change at the start of a span left out.
extension CronRule {
  private func first(inGapBefore span: ZoneSpan, from start: Int, before end: Int) -> Int? {
    guard span.gap > 0, !isElapsed, start < span.start + span.gap else { return nil }
    switch gap {
    case .skip: return nil
    case .transition: return start <= span.start && span.start < end && gapHasTimes(span) ? span.start : nil
    case .shift:
      let (start, end) = (max(start, span.start), min(end, span.start + span.gap))
      return times.first(from: start + span.before, before: end + span.before).map { $0 - span.before }
    }
  }

  private func last(inGapBefore span: ZoneSpan, from start: Int, before end: Int) -> Int? {
    guard gap == .shift else { return first(inGapBefore: span, from: start, before: end) }
    guard span.gap > 0, !isElapsed, start < span.start + span.gap else { return nil }
    let (start, end) = (max(start, span.start), min(end, span.start + span.gap))
    return times.last(from: start + span.before, before: end + span.before).map { $0 - span.before }
  }

  private func gapHasTimes(_ span: ZoneSpan) -> Bool {
    times.first(from: span.start + span.before, before: span.start + span.offset) != nil
  }

  /// Moments that only the missing times give; one that coincides with another counts once.
  func countShifted(
    in span: ZoneSpan, from start: Int, before end: Int, where isCounted: (Int) -> Bool
  ) -> Int {
    var (count, start) = (0, start)
    while let hit = first(inGapBefore: span, from: start, before: end) {
      if !containsPlain(hit, span), isCounted(hit) { count += 1 }
      start = hit + 1
    }
    return count
  }
}
