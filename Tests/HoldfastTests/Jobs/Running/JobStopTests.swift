import Foundation
import Holdfast
import HoldfastTesting
import Testing

/// Timeouts, cancellations, stuck handlers and graceful ends, with real tasks.
@Suite(.timeLimit(.minutes(10))) struct JobStopTests {
  private let fixture = JobFixture()
  private let gate = Gate()

  private func work(
    _ policy: JobPolicy = JobPolicy(), _ body: @escaping @Sendable (JobContext) async throws -> Void
  ) -> JobHandler {
    JobHandler(kind: "work", policy: policy) { _, context in
      try await body(context)
      return .complete
    }
  }

  /// Waits until it is cancelled, as a well-behaved handler does.
  private func patient(_ policy: JobPolicy = JobPolicy()) -> JobHandler {
    work(policy) { [gate, time = fixture.time] _ in
      gate.open()
      await gate.pass()
      try await time.sleep(for: .seconds(100_000))
    }
  }

  @Test func `T8 a timeout stops a handler and counts as a failure of its own kind`() async throws {
    try await fixture.running([patient(JobPolicy(timeout: .seconds(30)))]) { _, events in
      let id = try await fixture.enqueue(policy: JobPolicy(timeout: .seconds(30)))
      await gate.waitFor(1)
      fixture.time.advance(by: .seconds(30))
      await events.wait(for: "discarded")
      #expect(try await fixture.queue.failures(of: id).map(\.kind) == [.timeout])
    }
  }

  @Test func `T8 a handler that ignores its timeout loses its worker; its late end changes nothing`() async throws {
    let policy = JobPolicy(timeout: .seconds(30), grace: .seconds(5))
    let stubborn = work(policy) { [gate] context in
      if context.id == 1 { await gate.pass() }
    }
    try await fixture.running([stubborn], queues: [.init(workers: 1)]) { runner, events in
      try await fixture.enqueue(policy: policy)
      try await fixture.enqueue(policy: policy)
      await gate.waitFor(1)
      fixture.time.advance(by: .seconds(35))
      await events.wait(for: "completed", of: 2)
      await events.wait(for: "discarded", of: 1)
      #expect(runner.snapshot.pools[0].abandoned == 1)
      #expect(runner.snapshot.runs.map(\.isAbandoned) == [true])
      gate.open()
      await events.wait(for: "endedLate")
      #expect(runner.snapshot.pools[0].abandoned == 0)
      #expect(try await fixture.queue.get(1)?.state == .discarded)
    }
  }

  @Test func `C4 a running job is cancelled, once`() async throws {
    try await fixture.running([patient()]) { _, events in
      let id = try await fixture.enqueue()
      await gate.waitFor(1)
      #expect(try await fixture.queue.cancel(id, reason: "not needed") == .requested)
      await events.wait(for: "cancelled")
      let job = try await fixture.queue.get(id)
      #expect(job?.state == .cancelled)
      #expect(job?.reason == "not needed")
      #expect(events.names == ["started", "stopping", "cancelled"])
    }
  }

  @Test func `C4 a job that is cancelled at once has no grace: it is over, and the next one runs`() async throws {
    let stubborn = work(JobPolicy(grace: .seconds(100_000))) { [gate] context in
      if context.id == 1 { await gate.pass() }
    }
    try await fixture.running([stubborn], queues: [.init(workers: 1)]) { runner, events in
      let id = try await fixture.enqueue()
      try await fixture.enqueue()
      await gate.waitFor(1)
      #expect(try await fixture.queue.cancel(id, reason: "replaced", atOnce: true) == .requested)
      await events.wait(for: "completed", of: 2)
      await events.wait(for: "cancelled", of: 1)
      #expect(try await fixture.queue.get(id)?.reason == "replaced")
      gate.open()
      await events.wait(for: "endedLate")
      #expect(events.names(of: id) == ["started", "stopping", "abandoned", "cancelled", "endedLate"])
    }
  }

  /// Processes that stop only when they may take no time any more.
  private struct Stubborn: JobProcessPool {
    let begun = Gate()
    let ended = Gate()

    func start() {}
    func stop() { ended.open() }

    func run(_ request: JobProcessRequest) async throws -> JobOutcome {
      begun.open()
      await begun.pass()
      await withTaskCancellationHandler {
        await ended.pass()
      } onCancel: {
        request.whenAtOnce { ended.open() }
      }
      throw CancellationError()
    }
  }

  @Test("C4 a process has no grace when it is cancelled at once, also one that is stopping", arguments: [false, true])
  func processAtOnce(isStopping: Bool) async throws {
    let isolated = JobHandler(kind: "work", policy: JobPolicy(grace: .seconds(100_000), isolation: .process)) { _, _ in
      .complete
    }
    let processes = Stubborn()
    try await fixture.running([isolated], isolation: processes) { _, events in
      let id = try await fixture.enqueue()
      await processes.begun.waitFor(1)
      if isStopping {
        try await fixture.queue.cancel(id, reason: "mildly")
        await events.wait(for: "stopping")
      }
      try await fixture.queue.cancel(id, reason: "now", atOnce: true)
      await events.wait(for: "endedLate")
      await events.wait(for: "cancelled")
      #expect(events.names.prefix(3) == ["started", "stopping", "abandoned"])
    }
  }

  @Test func `C5 a cancelled job is cancelled, whatever its handler makes of it`() async throws {
    let ignoring = work { [gate] _ in await gate.pass() }
    try await fixture.running([ignoring]) { _, events in
      let id = try await fixture.enqueue()
      await gate.waitFor(1)
      try await fixture.queue.cancel(id, reason: "stop")
      await events.wait(for: "stopping")
      gate.open()
      await events.wait(for: "cancelled")
      #expect(try await fixture.queue.get(id)?.state == .cancelled)
    }
  }

  private struct Cancellations: JobHooks {
    let told: Record<JobID>
    func onCancel(_ end: JobEnd) async throws { told.add(end.job.id) }
  }

  @Test func `C5 of a thousand jobs that are cancelled while they end, each that was asked to is told of as cancelled`()
    async throws
  {
    let told = Record<JobID>()
    let ignoring = work { [gate] _ in await gate.pass() }
    try await fixture.running([ignoring], queues: [.init(workers: 1000)], hooks: [Cancellations(told: told)]) {
      _, events in
      let jobs = try await fixture.queue.enqueue((0..<1000).map { _ in JobDraft(kind: "work", payload: Data()) })
      await gate.waitFor(1000)
      var asked: Set<JobID> = []
      for slice in 0..<10 {
        if slice == 3 { gate.open() }
        let ids = jobs[(slice * 100)..<(slice * 100 + 100)].map(\.id)
        for (id, answer) in zip(ids, try await fixture.queue.perform(.cancel(reason: "stop"), on: ids)) {
          if answer == .requested { asked.insert(id) } else { #expect(answer == .refused(.completed)) }
        }
      }
      await told.wait(for: asked.count)
      await events.wait { seen in seen.count { ["completed", "cancelled"].contains($0.name) } == 1000 }
      #expect(asked.count >= 300)
      #expect(Set(told.all) == asked && told.all.count == asked.count)
    }
  }

  @Test func `D1 a drain lets short jobs end and hands long ones back without an attempt`() async throws {
    let handler = work { [gate, time = fixture.time] context in
      if context.id == 1 { return await gate.pass() }
      try await time.sleep(for: .seconds(100_000))
    }
    let runner = try JobRunner(fixture.store, handlers: [handler], queues: [.init(workers: 2)])
    let events = JobRecorder(runner)
    let run = Task { try await runner.run() }
    try await fixture.enqueue()
    try await fixture.enqueue()
    try await fixture.enqueue { $0.start = .after(.milliseconds(500)) }
    await events.wait(for: "started", 2)
    await gate.waitFor(1)
    runner.stop(within: .seconds(10))
    gate.open()
    await events.wait(for: "completed", of: 1)
    fixture.time.advance(by: .seconds(10))
    try await run.value
    for id in [JobID(2), 3] {
      let job = try await fixture.queue.get(id)
      #expect(job?.state == .queued)
      #expect(job?.attempt == 0)
    }
    #expect(runner.snapshot.mode == .stopped)
  }

  @Test func `a stop before the run is not lost: that run ends, and the next one works`() async throws {
    let runner = try JobRunner(fixture.store, handlers: [work { _ in }])
    let events = JobRecorder(runner)
    runner.stop()
    try await runner.run()
    #expect(runner.snapshot.mode == .stopped)
    let run = Task { try await runner.run() }
    try await fixture.enqueue()
    await events.wait(for: "completed")
    run.cancel()
    try await run.value
  }

  @Test("P2 a store that takes nothing for a while loses nothing, and what runs is unharmed", arguments: [1, 3, 10])
  func failingStore(times: Int) async throws {
    let store = FaultyStore(fixture.store)
    let runner = try JobRunner(store, handlers: [work { [gate] _ in await gate.pass() }], queues: [.init(workers: 2)])
    let events = JobRecorder(runner)
    let run = Task { try await runner.run() }
    for _ in 0..<5 { try await fixture.enqueue() }
    await gate.waitFor(2)
    store.fail(.exchange, with: StoreError(.diskFull, store: "faulty", "no room"), times: times)
    gate.open()
    // Time passes only between the tries.
    while events.names.count(where: { $0 == "completed" }) < 5 {
      fixture.time.advance(by: .seconds(1))
      await Task.yield()
    }
    for id in 1...5 {
      let job = try await fixture.queue.get(JobID(Int64(id)))
      #expect(job?.state == .completed && job?.attempt == 1 && job?.crashes == 0)
    }
    #expect(gate.arrived == 5)
    run.cancel()
    try await run.value
  }

  @Test func `it may be run again after it ended, as a new node`() async throws {
    let runner = try JobRunner(fixture.store, handlers: [work { _ in }])
    let events = JobRecorder(runner)
    for count in 1...3 {
      let run = Task { try await runner.run() }
      try await fixture.enqueue()
      await events.wait(for: "completed", count)
      run.cancel()
      try await run.value
    }
  }

  @Test func `a child of a supervisor, it stops with it`() async throws {
    let runner = try JobRunner(fixture.store, handlers: [work { _ in }])
    let events = JobRecorder(runner)
    try await running(Supervisor("app", timeline: fixture.time, children: [Child("jobs") { runner }])) {
      try await fixture.enqueue()
      await events.wait(for: "completed")
    }
    #expect(runner.snapshot.mode == .stopped)
  }

  @Test func `P11 a paused queue starts nothing until it is resumed`() async throws {
    try await fixture.running([work { _ in }]) { _, events in
      try await fixture.queue.pause(QueueScope(queue: "default"), note: "maintenance")
      let id = try await fixture.enqueue()
      #expect(try await fixture.queue.get(id)?.state == .queued)
      try await fixture.queue.resume(QueueScope(queue: "default"))
      await events.wait(for: "completed")
      #expect(try await fixture.queue.get(id)?.attempt == 1)
    }
  }

  @Test func `P5 P6 workers change while it runs, by configuration and by durable setting`() async throws {
    try await fixture.running([work { [gate] _ in await gate.pass() }], queues: [.init(workers: 1)]) { runner, _ in
      for _ in 0..<6 { try await fixture.enqueue() }
      await gate.waitFor(1)
      try runner.reconfigure([.init(workers: 3)])
      await gate.waitFor(3)
      try await fixture.queue.scale("default", to: 6)
      await gate.waitFor(6)
      #expect(runner.snapshot.pools.map(\.workers) == [6])
      #expect(runner.snapshot.pools.map(\.configured) == [3])
      gate.open()
    }
  }

  @Test func `what does not fit is refused before anything runs`() throws {
    let isolated = JobHandler(kind: "a", policy: JobPolicy(isolation: .process)) { _, _ in .complete }
    let plain = JobHandler(kind: "b") { _, _ in .complete }
    #expect(throws: JobRefused.self) { try JobRunner(fixture.store, handlers: [plain, plain]) }
    #expect(throws: JobRefused.self) { try JobRunner(fixture.store, handlers: [isolated]) }
    #expect(throws: JobRefused.self) {
      try JobRunner(fixture.store, handlers: [plain], queues: [.init("q", workers: 1), .init("q", workers: 2)])
    }
    #expect(throws: JobRefused.self) { try JobRunner(fixture.store, handlers: [], queues: [.init(workers: -1)]) }
  }
}
