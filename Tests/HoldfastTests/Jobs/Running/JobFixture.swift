import Foundation
import Holdfast
import HoldfastTesting
import Synchronization

/// What happened to jobs on a runner, in order, and a way to wait for it.
final class JobRecorder: Sendable {
  private let record = Record<JobEvent>()
  private let listening: Watch

  init(_ runner: JobRunner) {
    listening = record.listen(to: runner.events(buffer: 100_000), \.element)
  }

  var all: [JobEvent] { record.all }
  var names: [String] { all.map(\.name) }

  func names(of job: JobID) -> [String] { all.filter { $0.job == job }.map(\.name) }

  func wait(until matches: @escaping @Sendable ([JobEvent]) -> Bool) async { await record.wait(until: matches) }

  /// Waits for the n-th event of a name, of one job or of any.
  func wait(for name: String, _ count: Int = 1, of job: JobID? = nil) async {
    await wait { seen in seen.count { $0.name == name && (job ?? $0.job) == $0.job } >= count }
  }
}

/// A store in memory on virtual time, and a runner around a test.
struct JobFixture {
  let time = VirtualTimeline()
  let store: MemoryStore
  let queue: JobQueue

  init() {
    store = MemoryStore(clock: time)
    queue = JobQueue(store)
  }

  /// Runs a runner: started before, drained after.
  func running(
    _ handlers: [JobHandler], queues: [QueueConfiguration] = [.init(workers: 4)], hooks: [any JobHooks] = [],
    middleware: [any JobMiddleware] = [], isolation: (any JobProcessPool)? = nil,
    options: JobRunner.Options = JobRunner.Options(),
    _ body: (JobRunner, JobRecorder) async throws -> Void
  ) async throws {
    let runner = try JobRunner(
      store, handlers: handlers, queues: queues, hooks: hooks, middleware: middleware, isolation: isolation,
      options: options)
    let recorder = JobRecorder(runner)
    let run = Task { try await runner.run() }
    while try await store.nodes().isEmpty { await Task.yield() }
    do {
      try await body(runner, recorder)
    } catch {
      runner.stop(within: .zero)
      throw error
    }
    runner.stop(within: .zero)
    try await run.value
  }

  @discardableResult
  func enqueue(
    _ kind: String = "work", _ payload: String = "{}", policy: JobPolicy = JobPolicy(),
    _ change: (inout JobOptions) -> Void = { _ in }
  ) async throws -> JobID {
    var options = JobOptions()
    change(&options)
    return try await queue.enqueue(kind: kind, payload: Data(payload.utf8), policy: policy, options: options).id
  }
}

/// A gate that handlers wait at.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var arrived = 0
    var waiters: [CheckedContinuation<Void, Never>] = []
    var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  /// How many came.
  var arrived: Int { state.withLock { $0.arrived } }

  /// Waits until it opens, whatever happens to the task.
  func pass() async {
    await withCheckedContinuation { continuation in
      let (isOpen, watchers) = state.withLock { state in
        state.arrived += 1
        if !state.isOpen { state.waiters.append(continuation) }
        let count = state.arrived
        let ready = state.watchers.filter { $0.count <= count }
        state.watchers.removeAll { $0.count <= count }
        return (state.isOpen, ready)
      }
      if isOpen { continuation.resume() }
      for watcher in watchers { watcher.continuation.resume() }
    }
  }

  func open() {
    let waiters = state.withLock { state in
      state.isOpen = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Waits until so many have come.
  func waitFor(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.arrived >= count { return true }
        state.watchers.append((count, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }
}
