import Logging
public import ServiceLifecycle
import Synchronization

/// Named conditions that are set or clear, those that follow from them by rule, what is done about them, and who is told.
///
/// ```swift
/// var configuration = AlarmConfiguration()
/// configuration.rules = [
///   AlarmRule("wifi.unstable", .warning,
///     when: .debounce("wifi.down", .seconds(15)) || .intensity("wifi.down", 2, within: .seconds(60)),
///     remedy: .run(timeout: .seconds(60), retry: .after(.seconds(60))) { incident in try await radio.reset() })
/// ]
/// let alarms = try Alarms(store, configuration)
/// let app = Supervisor("app", children: [Child("alarms") { alarms }])
/// try await alarms.set(AlarmID("wifi.down"), "no carrier")
/// ```
///
/// It is a ServiceLifecycle `Service`: run it by itself, in a `ServiceGroup`, or as a child of a ``Supervisor``. A call
/// that returns has committed; what is asked while a commit runs goes together into the next one. Another run, of this
/// process or the next, goes on as if nothing had happened: states, timers, incidents, mutes and remedies are in the
/// store, and what came due meanwhile happens at its own instant (AL43). While the store cannot be reached, alarms go on
/// in memory, are stored as soon as it can, and `store.unavailable` is set.
///
/// One service at a time uses a store, which refuses others (``RecordStore/hold(_:)``).
public final class Alarms: Service {
  /// How the service behaves beyond its configuration.
  public struct Options: Sendable {
    /// What the engine holds at most.
    public var limits = AlarmEngine.Limits()
    /// How long a call waits for the service to run, ≥ 0. Default 5 s (AL11).
    public var patience = Duration.seconds(5)

    /// The defaults.
    public init() {}
  }

  /// Reports that are kept until the service runs (AL10).
  static let mostEarlyReports = 1024

  struct State {
    /// What the next run begins with; the present one may have another by now.
    var configuration: AlarmConfiguration
    var node: AlarmNode?
    var early: [AlarmReport] = []
    /// Early reports that there was no room for.
    var lost = 0
    var waiters: [UInt64: CheckedContinuation<AlarmNode?, Never>] = [:]
    var lastWaiter: UInt64 = 0
    /// Why there is no node yet, if it is the store.
    var trouble: StoreError?
  }

  /// Where everything is kept. Its clock is the service's.
  public let store: any RecordStore
  let options: Options
  let board = AlarmBoard()
  let subscribers = AlarmSubscribers()
  let state: Mutex<State>
  private let gate = RunGate()

  /// A service; nothing happens before ``run()``.
  ///
  /// - Throws: ``AlarmError`` for whatever does not fit in the configuration.
  public init(
    _ store: any RecordStore, _ configuration: AlarmConfiguration = AlarmConfiguration(), options: Options = Options()
  ) throws(AlarmError) {
    self.store = store
    self.options = options
    var trial = AlarmDesk(engine: AlarmEngine(limits: options.limits))
    try trial.configure(configuration, at: AlarmTime(of: store.clock))
    state = Mutex(State(configuration: configuration))
  }

  deinit { subscribers.finish() }

  /// Serves until it is asked to stop.
  ///
  /// While the store cannot be reached at the start it waits and tries again, visibly. A second `run()` at the same time
  /// waits for the first to end.
  ///
  /// - Throws: ``StoreError`` when the store was closed, or refuses for good, as `locked` while another service runs on
  ///   it; `CancellationError` when cancelled while it waited for its turn.
  public func run() async throws {
    try await gate.enter()
    defer { gate.leave() }
    let hold = try await hold()
    defer { hold.cancel() }
    guard let stored = try await load() else { return }
    let runs = RemedyRuns(timeline: store.clock)
    let node = open(stored, runs)
    ChildContext.current?.ready()
    // Tasks of their own, so that nothing cuts the last commit short; a graceful shutdown reaches the supervisor itself.
    let supervision = Task { try await runs.supervisor.run() }
    let result = await withTaskCancellationHandler {
      await serve(node, supervision)
    } onCancel: {
      supervision.cancel()
    }
    try result.get()
  }

  private func serve(_ node: AlarmNode, _ supervision: Task<Void, any Error>) async -> Result<Void, any Error> {
    let opening = Task { [runs = node.runs] in
      await runs.supervisor.root.untilStarted()
      if !Task.isCancelled { runs.open() }
    }
    let committer = Task.detached { [supervisor = node.runs.supervisor] in
      let error = await node.commitUntilClosed()
      if error?.code == .closed { supervisor.stop() }
      return error
    }
    let wallWatch = store.clock.watchWall { [weak node] in node?.wakeUp() }
    let pruning = Task { await pruneHistory(of: node) }
    let end = await supervision.result
    wallWatch.cancel()
    pruning.cancel()
    opening.cancel()
    state.withLock { $0.node = nil }
    node.close()
    let error = await committer.value
    node.finish(error)
    keepConfiguration(of: node)
    if let error, error.code == .closed { return .failure(error) }
    return end
  }

  /// The desk has heard every change in order, and hears no more.
  private func keepConfiguration(of node: AlarmNode) {
    if let configuration = node.configuration { state.withLock { $0.configuration = configuration } }
  }
}
