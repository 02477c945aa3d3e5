#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
public import ServiceLifecycle
import Synchronization

/// Takes jobs from a store and runs them: as many at once as its queues have workers, each in a task of its own.
///
/// ```swift
/// let runner = try JobRunner(
///   store,
///   handlers: [.on(SendWelcome.self) { job, context in try await mailer.welcome(job.user) }],
///   queues: [.init("mail", workers: 8), .init("default")])
/// let app = Supervisor("app", children: [Child("jobs", shutdown: .within(.seconds(40))) { runner }])
/// ```
///
/// It is a ServiceLifecycle `Service`: run it by itself, in a `ServiceGroup`, or as a child of a ``Supervisor``. It may be
/// run again after it ended; each run is a new node to the store. A graceful shutdown drains it: it takes nothing more,
/// returns what did not begin, waits for what runs up to ``Options/drain``, then cancels that and returns it without using
/// an attempt (D1). Cancelling its task does the same without the wait. It always ends.
///
/// A handler that stops neither at its timeout nor when it is cancelled loses its worker after the policy's grace; its
/// task is counted as abandoned, and whatever it returns is ignored. A pool with too many of those takes no more work.
public final class JobRunner: Service {
  /// How a runner behaves beyond its queues.
  public struct Options: Sendable {
    /// What people call the node. Default `holdfast-` and the process's number.
    public var name = "holdfast-\(ProcessInfo.processInfo.processIdentifier)"
    /// Jobs that the node may have at once, running and reserved, ≥ 1. Default 1,000.
    public var window = 1000
    /// How long before its due time a job may be taken, so that it starts at its moment; ≥ 0. Default 1 s.
    public var lookahead = Duration.seconds(1)
    /// How long a graceful shutdown waits for what runs, ≥ 0. Default 30 s.
    public var drain = Duration.seconds(30)
    /// How long the node may be silent, while it has jobs, before others take them over; ≥ 1 s. Default 30 s.
    public var lease = Duration.seconds(30)
    /// Waiting jobs that are looked at when the node starts, whether its handlers can decode them; ≥ 0. What cannot be
    /// decoded is logged and stays in ``JobRunnerSnapshot/unreadable``; see ``JobQueue/unreadable(by:limit:)``. Default
    /// 1,000.
    public var checked = 1000

    /// The defaults.
    public init() {}
  }

  private struct State {
    var queues: [QueueConfiguration]
    var node: RunnerNode?
    /// A stop that came before there was a node to stop.
    var stop: Duration?
  }

  let setup: RunnerSetup
  private let gate = RunGate()
  private let state: Mutex<State>

  /// A runner; nothing happens before ``run()``.
  ///
  /// - Parameters:
  ///   - store: Where the jobs are. Its clock is the runner's.
  ///   - handlers: What runs them, one for each kind.
  ///   - queues: The workers. Default the queue `default` with as many as the machine has cores.
  ///   - hooks: Called at the turns of each job's life, in order. Default none.
  ///   - middleware: Stands around each attempt, the first outermost. Default none.
  ///   - isolation: Runs handlers of policy ``JobIsolation/process``. Default none.
  ///   - options: Everything else.
  /// - Throws: ``JobRefused`` for two handlers of one kind, an isolated one without a pool of processes, a queue that is
  ///   there twice, and names or numbers out of range.
  public init(
    _ store: any JobStore, handlers: [JobHandler], queues: [QueueConfiguration] = [QueueConfiguration()],
    hooks: [any JobHooks] = [], middleware: [any JobMiddleware] = [], isolation: (any JobProcessPool)? = nil,
    options: Options = Options()
  ) throws(JobRefused) {
    try QueueConfiguration.validate(queues)
    try options.validate()
    setup = RunnerSetup(
      store: store, handlers: try Self.table(of: handlers, isolation), hooks: hooks, middleware: middleware,
      processes: isolation, options: options, metrics: RunnerMetrics(runner: options.name))
    state = Mutex(State(queues: queues))
  }

  private static func table(
    of handlers: [JobHandler], _ isolation: (any JobProcessPool)?
  ) throws(JobRefused) -> [String: JobHandler] {
    var table: [String: JobHandler] = [:]
    for handler in handlers {
      try JobRefused.check(name: handler.kind, as: "kind")
      guard table.updateValue(handler, forKey: handler.kind) == nil else {
        throw JobRefused("handlers", "has two for kind '\(handler.kind)'; each kind has one handler")
      }
      try handler.policy.validate(kind: handler.kind)
      if handler.policy.isolation == .process, isolation == nil {
        throw JobRefused(
          "isolation",
          "is missing: kind '\(handler.kind)' runs in processes of its own; pass a pool of them, or use isolation: .task"
        )
      }
    }
    return table
  }

  /// Runs jobs until it is asked to stop.
  ///
  /// While the store cannot be reached it waits and tries again, visibly (P2). A second `run()` at the same time waits for
  /// the first to end.
  ///
  /// - Throws: ``StoreError`` when the store refuses the node for good, or was closed; whatever the pool of processes
  ///   threw at its start; `CancellationError` when cancelled while it waited for its turn.
  public func run() async throws {
    try await gate.enter()
    defer { gate.leave() }
    do { try await setup.processes?.start() } catch {
      await setup.processes?.stop()
      throw error
    }
    let (node, stop) = enter()
    if let stop { node.stop(within: stop) }
    let result = await withTaskCancellationHandler {
      await withGracefulShutdownHandler {
        await node.live()
      } onGracefulShutdown: { [drain = setup.options.drain] in
        Task.detached { node.stop(within: drain) }
      }
    } onCancel: {
      Task.detached { node.stop(within: .zero) }
    }
    state.withLock { $0.node = nil }
    await setup.processes?.stop()
    try result.get()
  }

  private func enter() -> (RunnerNode, stop: Duration?) {
    state.withLock { state in
      let node = RunnerNode(setup, queues: state.queues)
      state.node = node
      return (node, state.stop.take())
    }
  }

  var node: RunnerNode? { state.withLock { $0.node } }

  /// Changes the workers, as the complete set (P5): queues that are not named stop taking, and what they had in reserve
  /// goes back; what runs goes on. Holds for later runs too.
  ///
  /// - Throws: ``JobRefused`` for a queue that is there twice, and names or numbers out of range; nothing changes then.
  public func reconfigure(_ queues: [QueueConfiguration]) throws(JobRefused) {
    try QueueConfiguration.validate(queues)
    let node = state.withLock { state in
      state.queues = queues
      return state.node
    }
    node?.reconfigure(queues)
  }

  /// Begins to stop, as a graceful shutdown does. While it does not run, this holds for its next run, which ends at once.
  ///
  /// - Parameter drain: How long to wait for what runs. Default ``Options/drain``.
  public func stop(within drain: Duration? = nil) {
    let duration = drain ?? setup.options.drain
    let node = state.withLock { state in
      if state.node == nil { state.stop = duration }
      return state.node
    }
    node?.stop(within: duration)
  }

  /// What it is doing.
  public var snapshot: JobRunnerSnapshot {
    node?.snapshot
      ?? JobRunnerSnapshot(
        node: nil, name: setup.options.name, mode: .stopped, handles: setup.handlers.mapValues(\.version))
  }

  /// What happens to jobs on this node from now on.
  ///
  /// - Parameter buffer: Events held for a slow subscriber; the oldest are dropped, and counted. Default 1,024.
  public func events(buffer: Int = 1024) -> some AsyncSequence<FeedItem<JobEvent>, Never> & Sendable {
    setup.events.broadcast.subscribe(capacity: buffer)
  }
}

extension JobRunner.Options {
  func validate() throws(JobRefused) {
    try JobRefused.check(name: name, as: "name")
    guard window >= 1 else { throw JobRefused("window", "is \(window); at least 1 is needed") }
    guard lookahead >= .zero else { throw JobRefused("lookahead", "is \(lookahead); it cannot be negative") }
    guard drain >= .zero else { throw JobRefused("drain", "is \(drain); it cannot be negative") }
    guard checked >= 0 else { throw JobRefused("checked", "is \(checked); it cannot be negative, and 0 is for none") }
    guard lease >= .seconds(1) else { throw JobRefused("lease", "is \(lease); at least 1 s is needed") }
  }
}

extension JobPolicy {
  /// Checks what a runner uses of it; the rest is checked with each job.
  fileprivate func validate(kind: String) throws(JobRefused) {
    if let timeout, timeout <= .zero {
      throw JobRefused("timeout", "of kind '\(kind)' is \(timeout); leave it out for none")
    }
    if let heartbeat, heartbeat <= .zero {
      throw JobRefused("heartbeat", "of kind '\(kind)' is \(heartbeat); leave it out for none")
    }
  }
}
