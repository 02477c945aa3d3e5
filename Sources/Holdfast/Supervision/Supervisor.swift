import ServiceLifecycle
import Synchronization

/// Keeps its children running, in order, within limits: OTP's supervisor for Swift tasks.
///
/// ```swift
/// let app = Supervisor("app", strategy: .restForOne, children: [
///   Child("pool") { ConnectionPool(url) },
///   .task("ingest", restart: .transient) { context in
///     let events = try await connect()
///     context.ready()
///     for try await event in events { try await handle(event) }
///   },
/// ])
/// try await app.run()
/// ```
///
/// It is a ServiceLifecycle `Service`: run it by itself, in a `ServiceGroup`, or as a child of another supervisor. It
/// stops its children in reverse order on graceful shutdown *and* on cancellation (L3), always ends (L10), may be run
/// again after it ended, and every call is safe from any task, children included.
public final class Supervisor: Subtree {
  /// The last part of its path.
  public let name: String
  /// The clock it lives by.
  public let timeline: any Timeline

  let plan: SupervisorPlan
  let around: Around?
  let hub = Broadcast<SupervisionEvent>()
  let metrics: SupervisorMetrics
  let gate = RunGate()
  let state: Mutex<DriverState>
  let eventNumber = Atomic<UInt64>(0)

  /// Wraps each generation of each child, for example to bind task-local values; it must call `body` once.
  public typealias Around = @Sendable (_ context: ChildContext, _ body: () async throws -> Void) async throws -> Void

  /// A supervisor of these children; nothing runs before ``run()``.
  ///
  /// - Parameters:
  ///   - name: Names it in paths, logs and metrics.
  ///   - strategy: Which children restart together. Default ``Strategy/oneForOne``.
  ///   - intensity: How many restarts it tolerates. Default five immediate ones in 30 s, then escalate.
  ///   - autoShutdown: Whether significant children end it. Default ``AutoShutdown/never``.
  ///   - maxChildren: The most children it may have, ≥ 0. Default no limit.
  ///   - shutdown: The longest a whole stop may take. Default the sum of the children's deadlines, at most 60 s.
  ///   - timeline: The clock. Default real time.
  ///   - random: The source of jitter. Default the system's.
  ///   - around: Wraps each generation of each child. Default nothing.
  ///   - children: In start order.
  public convenience init(
    _ name: String, strategy: Strategy = .oneForOne, intensity: Intensity = .standard,
    autoShutdown: AutoShutdown = .never, maxChildren: Int = .max, shutdown: Duration? = nil,
    timeline: any Timeline = .system, random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
    around: Around? = nil, children: [Child] = []
  ) {
    var plan = SupervisorPlan()
    plan.strategy = strategy
    plan.intensity = intensity
    plan.autoShutdown = autoShutdown
    plan.maxChildren = maxChildren
    plan.shutdown = shutdown
    plan.children = children
    self.init(name, plan, timeline: timeline, random: random, around: around)
  }

  init(
    _ name: String, _ plan: SupervisorPlan, timeline: any Timeline = .system,
    random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(), around: Around? = nil
  ) {
    self.name = name
    self.plan = plan
    self.timeline = timeline
    self.around = around
    metrics = SupervisorMetrics(supervisor: name)
    state = Mutex(DriverState(machine: SupervisorMachine(plan, random: random), path: name))
  }

  /// Checks the whole specification without running anything (OTP's `check_childspecs`).
  ///
  /// - Throws: ``SupervisorError`` with ``SupervisorError/Code/invalidSpecification``, naming the child and the remedy.
  public func validate() throws(SupervisorError) {
    do { try plan.validate() } catch { throw located(error) }
  }

  /// Starts the children in order and keeps them running until it is asked to stop.
  ///
  /// A second `run()` at the same time waits for the first to end (G1). Cancelling its task stops it in order; cancelling
  /// it when it is stopping already, or as the last step of a parent's stop, hurries it (see ``hurry()``).
  ///
  /// - Throws: ``SupervisorError`` when the specification is invalid, a first start failed (S24), or a restart limit
  ///   escalated (S10); `CancellationError` when cancelled while it waited for its turn. After a stop it returns.
  public func run() async throws {
    try await run { _ in }
  }

  /// Runs, and says how to stop this very run as soon as that is possible.
  func run(onEntry: (_ stop: @escaping @Sendable () -> Void) -> Void) async throws {
    try validate()
    try await gate.enter()
    defer { gate.leave() }
    let number = attach(to: ChildContext.current)
    defer { detach() }
    onEntry { self.stop(run: number) }
    // The handlers run under locks of others, and a stop runs the children's own handlers.
    let error = await withTaskCancellationHandler {
      await withGracefulShutdownHandler {
        await withCheckedContinuation { begin($0) }
      } onGracefulShutdown: {
        Task.detached { self.stop(run: number) }
      }
    } onCancel: {
      Task.detached { self.cancel(run: number) }
    }
    if let error { throw error }
  }

  /// Asks it to stop, in order and within the deadlines. Returns at once; ``run()`` returns when it is done.
  ///
  /// Before a run it has no effect; a second call has none either (L9).
  public func stop() {
    stop(run: nil)
  }

  private func stop(run number: UInt64?) {
    withState { state, now in
      guard number ?? state.runs == state.runs else { return }
      state.stop(at: now)
    }
  }

  /// The first word is a stop like any other; the second, or the last one of a parent, makes it quick. A subtree leaves
  /// its parent some of its time, so that it can still end by itself rather than be abandoned.
  private func cancel(run number: UInt64) {
    let patience = lastPatience
    withState { state, now in
      guard number == state.runs else { return }
      let isLastWord = patience != nil || state.machine.isStopping
      state.stop(at: now)
      guard isLastWord else { return }
      state.machine.hurry(at: now, within: patience.map { min($0 * 3 / 4, .seconds(1)) } ?? .seconds(1))
    }
  }

  /// Makes a stop under way quicker: everything still running is cancelled at once and abandoned after a second.
  public func hurry() {
    withMachine { $0.hurry(at: $1) }
  }

  /// Suspends until every child has had its turn in the present or the next run; returns when cancelled, too.
  public func untilStarted() async {
    let feed = events(buffer: 64)
    if state.withLock({ $0.machine.hasStarted }) { return }
    for await item in feed {
      if case .item(let event) = item, event.supervisor == path, event.name == "supervisorStarted" { return }
      if state.withLock({ $0.machine.hasStarted }) { return }
    }
  }

  /// What happens in this supervisor and everything below it, from now on.
  ///
  /// - Parameter buffer: Events held for a slow reader, ≥ 1; when it is full the oldest give way to a marker.
  public func events(buffer: Int = 1024) -> Feed<SupervisionEvent> {
    hub.subscribe(capacity: buffer)
  }
}
