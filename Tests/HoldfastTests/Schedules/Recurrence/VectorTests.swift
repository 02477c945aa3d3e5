import Testing

@testable import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The table CR of the rules for cron and daylight saving: an expression, a zone, where to begin, what comes.
struct Vector: Sendable, CustomTestStringConvertible {
  var id: Int
  var rule: String
  var zone: String
  var options = ""
  var after: String
  var expected: [String]

  var testDescription: String { "CR\(id) \(rule) \(zone) \(options)" }
}

@Suite(.timeLimit(.minutes(10))) struct VectorTests {
  private static let ny = "America/New_York"
  static let vectors: [Vector] = [
    Vector(
      id: 1, rule: "30 2 * * *", zone: ny, after: "2026-03-07T12:00-05:00",
      expected: ["2026-03-08T03:30-04:00", "2026-03-09T02:30-04:00"]),
    Vector(
      id: 2, rule: "30 2 * * *", zone: ny, options: "gap=skip", after: "2026-03-07T12:00-05:00",
      expected: ["2026-03-09T02:30-04:00"]),
    Vector(
      id: 3, rule: "30 2 * * *", zone: ny, options: "gap=transition", after: "2026-03-07T12:00-05:00",
      expected: ["2026-03-08T03:00-04:00", "2026-03-09T02:30-04:00"]),
    Vector(
      id: 4, rule: "*/15 2 * * *", zone: ny, after: "2026-03-08T00:00-05:00",
      expected: [
        "2026-03-08T03:00-04:00", "2026-03-08T03:15-04:00", "2026-03-08T03:30-04:00", "2026-03-08T03:45-04:00",
        "2026-03-09T02:00-04:00",
      ]),
    Vector(
      id: 5, rule: "30 2,3 * * *", zone: ny, after: "2026-03-08T00:00-05:00",
      expected: ["2026-03-08T03:30-04:00", "2026-03-09T02:30-04:00"]),
    Vector(
      id: 6, rule: "*/15 2 * * *", zone: ny, options: "gap=transition", after: "2026-03-08T00:00-05:00",
      expected: ["2026-03-08T03:00-04:00", "2026-03-09T02:00-04:00"]),
    Vector(
      id: 7, rule: "*/30 * * * *", zone: ny, after: "2026-03-08T01:15-05:00",
      expected: ["2026-03-08T01:30-05:00", "2026-03-08T03:00-04:00", "2026-03-08T03:30-04:00"]),
    Vector(
      id: 8, rule: "0 2 * * *", zone: ny, after: "2026-03-08T01:59:59-05:00",
      expected: ["2026-03-08T03:00-04:00", "2026-03-09T02:00-04:00"]),
    Vector(
      id: 9, rule: "30 1 * * *", zone: ny, after: "2026-10-31T12:00-04:00",
      expected: ["2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00"]),
    Vector(
      id: 10, rule: "30 1 * * *", zone: ny, options: "overlap=both", after: "2026-10-31T12:00-04:00",
      expected: ["2026-11-01T01:30-04:00", "2026-11-01T01:30-05:00", "2026-11-02T01:30-05:00"]),
    Vector(
      id: 11, rule: "30 1 * * *", zone: ny, options: "overlap=second", after: "2026-10-31T12:00-04:00",
      expected: ["2026-11-01T01:30-05:00", "2026-11-02T01:30-05:00"]),
    Vector(
      id: 13, rule: "0 * * * *", zone: ny, after: "2026-11-01T00:30-04:00",
      expected: [
        "2026-11-01T01:00-04:00", "2026-11-01T01:00-05:00", "2026-11-01T02:00-05:00", "2026-11-01T03:00-05:00",
      ]),
    Vector(
      id: 14, rule: "*/15 1 * * *", zone: ny, after: "2026-11-01T00:30-04:00",
      expected: [
        "2026-11-01T01:00-04:00", "2026-11-01T01:15-04:00", "2026-11-01T01:30-04:00", "2026-11-01T01:45-04:00",
        "2026-11-02T01:00-05:00",
      ]),
    Vector(
      id: 16, rule: "0 0 * * *", zone: "Africa/Cairo", after: "2026-04-23T12:00+02:00",
      expected: ["2026-04-24T01:00+03:00", "2026-04-25T00:00+03:00"]),
    Vector(
      id: 17, rule: "30 23 * * *", zone: "Africa/Cairo", after: "2026-10-29T12:00+03:00",
      expected: ["2026-10-29T23:30+03:00", "2026-10-30T23:30+02:00"]),
    Vector(
      id: 19, rule: "30 23 * * *", zone: "America/Nuuk", after: "2026-03-27T12:00-02:00",
      expected: ["2026-03-27T23:30-02:00", "2026-03-29T00:30-01:00", "2026-03-29T23:30-01:00"]),
    Vector(
      id: 20, rule: "15 2 * * *", zone: "Australia/Lord_Howe", after: "2026-10-03T12:00+10:30",
      expected: ["2026-10-04T02:45+11:00", "2026-10-05T02:15+11:00"]),
    Vector(
      id: 22, rule: "*/20 * * * *", zone: "Australia/Lord_Howe", after: "2026-04-05T01:30+11:00",
      expected: [
        "2026-04-05T01:40+11:00", "2026-04-05T01:40+10:30", "2026-04-05T02:00+10:30", "2026-04-05T02:20+10:30",
        "2026-04-05T02:40+10:30",
      ]),
    Vector(
      id: 23, rule: "0 * * * *", zone: "Australia/Lord_Howe", after: "2026-10-04T00:45+10:30",
      expected: ["2026-10-04T01:00+10:30", "2026-10-04T03:00+11:00", "2026-10-04T04:00+11:00"]),
    Vector(
      id: 25, rule: "30 1 * * *", zone: "Europe/London", after: "2026-03-28T12:00Z",
      expected: ["2026-03-29T02:30+01:00", "2026-03-30T01:30+01:00"]),
    Vector(
      id: 26, rule: "30 2 * * *", zone: "Europe/Berlin", after: "2026-10-24T12:00+02:00",
      expected: ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]),
    Vector(
      id: 28, rule: "@weekly", zone: "Europe/Paris", after: "2026-03-28T00:00+01:00",
      expected: ["2026-03-29T00:00+01:00", "2026-04-05T00:00+02:00"]),
    Vector(
      id: 29, rule: "15,45 * * * *", zone: "Asia/Kathmandu", after: "2026-01-01T00:20+05:45",
      expected: ["2026-01-01T00:45+05:45", "2026-01-01T01:15+05:45"]),
  ]

  /// In UTC: days as `2026-02-13`, at the hour the rule has.
  static let days: [(id: Int, rule: String, after: String, expected: String)] = [
    (31, "0 12 13 * +FRI", "2026-01-01T00:00Z", "2026-02-13 2026-03-13 2026-11-13"),
    (32, "0 0 */2 * MON", "2026-01-01T12:00Z", "2026-01-03 2026-01-05 2026-01-07 2026-01-09"),
    (34, "0 0 L * *", "2028-01-31T12:00Z", "2028-02-29 2028-03-31 2028-04-30"),
    (35, "0 0 1,L * *", "2026-01-31T00:00Z", "2026-02-01 2026-02-28 2026-03-01"),
    (36, "0 0 L-3 * *", "2026-01-01T00:00Z", "2026-01-28 2026-02-25 2026-03-28"),
    (37, "0 9 LW * *", "2026-01-01T00:00Z", "2026-01-30 2026-02-27 2026-03-31 2026-04-30 2026-05-29"),
    (38, "0 9 15W * *", "2026-02-01T00:00Z", "2026-02-16 2026-03-16 2026-04-15"),
    (39, "0 9 1W * *", "2026-01-15T00:00Z", "2026-02-02 2026-03-02 2026-04-01 2026-05-01"),
    (40, "0 9 31W * *", "2026-01-01T00:00Z", "2026-01-30 2026-03-31 2026-05-29"),
    (41, "0 0 * * 5L", "2026-01-01T00:00Z", "2026-01-30 2026-02-27 2026-03-27"),
    (42, "0 0 * * FRI#L", "2026-01-01T00:00Z", "2026-01-30 2026-02-27 2026-03-27"),
    (43, "0 0 * * MON#1,FRI#L", "2026-01-01T00:00Z", "2026-01-05 2026-01-30 2026-02-02 2026-02-27"),
    (44, "0 0 29 2 *", "2096-03-01T00:00Z", "2104-02-29 2108-02-29"),
    (49, "0 0 * * FRI-MON", "2026-01-05T00:00Z", "2026-01-09 2026-01-10 2026-01-11 2026-01-12"),
    (52, "0 0 1 */3 *", "2026-01-01T00:00Z", "2026-04-01 2026-07-01 2026-10-01"),
  ]

  static let times: [Vector] = [
    Vector(
      id: 46, rule: "*/35 * * * *", zone: "UTC", after: "2026-01-01T00:00Z",
      expected: ["2026-01-01T00:35Z", "2026-01-01T01:00Z", "2026-01-01T01:35Z", "2026-01-01T02:00Z"]),
    Vector(
      id: 47, rule: "59/15 * * * *", zone: "UTC", after: "2026-01-01T00:00Z",
      expected: ["2026-01-01T00:59Z", "2026-01-01T01:59Z"]),
    Vector(
      id: 50, rule: "*/20 0 9 * * *", zone: "UTC", after: "2026-01-01T09:00:20Z",
      expected: ["2026-01-01T09:00:40Z", "2026-01-02T09:00:00Z", "2026-01-02T09:00:20Z"]),
  ]

  @Test("CR1–CR52 the next moments of each expression", arguments: vectors + times)
  func next(vector: Vector) throws {
    let rule = try Recurrence("\(vector.rule) in \(vector.zone) \(vector.options)")
    let after = try #require(Zone.date(of: vector.after))
    let expected = vector.expected.compactMap(Zone.date)
    #expect(expected.count == vector.expected.count)
    #expect(rule.occurrences(after: after, count: expected.count) == expected)
    try agrees(rule, after, expected)
  }

  @Test("CR31–CR52 the next days of each expression", arguments: days)
  func nextDays(vector: (id: Int, rule: String, after: String, expected: String)) throws {
    let rule = try Recurrence(vector.rule)
    let after = try #require(Zone.date(of: vector.after))
    let expected = vector.expected.split(separator: " ").map(String.init)
    let found = rule.occurrences(after: after, count: expected.count)
    #expect(found.map { String(Zone.utc.text(of: $0).prefix(10)) } == expected)
    try agrees(rule, after, found)
  }

  /// Every other question gives the same moments.
  private func agrees(_ rule: Recurrence, _ after: Date, _ expected: [Date]) throws {
    let last = try #require(expected.last)
    #expect(rule.count(after: after, through: last) == expected.count)
    #expect(rule.latest(atOrBefore: last) == last)
    #expect(expected.allSatisfy { rule.matches($0) })
    for (earlier, later) in zip(expected, expected.dropFirst()) { #expect(rule.previous(before: later) == earlier) }
    #expect(try Recurrence(rule.description) == rule)
  }

  @Test("H and ~ choose by the name, the same for ever") func hash() throws {
    func fields(_ text: String, _ name: String) throws -> CronTimes {
      guard case .cron(let rule) = try Recurrence(text, name: name).node else { throw CancellationError() }
      return rule.times
    }
    #expect(try fields("H H * * *", "nightly-report").minutes == 1 << 0)
    #expect(try fields("H H * * *", "nightly-report").hours == 1 << 21)
    #expect(try fields("H H * * *", "billing.close").minutes == 1 << 57)
    #expect(try fields("H H * * *", "billing.close").hours == 1 << 0)
    #expect(try fields("0~59 ~ * * *", "billing.close") == fields("H H * * *", "billing.close"))
    let quarter = try fields("H/15 * * * *", "billing.close").minutes
    #expect(quarter.nonzeroBitCount == 4 && quarter.trailingZeroBitCount < 15)
    #expect(try fields("H(10-12) * * * *", "x").minutes & ~(0b111 << 10) == 0)
  }
}
