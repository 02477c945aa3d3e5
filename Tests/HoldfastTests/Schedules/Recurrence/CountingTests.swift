import Testing

@testable import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite(.timeLimit(.minutes(10))) struct CountingTests {
  private func date(_ text: String) throws -> Date { try #require(Zone.date(of: text)) }

  @Test(
    "SC21 what years left out is counted, and the last of it found",
    arguments: [
      ("* * * * *", "2026-11-18T10:30Z", "2026-11-21T10:30Z", 4320, "2026-11-21T10:30:00Z"),
      ("* * * * *", "2023-11-22T00:00Z", "2026-11-21T00:00Z", 1_576_800, "2026-11-21T00:00:00Z"),
      (
        "* * * * * in America/New_York", "2023-11-22T00:00Z", "2026-11-21T00:00Z", 1_576_800,
        "2026-11-20T19:00:00-05:00"
      ),
      ("* * * * * *", "2000-01-01T00:00Z", "2400-01-01T00:00Z", 146_097 * 86_400, "2400-01-01T00:00:00Z"),
      ("0 0 29 2 *", "2000-01-01T00:00Z", "2400-01-01T00:00Z", 97, "2396-02-29T00:00:00Z"),
      (
        "30 2 * * * in America/New_York", "2000-01-01T12:00Z", "2400-01-01T12:00Z", 146_097, "2400-01-01T02:30:00-05:00"
      ),
      (
        "30 1 * * * in America/New_York overlap=both", "2026-01-01T12:00Z", "2036-01-01T12:00Z", 3652 + 10,
        "2036-01-01T01:30:00-05:00"
      ),
      (
        "30 2 * * * in America/New_York gap=skip", "2026-01-01T12:00Z", "2036-01-01T12:00Z", 3652 - 10,
        "2036-01-01T02:30:00-05:00"
      ),
      ("0 9 * * MON-FRI", "2026-01-01T12:00Z", "2027-01-01T12:00Z", 261, "2027-01-01T09:00:00Z"),
      ("@every 1m", "2023-11-22T00:00Z", "2026-11-21T00:00Z", 1_576_800, "2026-11-21T00:00:00Z"),
      ("@every 7d/1d", "1960-01-01T00:00Z", "1980-01-01T00:00Z", 1043, "1979-12-28T00:00:00Z"),
      ("* * * * * | @at 2026-11-20T12:00:30Z", "2026-11-20T12:00Z", "2026-11-20T12:01Z", 2, "2026-11-20T12:01:00Z"),
      ("* * * * * | */5 * * * *", "2023-11-22T00:00Z", "2026-11-21T00:00Z", 1_576_800, "2026-11-21T00:00:00Z"),
      (
        "* * * * * except {SAT SUN}", "2026-11-16T00:00Z", "2026-11-23T00:00Z", 5 * 1440 - 1 + 1,
        "2026-11-23T00:00:00Z"
      ),
    ])
  func count(text: String, start: String, end: String, count: Int, last: String) throws {
    let rule = try Recurrence(text)
    let (start, end) = (try date(start), try date(end))
    #expect(rule.count(after: start, through: end) == count)
    #expect(rule.latest(atOrBefore: end).map((rule.zone ?? .utc).text) == last)
    #expect(rule.count(after: end, through: start) == 0)
  }

  @Test("CR intervals keep their anchor, before 1970, across clock changes and in parts of a second") func intervals()
    throws
  {
    let anchor = try date("2026-03-08T06:58:30Z")
    let rule = try Recurrence.every(.seconds(900), anchor: anchor)
    #expect(rule.description == "@every 15m/13m30s")
    #expect(rule.matches(anchor))
    #expect(rule.next(after: anchor) == anchor + 900)
    #expect(rule.previous(before: anchor) == anchor - 900)
    #expect(rule.latest(atOrBefore: anchor - 1) == anchor - 900)
    let before = try date("1969-12-31T23:59:59Z")
    #expect(rule.next(after: before) == Date(timeIntervalSince1970: 810))
    #expect(rule.previous(before: before) == Date(timeIntervalSince1970: -90))
    let quick = try Recurrence.every(.milliseconds(250), phase: .milliseconds(-50))
    let found = quick.occurrences(after: Date(timeIntervalSince1970: 0), count: 2).map(Zone.utc.text)
    #expect(found == ["1970-01-01T00:00:00.2Z", "1970-01-01T00:00:00.45Z"])
  }

  @Test("CR a single moment comes once, and what is not for time never comes by it") func once() throws {
    let moment = try date("2026-03-08T06:58:30Z")
    let rule = Recurrence.at(moment)
    #expect(rule.next(after: moment - 1) == moment && rule.next(after: moment) == nil)
    #expect(rule.previous(before: moment + 1) == moment && rule.previous(before: moment) == nil)
    #expect(rule.count(after: moment - 1, through: moment) == 1 && rule.count(after: moment, through: moment + 9) == 0)
    for rule in [Recurrence.manual, .reboot] {
      #expect(rule.next(after: moment) == nil && rule.previous(before: moment) == nil && !rule.matches(moment))
      #expect(rule.isManual)
    }
    #expect(Recurrence.reboot.firesAtStart && !Recurrence.manual.firesAtStart)
    #expect(try Recurrence("@reboot | @hourly").firesAtStart)
    #expect(try !Recurrence("@reboot | @hourly").isManual)
  }

  @Test(
    "CR a single moment far away is found in both directions, in a union and beside an exclusion",
    arguments: [
      "@at 2999-01-01T00:00:00Z", "@at 2999-01-01T00:00:00Z | 0 0 0 1 1 ? 2030",
      "@at 2999-01-01T00:00:00Z except {SAT}",
    ])
  func farAway(text: String) throws {
    let (rule, moment) = (try Recurrence(text), try date("2999-01-01T00:00:00Z"))
    #expect(rule.next(after: try date("2031-01-01T00:00:00Z")) == moment)
    #expect(rule.previous(before: try date("9998-01-01T00:00:00Z")) == moment)
    #expect(rule.next(after: moment) == nil)
  }

  @Test func `moments between two others come one at a time and end`() throws {
    let rule = try Recurrence("0 0 1 * * in Europe/London")
    let (start, end) = (try date("2026-01-01T00:00Z"), try date("2026-04-30T23:00Z"))
    let found = rule.occurrences(after: start, through: end).map((rule.zone ?? .utc).text)
    #expect(
      found
        == [
          "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00+01:00", "2026-05-01T00:00:00+01:00",
        ].map { $0.replacing("Z", with: "+00:00") })
    #expect(try Recurrence("0 0 0 1 1 ? 2027").occurrences(after: end, count: 5).count == 1)
    #expect(rule.next(after: Date.distantFuture) != nil)
    #expect(rule.previous(before: Date.distantPast) == nil)
  }
}
