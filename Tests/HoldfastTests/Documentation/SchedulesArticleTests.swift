import Foundation
import Holdfast
import HoldfastTesting
import ServiceLifecycle
import Testing

private struct NightlyReport: Job {
  static let kind = "nightly-report"
}

/// The article's example, compiled and run.
@Suite(.timeLimit(.minutes(10))) struct SchedulesArticleTests {
  @Test("the example of the article on schedules does what it says")
  func example() async throws {
    let time = VirtualTimeline()
    let store = MemoryStore(clock: time)
    let (done, finish) = AsyncStream.makeStream(of: String?.self)
    let runner = try JobRunner(
      store,
      handlers: [
        JobHandler.on(NightlyReport.self) { _, context in finish.yield(context.job.envelope.metadata["nominal"]) }
      ])

    // The article begins
    let schedules = Schedules(store)
    try await schedules.put(
      try Schedule(
        "nightly-report", .cron("30 2 * * *", in: "Europe/London"), NightlyReport(),
        misfire: .latest(within: .seconds(6 * 3600)), overlap: .skip))

    let app = Supervisor(
      "app",
      children: [
        Child("jobs", shutdown: .within(.seconds(40))) { runner },
        Child("schedules") { Scheduler(store) },
      ])
    // The article ends

    let run = Task { try await app.run() }
    await app.untilStarted()
    time.advance(by: .seconds(9000))
    var nominal = done.makeAsyncIterator()
    #expect(await nominal.next() == "2001-01-01T02:30:00Z")
    app.stop()
    try await run.value
  }
}
