import Foundation
import HoldfastTesting
import Testing

@testable import Holdfast

/// What a schedule accepts and refuses, and how it is stored.
@Suite struct ScheduleTests {
  private struct Report: Job {
    static let kind = "report"
    static let policy = JobPolicy(queue: "reports", maxAttempts: 3)
    var size = 1
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var field: String
    var code = ScheduleError.Code.invalid
    var change: @Sendable (inout Schedule) throws -> Void
    var testDescription: String { field }
  }

  static let refusals = [
    Refusal(field: "name") { $0.name = "" },
    Refusal(field: "name") { $0.name = String(repeating: "x", count: 129) },
    Refusal(field: "job.priority") { $0.job.priority = 101 },
    Refusal(field: "options.start") { $0.job.start = .after(.seconds(1)) },
    Refusal(field: "options.name") { $0.job.name = "mine" },
    Refusal(field: "job.uniqueKey") { $0.job.uniqueKey = "mine" },
    Refusal(field: "job.executionKey") {
      $0.job.executionKey = "mine"
      $0.overlap = .bufferOne
    },
    Refusal(field: "jitter") { $0.jitter = .seconds(-1) },
    Refusal(field: "misfire") { $0.misfire = .latest(within: .zero) },
    Refusal(field: "count") { $0.count = 0 },
    Refusal(field: "end") {
      $0.start = moment("12:00")
      $0.end = moment("11:00")
    },
    Refusal(field: "rule", code: .neverFires) {
      $0.start = moment("12:01")
      $0.end = moment("12:59")
    },
    Refusal(field: "rule", code: .neverFires) {
      $0.rule = try Recurrence("0 0 0 1 1 * 2030")
      $0.end = moment("11:00")
    },
    Refusal(field: "rule", code: .neverFires) {
      $0.rule = try Recurrence("@at 2020-01-01T00:00:00Z")
      $0.start = moment("11:00")
    },
  ]

  @Test("a wrong schedule is refused whole, with the field and what to do", arguments: refusals)
  func refused(_ refusal: Refusal) throws {
    var schedule = try schedule("0 * * * *")
    try refusal.change(&schedule)
    do {
      try schedule.validate()
      Issue.record("accepted")
    } catch {
      #expect(error.field == refusal.field)
      #expect(error.code == refusal.code)
      #expect(error.description.hasPrefix("schedule '\(schedule.name)': \(refusal.field) "))
    }
  }

  @Test("one-shots of the past and rules that only people fire are schedules")
  func accepted() throws {
    for rule in ["@at 2020-01-01T00:00:00Z", "@manual", "@reboot", "0 0 0 1 1 * 2030", "0 0 0 1 1 * 2199"] {
      _ = try schedule(rule)
    }
  }

  @Test("a schedule of a job takes the job's policy, and the options win")
  func job() throws {
    var options = JobOptions()
    options.priority = 5
    let schedule = try Schedule(
      "nightly-report", .cron("30 2 * * *", in: "Europe/London"), Report(),
      misfire: .latest(within: .seconds(6 * 3600)), overlap: .bufferOne, jitter: .seconds(60), options: options)
    #expect(schedule.job.kind == "report")
    #expect(schedule.job.queue == "reports")
    #expect(schedule.job.maxAttempts == 3)
    #expect(schedule.job.priority == 5)
    #expect(throws: ScheduleError.self) {
      try Schedule("x", .every(.seconds(60)), Report(), count: 0)
    }
  }

  @Test("a schedule and its state come back from JSON as they were")
  func coding() throws {
    var given = try schedule("30 2 * * * in Europe/London gap=skip") {
      $0.misfire = .skip(after: .seconds(90))
      $0.overlap = .cancelOther
      $0.jitter = .milliseconds(1500)
      $0.start = moment("10:00")
      $0.count = 7
      $0.job.timeout = .seconds(3)
      $0.job.executionKey = "e"
      $0.job.envelope.metadata = ["a": "b"]
    }
    given.end = nil
    let state = ScheduleState(given, source: "file", at: moment("10:30"))
    let data = try JSONEncoder().encode(state)
    #expect(try JSONDecoder().decode(ScheduleState.self, from: data) == state)
  }

  @Test("a draft of an older version is read with what it does not have at its default")
  func oldDraft() throws {
    let draft = try JSONDecoder().decode(JobDraft.self, from: Data(#"{"kind":"work","payload":"e30="}"#.utf8))
    #expect(draft == plainDraft)
  }

  struct Keys: Sendable, CustomTestStringConvertible {
    var overlap: ScheduleOverlap
    var unique: String?
    var until = UniqueUntil.finished
    var execution: String?
    var cancels: Bool?
    var testDescription: String { overlap.rawValue }
  }

  @Test(
    "SC22 each overlap policy is made of what jobs have",
    arguments: [
      Keys(overlap: .skip, unique: "schedule/s"),
      Keys(overlap: .bufferOne, unique: "schedule/s", until: .started, execution: "schedule/s"),
      Keys(overlap: .bufferAll, execution: "schedule/s"),
      Keys(overlap: .allowAll),
      Keys(overlap: .cancelOther, execution: "schedule/s", cancels: false),
      Keys(overlap: .terminateOther, execution: "schedule/s", cancels: true),
    ])
  func keys(_ keys: Keys) throws {
    let schedule = try schedule("0 * * * *") { $0.overlap = keys.overlap }
    let first = try #require(ScheduleState(schedule, source: nil, at: moment("10:30")).firing(at: moment("11:00")))
    let second = try #require(first.state?.firing(at: moment("12:00")))
    let job = second.jobs[0]
    #expect(job.uniqueKey == keys.unique)
    #expect(job.uniqueUntil == keys.until)
    #expect(job.executionKey == keys.execution)
    #expect(first.cancellations.isEmpty)
    #expect(second.cancellations.map(\.isAtOnce) == (keys.cancels.map { [$0] } ?? []))
    #expect(second.cancellations.map(\.name) == (keys.cancels == nil ? [] : ["schedule/s/2026-03-10T11:00:00Z"]))
  }
}
