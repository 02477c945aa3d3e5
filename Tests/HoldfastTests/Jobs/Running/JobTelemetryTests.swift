import Foundation
import Holdfast
import HoldfastTesting
import InMemoryTracing
import Metrics
import MetricsTestKit
import Testing
import Tracing

/// What tracing and metrics backends hear of jobs.
@Suite(.timeLimit(.minutes(10))) struct JobTelemetryTests {
  private let tracer = InMemoryTracer()

  private func spans(_ name: String) -> [FinishedInMemorySpan] {
    tracer.finishedSpans.filter { $0.operationName == name }
  }

  private func origins(_ span: FinishedInMemorySpan) -> [String?] {
    span.links.map { $0.context.inMemorySpanContext?.spanID }
  }

  @Test func `each attempt is a span of its own, linked to what enqueued the job`() async throws {
    let fixture = JobFixture()
    let handler = JobHandler(kind: "work", policy: JobPolicy(retry: .levels([.zero]))) { _, context in
      if context.attempt == 1 { throw Boom() }
      return .complete
    }
    try await withTracer(tracer) {
      try await fixture.running([handler]) { _, events in
        let id = try await withSpan("request") { _ in
          try await fixture.enqueue(policy: JobPolicy(retry: .levels([.zero])))
        }
        await events.wait(for: "completed", of: id)
      }
    }
    let request = try #require(spans("request").first)
    let attempts = spans("job work")
    #expect(attempts.map(origins) == [[request.spanID], [request.spanID]])
    #expect(Set(attempts.map(\.traceID) + [request.traceID]).count == 3)
    #expect(attempts.map(\.errors.count) == [1, 0])
    #expect(attempts.allSatisfy { $0.kind == .consumer })
    #expect(attempts.map { $0.attributes.get("job.attempt") } == [1, 2])
  }

  @Test func `a job that a handler enqueues is linked to that attempt`() async throws {
    let fixture = JobFixture()
    let parent = JobHandler(kind: "parent") { _, _ in
      try await fixture.enqueue("child")
      return .complete
    }
    try await withTracer(tracer) {
      try await fixture.running([parent, JobHandler(kind: "child") { _, _ in .complete }]) { _, events in
        try await fixture.enqueue("parent")
        await events.wait(for: "completed", 2)
      }
    }
    #expect(spans("job child").map(origins) == [[try #require(spans("job parent").first).spanID]])
  }

  @Test func `the job of a schedule is linked to its firing, or to who triggered it`() async throws {
    let fixture = SchedulerFixture()
    try await withTracer(tracer) {
      try await fixture.schedules.put(try schedule("0 * * * *") { $0.overlap = .allowAll })
      try await fixture.running { _, events in
        fixture.advance(to: "11:00")
        await events.wait(for: "s: fired 11:00")
        _ = try await withSpan("by hand") { _ in try await fixture.schedules.trigger("s") }
      }
    }
    let jobs = try await fixture.store.jobs(JobQuery()).jobs.sorted { $0.id < $1.id }
    let firing = try #require(spans("schedule s").first)
    #expect(firing.kind == .producer)
    let expected = [firing.spanID, try #require(spans("by hand").first).spanID]
    #expect(jobs.map { $0.envelope.metadata[InMemoryTracer.spanIDKey] } == expected)
  }

  @Test func `starts, ends by outcome, and durations are counted by runner`() async throws {
    let metrics = TestMetrics()
    let fixture = JobFixture()
    let outcomes: [(kind: String, name: String, outcome: JobOutcome?)] = [
      ("a", "completed", .complete), ("b", "discarded", nil), ("c", "cancelled", .cancel("no")),
      ("d", "snoozed", .snooze(for: .seconds(60))), ("e", "failed", .retry(after: .seconds(60), reason: "x")),
    ]
    let handlers = outcomes.map { row in
      JobHandler(kind: row.kind) { _, _ in
        guard let outcome = row.outcome else { throw Boom() }
        return outcome
      }
    }
    var options = JobRunner.Options()
    options.name = "r"
    try await withMetricsFactory(metrics) {
      try await fixture.running(handlers, options: options) { _, events in
        for row in outcomes {
          try await fixture.enqueue(row.kind, policy: JobPolicy(maxAttempts: row.name == "failed" ? 2 : 1))
          await events.wait(for: row.name)
        }
      }
    }
    let runner = [("runner", "r")]
    #expect(metrics.counterTotal(label: "holdfast.jobs.started", dimensions: runner) == 5)
    for row in outcomes {
      let dimensions = runner + [("outcome", row.name)]
      #expect(metrics.counterTotal(label: "holdfast.jobs.ended", dimensions: dimensions) == 1, "\(row.name)")
    }
    #expect(try metrics.expectTimer("holdfast.jobs.duration", runner).values.count == 5)
    #expect(try metrics.expectTimer("holdfast.jobs.lateness", runner).values.count == 5)
    #expect(try metrics.expectRecorder("holdfast.jobs.running", runner).lastValue == 0)
  }
}
