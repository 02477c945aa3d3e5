import HoldfastTesting
import Testing

@testable import Holdfast

/// Random rules beside a walker that looks at every single minute.
@Suite(.timeLimit(.minutes(10))) struct WalkerTests {
  private static let zones = [
    "UTC", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Africa/Cairo", "America/Nuuk", "Pacific/Apia",
    "Asia/Gaza",
  ]

  /// Wall times by the meaning of the fields, minute by minute; moments by the text of §5.
  private struct Walker {
    let times: CronTimes
    let days: CronDays
    let table: ZoneTable
    let gap: Recurrence.Gap
    let overlap: Recurrence.Overlap

    func includes(_ wall: Int) -> Bool {
      let date = CivilDay(wall.floorDivided(by: 86400))
      let time = wall.floorRemainder(by: 86400)
      let first = CivilDay.weekday(CivilDay(year: date.year, month: date.month, day: 1).number)
      return times.minutes >> (time / 60 % 60) & 1 != 0 && times.hours >> (time / 3600) & 1 != 0
        && times.months >> date.month & 1 != 0 && days.mask(length: date.monthLength, first: first) >> date.day & 1 != 0
    }

    /// Every moment of a range, found from the wall times around it.
    func moments(_ range: Range<Int>) -> [Int] {
      if times.isElapsed {
        return stride(from: range.lowerBound, to: range.upperBound, by: 60).filter {
          includes($0 + table.span(at: $0).offset)
        }
      }
      var found = Set<Int>()
      for wall in stride(from: range.lowerBound - 2 * 86400, to: range.upperBound + 2 * 86400, by: 60)
      where includes(wall) {
        found.formUnion(moments(of: wall))
      }
      return found.filter(range.contains).sorted()
    }

    private func moments(of wall: Int) -> [Int] {
      let offsets = Set([-100_000, 0, 100_000].map { table.span(at: wall + $0).offset })
      let exact = offsets.map { wall - $0 }.filter { $0 + table.span(at: $0).offset == wall }.sorted()
      guard exact.isEmpty else {
        return overlap == .both ? exact : [overlap == .first ? exact[0] : exact[exact.count - 1]]
      }
      let span = table.span(at: wall - table.span(at: wall - 100_000).offset)
      switch gap {
      case .shift: return [wall - span.before]
      case .transition: return [span.start]
      case .skip: return []
      }
    }
  }

  private static func field(_ range: ClosedRange<Int>, _ random: inout SplitMix64) -> String {
    switch Int.random(in: 0..<5, using: &random) {
    case 0: return "*"
    case 1: return "*/\(Int.random(in: 2...20, using: &random))"
    case 2:
      let first = Int.random(in: range, using: &random)
      return "\(first)-\(Int.random(in: first...range.upperBound, using: &random))"
    default:
      let count = Int.random(in: 1...3, using: &random)
      return (0..<count).map { _ in String(Int.random(in: range, using: &random)) }.joined(separator: ",")
    }
  }

  private static func expression(_ random: inout SplitMix64) -> String {
    let special = ["L", "15W", "LW", "L-2", "*", "*", "*"].randomElement(using: &random) ?? "*"
    let weekday = ["*", "*", "MON", "5L", "TUE#2", "SAT-MON", "+1-3"].randomElement(using: &random) ?? "*"
    let day = Bool.random(using: &random) ? special : field(1...28, &random)
    let hour = field(0...(Bool.random(using: &random) ? 3 : 23), &random)
    return "\(field(0...59, &random)) \(hour) \(day) \(field(1...12, &random)) \(weekday)"
  }

  @Test("CR a walk over every minute finds the same moments", arguments: [UInt64.random(in: 0 ... .max)])
  func walk(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<120 {
      let text = Self.expression(&random)
      let zone = try Zone(Self.zones.randomElement(using: &random) ?? "UTC")
      let gap = Recurrence.Gap.allCases.randomElement(using: &random) ?? .shift
      let overlap = Recurrence.Overlap.allCases.randomElement(using: &random) ?? .first
      guard case .cron(let rule) = try? Recurrence(text, in: zone, gap: gap, overlap: overlap).node else { continue }
      // A week around a change, so that most walks meet one.
      let change = zone.table.span(at: Int.random(in: 1_300_000_000...4_000_000_000, using: &random)).end
      let middle = change == .max ? 1_800_000_000 : change
      let range = middle - 3 * 86400 - middle % 60..<middle + 4 * 86400 - middle % 60
      let walker = Walker(times: rule.times, days: rule.expression.days, table: zone.table, gap: gap, overlap: overlap)
      let expected = walker.moments(range)
      guard Self.forwards(rule, range) == expected, Self.backwards(rule, range) == expected.reversed(),
        rule.count(from: range.lowerBound, before: range.upperBound) == expected.count
      else {
        Issue.record("\(rule.source) in \(zone) gap=\(gap) overlap=\(overlap) around \(middle), seed \(seed)")
        return
      }
    }
  }

  private static func forwards(_ rule: CronRule, _ range: Range<Int>) -> [Int] {
    var (found, start) = ([Int](), range.lowerBound)
    while let next = rule.first(from: start, before: range.upperBound) {
      found.append(next)
      start = next + 1
    }
    return found
  }

  private static func backwards(_ rule: CronRule, _ range: Range<Int>) -> [Int] {
    var (found, end) = ([Int](), range.upperBound)
    while let last = rule.last(from: range.lowerBound, before: end) {
      found.append(last)
      end = last
    }
    return found
  }

  @Test(
    "CR a union and an exclusion are what their parts say, in both directions and in number",
    arguments: [
      "*/7 * * * * | */5 * * * * in America/New_York", "*/7 * * * * | */5 * * * *", "0 * * * * | @every 45m/7m",
      "*/20 * * * * | @every 20m | 0 0 * * *", "*/10 * * * * except (0 * * * *)", "*/10 * * * * except (@every 1h)",
      "*/15 1-3 * * * in America/New_York except (30 2,3 * * * in America/New_York)",
      "*/15 * * * * in Europe/London except {SAT SUN 2026-03-30 12:00-13:30 22:00-02:00 in Europe/London}",
      "@every 17m except {03-29 in America/New_York}", "* * * * * except (* * 28,30 * *)",
      "(*/9 * * * * | 30 2 * * *) except {08:00-20:00}",
    ])
  func combined(text: String) throws {
    let rule = try Recurrence(text).node
    for start in [1_774_500_000_000_000, 1_772_700_000_000_000] {
      let end = start + 7 * 86_400_000_000
      let expected = stride(from: start + 60_000_000 - start % 60_000_000, through: end, by: 60_000_000).filter(
        rule.contains)
      var (found, time) = ([Int](), start)
      while let next = rule.next(after: time, through: end) {
        found.append(next)
        time = next
      }
      #expect(found == expected)
      var back: [Int] = []
      time = end + 1
      while let last = rule.previous(before: time, from: start + 1) {
        back.append(last)
        time = last
      }
      #expect(back == expected.reversed())
      #expect(rule.count(after: start, through: end) == expected.count)
      #expect(!expected.isEmpty)
    }
  }
}
