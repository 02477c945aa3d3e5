import HoldfastTesting
import Testing

@testable import Holdfast

/// Schedules whose firings meet something in their way.
@Suite(.timeLimit(.minutes(1))) struct ScheduleTroubleTests {
  private let fixture = SchedulerFixture()

  /// Runs a runner around a test: started before, stopped after.
  private func running(_ handlers: [JobHandler], _ body: (JobRecorder) async throws -> Void) async throws {
    let runner = try JobRunner(fixture.store, handlers: handlers, queues: [.init(workers: 1)])
    let events = JobRecorder(runner)
    let run = Task { try await runner.run() }
    try await body(events)
    runner.stop(within: .zero)
    try await run.value
  }

  @Test("a job of a kind that nobody handles is parked and holds its schedule up, until somebody does")
  func unknownKind() async throws {
    try await fixture.schedules.put(try schedule("0 * * * *"))
    try await fixture.running { _, events in
      try await running([]) { jobs in
        fixture.advance(to: "11:00")
        await jobs.wait(for: "parked")
        fixture.advance(to: "12:00")
        await events.wait(for: "s: overlapped 12:00")
      }
      try await running([JobHandler(kind: "work") { _, _ in .complete }]) { jobs in
        await jobs.wait(for: "completed")
        fixture.advance(to: "13:00")
        await events.wait(for: "s: fired 13:00")
      }
    }
  }

  @Test("a schedule that is deleted between the decision and its write does not fire")
  func deletedWhileFiring() async throws {
    let store = InterposedStore(fixture.store)
    let (schedules, deletions) = (fixture.schedules, Record<Bool>())
    try await schedules.put(try schedule("0 * * * *"))
    try await schedules.put(try schedule("0 * * * *", name: "other"))
    try await fixture.running(store) { _, events in
      store.beforeNextWrite { deletions.add(try await schedules.delete("s")) }
      fixture.advance(to: "11:00")
      await events.wait(for: "other: fired 11:00")
    }
    #expect(deletions.all == [true])
    #expect(try await fixture.jobs() == ["schedule/other/2026-03-10T11:00:00Z"])
    #expect(try await fixture.history() == ["created", "deleted"])
  }

  @Test("one that is deleted and put again between the decision and its write fires by its new times only")
  func replacedWhileFiring() async throws {
    let store = InterposedStore(fixture.store)
    let (schedules, edits, later) = (fixture.schedules, Record<Bool>(), try schedule("30 * * * *"))
    try await schedules.put(try schedule("0 * * * *"))
    try await fixture.running(store) { _, events in
      store.beforeNextWrite {
        try await schedules.delete("s")
        try await schedules.put(later)
        edits.add(true)
      }
      fixture.advance(to: "11:00")
      await edits.wait(for: 1)
      fixture.advance(to: "11:30")
      await events.wait(for: "s: fired 11:30")
    }
    #expect(try await fixture.jobs() == ["schedule/s/2026-03-10T11:30:00Z"])
  }

  @Test("TM7 one that fired while the clock was years ahead by mistake goes on when it was deleted and put again")
  func yearsAhead() async throws {
    try await fixture.schedules.put(try schedule("0 * * * *") { $0.overlap = .allowAll })
    try await fixture.running { _, events in
      fixture.time.stepWall(by: .seconds(10 * 365 * 86400))
      await events.record.wait { $0.contains { $0.words?.hasPrefix("s: fired") == true } }
      fixture.time.stepWall(by: .seconds(-10 * 365 * 86400))
      #expect(try await fixture.schedules.delete("s"))
      try await fixture.schedules.put(try schedule("0 * * * *") { $0.overlap = .allowAll })
      fixture.advance(to: "11:00")
      await events.wait(for: "s: fired 11:00")
    }
  }
}
