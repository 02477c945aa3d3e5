import Synchronization

/// Keeps running exactly what a table says (G1–G35): one child for each row, started when the row appears, replaced
/// when its revision changes, stopped when it is gone.
///
/// ```swift
/// let feeds = TableSupervisor("feeds", FeedTable(database)) { feed in FeedReader(feed) }
/// …
/// try await feeds.get("lse").pause()      // the present instance, typed
/// ```
///
/// It looks at the table when it starts, when the table tells of a change, every ``TablePolicy/period`` and on
/// ``reconcile()``. Between two looks each child lives by its own restart policy. A `transient` child (the default) that
/// failed is restarted with backoff; one that *returned* stays down until the next look at its row, so a child ends
/// itself for good by deleting its row and returning (G8, G9). A `permanent` one is restarted at once whatever the table
/// says by then, and stopped as an orphan afterwards. A parked child waits for ``start(_:)`` or for a changed row.
///
/// A pass that fails or times out stops nothing, and neither does a row that cannot be read.
public final class TableSupervisor<Table: ChildTable, Instance: Sendable>: Subtree {
  /// Names a row.
  public typealias Key = Table.Key
  typealias Row = TableRow<Table.Key, Table.Value>
  typealias Body = @Sendable (Table.Value, ChildContext, ChildHandle<Instance>) async throws -> Void

  let root: Supervisor
  let table: Table
  let policy: TablePolicy
  let template: Child
  let templateOfCalls: Child
  let body: Body
  let state: Mutex<TableState<Key, Table.Value, Instance>>
  private let reconciler: Latest<TableSupervisor>

  static var reconcilerID: String { "(reconciler)" }

  init(
    _ name: String, _ table: Table, options: Child.Options, policy: TablePolicy, intensity: Intensity,
    maxChildren: Int, shutdown: Duration?, timeline: any Timeline, around: Supervisor.Around?, body: @escaping Body
  ) {
    let reconciler = Latest<TableSupervisor>()
    var plan = SupervisorPlan()
    plan.intensity = intensity
    plan.maxChildren = maxChildren == .max ? .max : maxChildren + 1
    plan.shutdown = shutdown ?? min(options.shutdown.total ?? SupervisorPlan.longestShutdown, .seconds(60))
    plan.stopOrder = .together
    plan.isDynamic = true
    plan.children = [
      .task(Self.reconcilerID, backoff: Backoff.none, startDeadline: policy.initialWait + .seconds(60)) { context in
        await reconciler.value?.reconcile(until: context)
      }
    ]
    template = Child("row", options: options.with { $0.startMayFail = true }) { _ in }
    templateOfCalls = Child("row", options: options.with { $0.startMayFail = false }) { _ in }
    root = Supervisor(name, plan, timeline: timeline, around: around)
    self.table = table
    self.policy = policy
    self.body = body
    state = Mutex(TableState(lanes: policy.concurrency))
    self.reconciler = reconciler
    reconciler.value = self
  }

  /// Looks at the table, starts its rows and keeps them running until it is asked to stop. See ``Supervisor/run()``.
  ///
  /// As a child it is ready after the first pass and its starts, at the latest after ``TablePolicy/initialWait``.
  ///
  /// - Throws: ``SupervisorError`` when its specification is invalid or a restart limit escalated; `CancellationError`.
  public func run() async throws { try await run { _ in } }

  func run(onEntry: (_ stop: @escaping @Sendable () -> Void) -> Void) async throws {
    do throws(SupervisorError) {
      try policy.validate()
      try root.plan.validate(template)
    } catch { throw root.located(error) }
    try await root.run(onEntry: onEntry)
  }

  /// The last part of its path.
  public var name: String { root.name }

  /// How long a stop may take: what it was told, or a child's own deadline, at most 60 s.
  public var shutdownBound: Duration { root.shutdownBound }

  /// Asks it to stop: all children at once (G29). A table that blocks delays nothing. Returns at once.
  public func stop() { root.stop() }

  /// The whole tree as it is now, with what is known of the table.
  public func snapshot() -> SupervisorSnapshot { root.snapshot() }

  /// What happens in it and below it, from now on; see ``Supervisor/events(buffer:)``.
  public func events(buffer: Int = 1024) -> Feed<SupervisionEvent> { root.events(buffer: buffer) }
}

/// The supervisor's own child leads back to the table supervisor, without keeping it alive.
final class Latest<Object: AnyObject & Sendable>: Sendable {
  private struct Reference { weak var object: Object? }
  private let reference = Mutex(Reference())

  var value: Object? {
    get { reference.withLock { $0.object } }
    set { reference.withLock { $0.object = newValue } }
  }
}

extension Child.Options {
  func with(_ change: (inout Child.Options) -> Void) -> Child.Options {
    var copy = self
    change(&copy)
    return copy
  }
}
