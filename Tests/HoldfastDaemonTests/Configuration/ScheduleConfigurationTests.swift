import Foundation
import Holdfast
import Testing

@testable import HoldfastDaemon

@Suite(.timeLimit(.minutes(10)))
struct ScheduleConfigurationTests {
  private func schedule(_ text: String) throws -> ScheduleEntry {
    try #require(try read("jobs: { work: { shell: \"true\" } }\nschedules: { s: \(text) }").schedules.first)
  }

  @Test func `a schedule needs no more than a rule and a job`() throws {
    let entry = try schedule("{ every: 15m, job: work }")
    #expect(entry == ScheduleEntry(name: "s", rule: try .every(.seconds(900)), job: "work"))
  }

  @Test func `every key of a schedule is understood`() throws {
    let entry = try schedule(
      """
      { cron: "30 2 * * *", zone: Europe/London, dst: { gap: skip, overlap: both }, job: work,
        payload: { album: all, size: 3, "on": true, list: [a, "7"] }, misfire: { all: 6h }, overlap: bufferOne,
        jitter: 30s, start: 2026-01-01T00:00:00Z, end: "2027-01-01T00:00:00+01:00", count: 9, paused: true, late: 90s }
      """)
    #expect(try entry.rule == .cron("30 2 * * *", in: "Europe/London", gap: .skip, overlap: .both))
    #expect(
      JSONValue(Data(entry.payload.utf8))
        == .object([
          "album": .string("all"), "size": .integer(3), "on": .bool(true),
          "list": .array([.string("a"), .string("7")]),
        ]))
    #expect(
      (entry.misfire, entry.overlap, entry.jitter) == (.all(within: .seconds(6 * 3600)), .bufferOne, .seconds(30)))
    #expect(entry.start == Date(timeIntervalSince1970: 1_767_225_600))
    #expect(entry.end == Date(timeIntervalSince1970: 1_798_758_000))
    #expect((entry.count, entry.paused, entry.late) == (9, true, .seconds(90)))
  }

  @Test(arguments: [
    ("{ job: work }", "give exactly one of `cron`, `every` and `at`"),
    ("{ cron: \"* * * * *\", every: 5m, job: work }", "give exactly one of `cron`, `every` and `at`"),
    ("{ cron: \"60 * * * *\", job: work }", "schedules.s.cron: minute field:"),
    ("{ cron: \"0 0 31 4 *\", job: work }", "schedules.s.cron:"),
    ("{ cron: \"* * * * *\", zone: Europe/Lodnon, job: work }", "schedules.s.zone: no time zone `Europe/Lodnon`"),
    ("{ every: 5m, zone: UTC, job: work }", "means nothing without `cron`"),
    ("{ at: tomorrow, job: work }", "expected a moment such as"),
    ("{ every: 5m, job: wrok }", "there is no kind of job `wrok`; did you mean `work`?"),
    ("{ every: 5m }", "`job` is missing"),
    ("{ every: 5m, job: work, misfire: newest }", "expected one of latest, all, earliest, skip"),
    ("{ every: 5m, job: work, overlap: skpi }", "did you mean `skip`?"),
    ("{ every: 5m, job: work, count: 0 }", "expected a whole number"),
    (
      "{ every: 5m, job: work, start: 2027-01-01T00:00:00Z, end: 2026-01-01T00:00:00Z }",
      "before the start"
    ),
  ])
  func `a wrong schedule is reported with its place, the cause and the next step`(text: String, expected: String) {
    let found = problems(of: "jobs: { work: { shell: \"true\" } }\nschedules: { s: \(text) }")
    #expect(found.count == 1 && found[0].hasPrefix("holdfast.yml:2:") && found[0].contains(expected), "\(found)")
  }

  @Test func `what differs between two files is told by name`() throws {
    let jobs = "jobs: { work: { shell: \"true\" } }\n"
    let old = try read(jobs + "schedules: { a: { every: 5m, job: work }, b: { every: 5m, job: work } }")
    let new = try read(jobs + "schedules: { a: { every: 6m, job: work } }")
    #expect(ConfigurationChange(from: old, to: new).jobs == ["schedule a", "schedule b"])
  }
}
