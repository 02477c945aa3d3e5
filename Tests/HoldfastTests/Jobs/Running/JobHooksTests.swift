import Foundation
import Holdfast
import HoldfastTesting
import Testing

/// Hooks, middleware, contexts and worker processes.
@Suite(.timeLimit(.minutes(10))) struct JobHooksTests {
  private let fixture = JobFixture()
  private let journal = Record<String>()

  private struct Noting: JobHooks {
    let journal: Record<String>
    var fails = false
    let told = Gate()

    func beforeRun(_ context: JobContext) async throws -> (any Sendable)? {
      try note("before \(context.attempt)")
      return "state \(context.attempt)"
    }
    func afterRun(_ end: JobEnd) async throws { try note("after \(words(end))") }
    func onError(_ end: JobEnd) async throws { try note("error \(words(end))") }
    func onTimeout(_ end: JobEnd) async throws { try note("timeout") }
    func onCancel(_ end: JobEnd) async throws { try note("cancel \(end.reason ?? "")") }
    func onDiscard(_ end: JobEnd) async throws { try note("discard \(words(end))") }
    func onPark(_ end: JobEnd) async throws { try note("park") }

    private func words(_ end: JobEnd) -> String {
      let result = end.failure?.message ?? String(decoding: end.output ?? Data(), as: UTF8.self)
      return "\(result) with \(end.state as? String ?? "none")"
    }

    private func note(_ line: String) throws {
      journal.add(line)
      if fails { throw Boom() }
    }
  }

  private func work(
    _ policy: JobPolicy = JobPolicy(), _ body: @escaping @Sendable (JobContext) async throws -> JobOutcome
  ) -> JobHandler {
    JobHandler(kind: "work", policy: policy) { _, context in try await body(context) }
  }

  @Test func `B1 B2 the state of the first hook reaches the last, after the commit`() async throws {
    let hooks = Noting(journal: journal)
    try await fixture.running([work { _ in try .complete(42) }], hooks: [hooks]) { _, events in
      try await fixture.enqueue()
      await events.wait(for: "completed")
    }
    #expect(journal.all == ["before 1", "after 42 with state 1"])
  }

  @Test func `B3 B5 T5 T6 every failure but the last is an error, the last a discard`() async throws {
    let policy = JobPolicy(retry: .levels([.seconds(1), .seconds(1)]))
    try await fixture.running([work(policy) { _ in throw Boom() }], hooks: [Noting(journal: journal)]) { _, events in
      try await fixture.enqueue(policy: policy)
      for count in 1...2 {
        await events.wait(for: "failed", count)
        fixture.time.advance(by: .seconds(1))
      }
      await events.wait(for: "discarded")
    }
    let ends = journal.all.filter { !$0.hasPrefix("before") }
    #expect(ends == ["error boom with state 1", "error boom with state 2", "discard boom with state 3"])
  }

  @Test func `B4 C2 a job that is cancelled while it waits is told of once`() async throws {
    let hooks = Noting(journal: journal)
    try await fixture.running([work { _ in .complete }], hooks: [hooks]) { _, events in
      let id = try await fixture.enqueue { $0.start = .after(.seconds(60)) }
      try await fixture.queue.cancel(id, reason: "no")
      await events.wait(for: "cancelled")
      fixture.time.advance(by: .seconds(60))
      try await fixture.enqueue()
      await events.wait(for: "completed")
    }
    #expect(journal.lines("cancel") == ["cancel no"])
    #expect(journal.lines("before").count == 1)
  }

  @Test func `B6 a timeout is told of once, before the error`() async throws {
    let policy = JobPolicy(timeout: .seconds(5))
    let time = fixture.time
    let started = Gate()
    let slow = work(policy) { _ in
      started.open()
      await started.pass()
      try await time.sleep(for: .seconds(1000))
      return .complete
    }
    try await fixture.running([slow], hooks: [Noting(journal: journal)]) { _, events in
      try await fixture.enqueue(policy: policy)
      await started.waitFor(1)
      time.advance(by: .seconds(5))
      await events.wait(for: "discarded")
    }
    #expect(journal.all == ["before 1", "timeout", "discard timed out after 5.0 s with state 1"])
  }

  @Test func `B7 hooks that throw change nothing`() async throws {
    let id = try await fixture.enqueue()
    let hooks = Noting(journal: journal, fails: true)
    try await fixture.running([work { _ in .complete }], hooks: [hooks]) { _, events in
      await events.wait(for: "completed")
    }
    #expect(try await fixture.queue.get(id)?.state == .completed)
    #expect(journal.all.count == 2)
  }

  @Test func `B8 hooks that leave functions out hear of the rest`() async throws {
    struct OnlyDiscards: JobHooks {
      let journal: Record<String>
      func onDiscard(_ end: JobEnd) async throws { journal.add("discard \(end.job.id)") }
    }
    struct Nothing: JobHooks {}
    let handler = work { context in
      if context.id == 2 { throw Boom() }
      return .complete
    }
    let hooks: [any JobHooks] = [Nothing(), OnlyDiscards(journal: journal)]
    try await fixture.running([handler], hooks: hooks) { _, events in
      for _ in 1...3 { try await fixture.enqueue() }
      try await fixture.queue.cancel(try await fixture.enqueue { $0.start = .after(.seconds(60)) })
      await events.wait(for: "completed", 2)
      await events.wait(for: "discarded")
      await events.wait(for: "cancelled")
    }
    #expect(journal.all == ["discard 2"])
  }

  private struct Wrapping: JobMiddleware {
    let name: String
    let journal: Record<String>

    func run(_ context: JobContext, next: @escaping Next) async throws -> JobOutcome {
      journal.add("in \(name)")
      defer { journal.add("out \(name)") }
      return try await next(context)
    }
  }

  @Test func `middleware stands around a run, the first outermost`() async throws {
    let middleware = ["a", "b"].map { Wrapping(name: $0, journal: journal) }
    try await fixture.running([work { _ in .complete }], middleware: middleware) { _, events in
      try await fixture.enqueue()
      await events.wait(for: "completed")
    }
    #expect(journal.all == ["in a", "in b", "out b", "out a"])
  }

  @Test func `MS1 a job that a handler enqueues belongs to the same story`() async throws {
    let queue = fixture.queue
    let parent = work { context in
      if context.job.envelope.causation == nil {
        try await queue.enqueue(kind: "work", payload: Data("{}".utf8))
      }
      return .complete
    }
    try await fixture.running([parent]) { _, events in
      try await fixture.enqueue()
      await events.wait(for: "completed", 2)
      let child = try await fixture.queue.get(2)
      #expect(child?.envelope.correlation == "1")
      #expect(child?.envelope.causation == "1")
    }
  }

  @Test func `progress is visible at once, and stored with the end`() async throws {
    let gate = Gate()
    let handler = work { context in
      context.progress(0.5, "half")
      await gate.pass()
      return .complete
    }
    try await fixture.running([handler]) { runner, events in
      let id = try await fixture.enqueue()
      await gate.waitFor(1)
      #expect(runner.snapshot.runs.first?.progress?.note == "half")
      fixture.time.advance(by: .seconds(1))
      #expect(try await fixture.queue.get(id)?.progress?.fraction == 0.5)
      gate.open()
      await events.wait(for: "completed")
    }
  }

  private final class Processes: JobProcessPool {
    let journal: Record<String>
    let isBroken: Bool
    init(_ journal: Record<String>, isBroken: Bool = false) { (self.journal, self.isBroken) = (journal, isBroken) }
    func start() async throws {
      journal.add("start")
      if isBroken { throw Boom() }
    }
    func stop() async { journal.add("stop") }
    func run(_ request: JobProcessRequest) async throws -> JobOutcome {
      journal.add("run \(request.job.id)")
      request.progress(JobProgress(1))
      if request.timeout != nil {
        let cancelled = Gate()
        await withTaskCancellationHandler {
          await cancelled.pass()
        } onCancel: {
          cancelled.open()
        }
        request.decide(.discard("given up after \(request.exceeded() ?? .zero)"))
        throw CancellationError()
      }
      if request.job.id == 1 { throw JobProcessCrash(status: "signal 4 (SIGILL)", output: "Fatal error") }
      return .complete
    }
  }

  @Test func `MS4 what a response decided holds for a process that was killed`() async throws {
    let policy = JobPolicy(maxAttempts: 3, timeout: .seconds(7), isolation: .process)
    try await fixture.running([work(policy) { _ in .complete }], isolation: Processes(journal)) { _, events in
      let id = try await fixture.enqueue(policy: policy)
      await events.wait(for: "started")
      fixture.time.advance(by: .seconds(7))
      await events.wait(for: "discarded")
      #expect(try await fixture.queue.get(id)?.reason == "given up after 7.0 seconds")
    }
  }

  @Test func `a pool of processes that cannot start is stopped, and says why`() async throws {
    let handler = work(JobPolicy(isolation: .process)) { _ in .complete }
    let runner = try JobRunner(fixture.store, handlers: [handler], isolation: Processes(journal, isBroken: true))
    await #expect(throws: Boom.self) { try await runner.run() }
    #expect(journal.all == ["start", "stop"])
  }

  @Test(arguments: [JobPolicy(timeout: .zero), JobPolicy(heartbeat: .seconds(-1))])
  func `J8 times that no attempt could keep are refused when the runner is made`(policy: JobPolicy) {
    #expect(throws: JobRefused.self) {
      try JobRunner(fixture.store, handlers: [work(policy) { _ in .complete }])
    }
  }

  @Test func `T9 an isolated job's crash is its own, and quarantines it when it was the last one allowed`() async throws
  {
    let policy = JobPolicy(maxCrashes: 1, isolation: .process)
    let handler = work(policy) { _ in throw Boom() }
    try await fixture.running([handler], isolation: Processes(journal)) { _, events in
      try await fixture.enqueue(policy: policy)
      try await fixture.enqueue(policy: policy)
      await events.wait(for: "parked", of: 1)
      await events.wait(for: "completed", of: 2)
      #expect(try await fixture.queue.get(1)?.parking == .quarantined)
      #expect(try await fixture.queue.failures(of: 1).map(\.kind) == [.crash])
    }
    #expect(journal.all.first == "start")
    #expect(journal.all.last == "stop")
  }
}
