import Testing

@testable import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite(.timeLimit(.minutes(10))) struct RuleTextTests {
  /// A rule and its canonical text.
  @Test(arguments: [
    ("30  2 * * mon-fri", "30 2 * * MON-FRI in UTC"),
    ("@DAILY in Europe/London", "@daily in Europe/London"),
    ("0 2 * * * IN America/New_York overlap=both gap=skip", "0 2 * * * in America/New_York gap=skip overlap=both"),
    ("H H * * * name=\"nightly \\\"x\\\" report\"", "H H * * * in UTC name=\"nightly \\\"x\\\" report\""),
    ("0 0 * * * name=unused", "0 0 * * * in UTC"),
    ("@every 90m", "@every 1h30m"),
    ("@every 15m/5m", "@every 15m/5m"),
    ("@every 2w/16d", "@every 2w/2d"),
    ("@at 2026-03-08T03:30:00.25-04:00", "@at 2026-03-08T07:30:00.25Z"),
    ("@manual", "@manual"),
    ("@reboot | (@every 1h|0 0 * * *)", "@reboot | @every 1h | 0 0 * * * in UTC"),
    ("(@hourly | @daily) except (0 12 * * *)", "(@hourly in UTC | @daily in UTC) except (0 12 * * * in UTC)"),
    (
      "@hourly except {sun,SAT 22:00-06:00 2026-04-06 2026-04-03..2026-04-05 12-25 in Europe/London}",
      "@hourly in UTC except {SUN SAT 12-25 2026-04-03..2026-04-06 00:00-06:00 22:00-24:00 in Europe/London}"
    ),
    ("0 9 * * * in +05:30", "0 9 * * * in +05:30"),
  ])
  func `a rule prints to canonical text and reads back`(rule: String, text: String) throws {
    let read = try Recurrence(rule)
    #expect(read.description == text)
    #expect(try Recurrence(text) == read)
    let coded = try JSONEncoder().encode([read])
    #expect(try JSONDecoder().decode([Recurrence].self, from: coded) == [read])
  }

  @Test(arguments: [
    ("30 2 * * * in Europe/London", "At 02:30 every day in Europe/London"),
    ("0 9,17 * * MON-FRI", "At 09:00 and 17:00 Monday to Friday in UTC"),
    ("*/15 * * * *", "Every 15 minutes in UTC"),
    ("* * * * *", "Every minute in UTC"),
    ("0 * * * *", "Minute 0 of every hour in UTC"),
    ("*/10 9-17 * * 1-5", "Every 10 minutes from 09:00 to 17:59, Monday to Friday in UTC"),
    ("0 0 1 1 *", "At 00:00 on day 1 of the month in January in UTC"),
    ("0 0 L * *", "At 00:00 on the last day of the month in UTC"),
    ("0 0 13 * FRI", "At 00:00 on day 13 of the month, and on Friday in UTC"),
    ("0 0 13 * +FRI", "At 00:00 on day 13 of the month, if that is Friday in UTC"),
    ("0 0 * * MON#1,FRI#L", "At 00:00 on the first Monday of the month and the last Friday of the month in UTC"),
    ("0 9 LW,15W * *", "At 09:00 on the working day nearest to day 15 and the last working day of the month in UTC"),
    ("*/20 0 9 * * *", "At 09:00:00, 09:00:20 and 09:00:40 every day in UTC"),
    ("* * * * * *", "Every second in UTC"),
    ("0 0 0 1 6-8 ? 2026-2030", "At 00:00 on day 1 of the month from June to August from 2026 to 2030 in UTC"),
    ("30 2 * * * in America/New_York gap=skip", "At 02:30 every day in America/New_York; missing times are left out"),
    ("@every 15m/5m", "Every 15 minutes, counted from 1970 in UTC plus 5 minutes"),
    ("@every 1h", "Every hour, counted from 1970 in UTC"),
    ("@every 90m", "Every 1 hour 30 minutes, counted from 1970 in UTC"),
    ("@at 2026-03-08T03:30Z", "Once, at 2026-03-08T03:30:00Z"),
    ("@manual", "Only by hand"),
    ("0 12 * * * | @reboot", "At 12:00 every day in UTC; and once at each start"),
    ("@hourly except {SAT SUN}", "Minute 0 of every hour in UTC, except SUN and SAT in UTC"),
  ])
  func `a rule in plain words`(rule: String, words: String) throws {
    #expect(try Recurrence(rule).words == words)
  }

  @Test(arguments: [
    ("*/35 * * * *", ["unevenStep"]),
    ("*/15 */6 * * *", []),
    ("0 */5 * * *", ["unevenStep"]),
    ("0 0 */2 * *", ["unevenStep"]),
    ("59/15 * * * *", ["uselessStep"]),
    ("0 0 13 * FRI", ["eitherDay"]),
    ("0 0 13 * +FRI", []),
    ("0 0 L,31 * *", ["lastDayTwice"]),
    ("0 0 31 * *", ["missingDay"]),
    ("0 0 29 2 *", ["missingDay"]),
    ("0 0 31 1,3 *", []),
    ("0 0 * * * gap=skip", ["idleOption"]),
    ("0 * * * * in Europe/London overlap=both", ["idleOption"]),
    ("30 2 * * * in Europe/London gap=skip", []),
    ("@daily", []),
  ])
  func `what may not be meant is warned of`(rule: String, codes: [String]) throws {
    #expect(try Recurrence(rule).warnings.map(\.code.description) == codes)
  }

  @Test func `clock changes that matter are told with their date`() throws {
    let start = try #require(Zone.date(of: "2026-01-01T00:00Z"))
    let end = try #require(Zone.date(of: "2027-01-01T00:00Z"))
    func texts(_ rule: String) throws -> [String] {
      try Recurrence(rule).clockWarnings(after: start, through: end).map(\.message)
    }
    #expect(
      try texts("30 2 * * * in America/New_York") == [
        "on 2026-03-08 clocks in America/New_York go from 02:00 to 03:00: 02:30 is missing and fires at 03:30 (2026-03-08T03:30:00-04:00)"
      ])
    #expect(
      try texts("*/20 1 * * * in America/New_York overlap=both") == [
        "on 2026-11-01 clocks in America/New_York go from 02:00 to 01:00: 01:00 comes twice, as are 2 more times, and fires both times (2026-11-01T01:00:00-04:00 and 2026-11-01T01:00:00-05:00)"
      ])
    #expect(try texts("0 12 * * * in America/New_York").isEmpty)
    #expect(try texts("*/5 * * * * in America/New_York").isEmpty)
  }
}
