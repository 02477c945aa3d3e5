import Foundation
import Holdfast
import HoldfastTesting
import Testing

/// What a store that is away does to those who use it: errors of its own, and nothing else.
@Suite(.timeLimit(.minutes(10))) struct OutageTests {
  private let fixture = JobFixture()
  private let gate = Gate()
  private let store: FaultyStore
  private let queue: JobQueue

  init() {
    store = FaultyStore(fixture.store)
    queue = JobQueue(store)
  }

  private static let away = StoreError(.unavailable, store: "faulty", "nobody answers")

  @Test(arguments: [StoreError.Code.unavailable, .locked, .diskFull, .readOnly, .closed])
  func `Q6 a store that cannot tell is an error of its own, never a duplicate`(code: StoreError.Code) async throws {
    func enqueue(_ key: String) async throws -> JobReceipt {
      var options = JobOptions()
      options.unique = .key(key)
      return try await queue.enqueue(kind: "work", payload: Data(), options: options)
    }
    let first = try await enqueue("held")
    store.fail(.enqueue, with: StoreError(code, store: "faulty", "no"))
    for key in ["held", "free"] {
      let error = await #expect(throws: StoreError.self) { try await enqueue(key) }
      #expect(error?.code == code)
    }
    store.heal()
    #expect(try await enqueue("held") == .duplicate(first.id, .queued))
    #expect(try await !enqueue("free").isDuplicate)
  }

  @Test func `C8 a store that is away cancels nothing: what ran completes, and who wanted to cancel hears of it`()
    async throws
  {
    let journal = Record<String>()
    let handler = JobHandler(kind: "work") { [gate] _, context in
      await gate.pass()
      journal.add("\(context.id) \(context.cancellation ?? "goes on")")
      return .complete
    }
    let runner = try JobRunner(
      store, handlers: [handler], queues: [.init(workers: 2)], hooks: [Cancellations(journal: journal)])
    let events = JobRecorder(runner)
    let run = Task { try await runner.run() }
    for _ in 0..<4 { try await fixture.enqueue() }
    await gate.waitFor(2)
    for operation in FaultyStore.Operation.allCases { store.fail(operation, with: Self.away) }
    let error = await #expect(throws: StoreError.self) { try await queue.cancel(1, reason: "too late") }
    #expect(error?.code == .unavailable)
    gate.open()
    for _ in 0..<100 {
      fixture.time.advance(by: .seconds(1))
      await Task.yield()
    }
    store.heal()
    while events.names.count(where: { $0 == "completed" }) < 4 {
      fixture.time.advance(by: .seconds(1))
      await Task.yield()
    }
    #expect(Set(journal.all) == ["1 goes on", "2 goes on", "3 goes on", "4 goes on"])
    #expect(!events.names.contains { $0 == "cancelled" || $0 == "stopping" })
    for id in 1...4 { #expect(try await queue.failures(of: JobID(Int64(id))) == []) }
    run.cancel()
    try await run.value
  }

  private struct Cancellations: JobHooks {
    let journal: Record<String>
    func onCancel(_ end: JobEnd) async throws { journal.add("\(end.job.id) was cancelled") }
  }

  @Test func `T10 a runner that fails is started again by its supervisor, and what it ran runs again, counted`()
    async throws
  {
    let journal = Record<String>()
    let handler = JobHandler(kind: "work") { [gate] _, context in
      journal.add("attempt \(context.attempt), crashes \(context.job.crashes)")
      if context.attempt == 1, context.id == 1 { await gate.pass() }
      return .complete
    }
    let runner = try JobRunner(store, handlers: [handler], queues: [.init(workers: 2)])
    let events = JobRecorder(runner)
    let app = Supervisor("app", timeline: fixture.time, children: [Child("jobs", backoff: .none) { runner }])
    try await running(app) {
      try await fixture.enqueue()
      await gate.waitFor(1)
      let node = runner.snapshot.node
      store.fail(.exchange, with: StoreError(.closed, store: "faulty", "its process ended"), times: 1)
      try await fixture.enqueue { $0.start = .after(.seconds(3600)) }
      await events.wait(for: "completed", of: 1)
      #expect(runner.snapshot.node != node)
      gate.open()
      #expect(journal.all == ["attempt 1, crashes 0", "attempt 2, crashes 1"])
      #expect(try await queue.failures(of: 1).map(\.kind) == [.crash])
      #expect(try await queue.get(1)?.attempt == 2)
    }
  }
}
