import HoldfastTesting
import Testing

@testable import Holdfast

/// What holds for every rule in every zone of the system (§5), near the changes of its clocks and elsewhere.
@Suite(.timeLimit(.minutes(10))) struct InvariantTests {
  static let rules = [
    "30 2 * * *", "*/15 0-3 * * *", "*/20 * * * *", "30 23 L * *", "0 0 * * *", "15 1 * * SUN#L", "0 12 13 * +FRI",
    "30 2 * * * gap=skip overlap=second", "*/30 1,2 * * * gap=transition overlap=both", "30 0,23 * * * overlap=both",
  ]

  /// Some of a zone's changes, each with its neighbourhood, and a few moments far away.
  private static func samples(_ table: ZoneTable, _ random: inout SplitMix64) -> [Int] {
    var times = [0, 1_767_225_600, 7_000_000_000]
    var span = table.span(at: Int.random(in: 0...1_700_000_000, using: &random))
    for _ in 0..<6 where span.end < 7_258_118_400 {
      let middle = span.end
      times += [middle - 90_000, middle - 3601, middle - 1, middle, middle + 1800, middle + 5400]
      span = table.span(at: Int.random(in: middle...max(middle, 5_000_000_000), using: &random))
    }
    return times
  }

  @Test(
    "CR next and previous agree, rise strictly and match, in every zone", arguments: [UInt64.random(in: 0 ... .max)])
  func nextAndPrevious(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for name in Zone.names {
      let zone = try Zone(name)
      let samples = Self.samples(zone.table, &random)
      let text = Self.rules[Int.random(in: 0..<Self.rules.count, using: &random)]
      let rule = try Recurrence(text, in: zone).node
      for start in samples {
        guard let problem = Self.problem(rule, start * 1_000_000) else { continue }
        Issue.record("\(problem): \(text) in \(name) at \(start), seed \(seed)")
        return
      }
    }
  }

  private static func problem(_ rule: RecurrenceNode, _ start: Int) -> String? {
    var time = start
    for _ in 0..<6 {
      guard let next = rule.next(after: time, through: time + RecurrenceNode.horizon) else { return "no next" }
      guard next > time else { return "next is not later" }
      guard rule.contains(next) else { return "next does not match" }
      guard (rule.previous(before: next, from: 0) ?? .min) <= time else { return "previous of next is later" }
      guard rule.previous(before: next + 1, from: 0) == next else { return "next is not the latest at itself" }
      guard rule.count(after: time, through: next) == 1, rule.count(after: time, through: next - 1) == 0 else {
        return "the count differs"
      }
      time = next
    }
    return nil
  }

  @Test("CR a time of the day comes once a day, 365 times in 2025, in every zone", arguments: ["30 2", "0 0", "30 23"])
  func daily(time: String) throws {
    let year = 1_735_689_600
    for name in Zone.names {
      let zone = try Zone(name)
      let rule = try Recurrence("\(time) * * *", in: zone)
      // From midnight to midnight of that zone; its clocks are far from changing then.
      let start = year - zone.table.span(at: year).offset
      let end = start + 365 * 86400
      let count = rule.node.count(after: start * 1_000_000 - 1, through: end * 1_000_000 - 1)
      #expect(count == 365, "\(name)")
    }
  }

  @Test(
    "CR quarters and halves of an hour keep their distance in real time",
    arguments: [
      "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham", "Antarctica/Troll", "Europe/London", "Africa/Cairo",
    ])
  func even(name: String) throws {
    for (text, distance) in [("*/15 * * * *", 900), ("*/30 * * * *", 1800)] {
      let rule = try Recurrence(text, in: Zone(name)).node
      var last: Int?
      for _ in 0..<(300 * 86400 / distance) {
        let next = try #require(rule.next(after: last ?? 1_767_225_600_000_000, through: .max >> 1))
        if let last, next - last != distance * 1_000_000 {
          Issue.record("\(text) in \(name): \((next - last) / 1_000_000) s after \(last)")
          return
        }
        last = next
      }
    }
  }

  @Test("CR Samoa's missing day coalesces with the next one") func samoa() throws {
    let rule = try Recurrence("30 9 * * *", in: Zone("Pacific/Apia"))
    let start = try #require(Zone.date(of: "2011-12-29T00:00-10:00"))
    #expect(
      rule.occurrences(after: start, count: 3).map { rule.zone?.text(of: $0) } == [
        "2011-12-29T09:30:00-10:00", "2011-12-31T09:30:00+14:00", "2012-01-01T09:30:00+14:00",
      ])
  }
}
