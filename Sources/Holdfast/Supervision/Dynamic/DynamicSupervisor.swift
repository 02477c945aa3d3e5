import Synchronization

/// Any number of children of one template, added and ended while it runs (OTP's `simple_one_for_one`, Elixir's
/// `DynamicSupervisor`; S5, S22, S34).
///
/// ```swift
/// let sessions = DynamicSupervisor<Connection>("sessions", maxChildren: 10_000) { connection, context in
///   try await serve(connection)
/// }
/// try await sessions.startChild(connection)
/// ```
///
/// Children are named by ascending numbers. One that ended and is not to be restarted is forgotten, with its argument.
/// All of them stop at once, within one shared deadline.
public final class DynamicSupervisor<Argument: Sendable>: Subtree {
  /// What a child runs, made from its argument.
  public typealias Body = @Sendable (Argument, ChildContext) async throws -> Void

  let root: Supervisor
  private let template: Child
  private let body: Body
  private let last = Atomic(0)

  /// A supervisor without children; nothing runs before ``run()``.
  ///
  /// - Parameters:
  ///   - name: Names it in paths, logs and metrics.
  ///   - template: How every child is restarted and stopped. Default: permanent, ready as soon as it is entered.
  ///     A significant template is refused by ``run()`` (S16).
  ///   - intensity: How many restarts it tolerates. Default five immediate ones in 30 s, then escalate.
  ///   - maxChildren: The most children at a time, waiting ones included, ≥ 0. Default no limit.
  ///   - shutdown: The longest a whole stop may take. Default the template's own deadline, at most 60 s.
  ///   - timeline: The clock. Default real time.
  ///   - around: Wraps each generation of each child. Default nothing.
  ///   - body: What a child runs.
  public init(
    _ name: String, template: Child.Options = Child.Options(), intensity: Intensity = .standard,
    maxChildren: Int = .max, shutdown: Duration? = nil, timeline: any Timeline = .system,
    around: Supervisor.Around? = nil, body: @escaping Body
  ) {
    var plan = SupervisorPlan()
    plan.intensity = intensity
    plan.maxChildren = maxChildren
    plan.shutdown = shutdown ?? min(template.shutdown.total ?? SupervisorPlan.longestShutdown, .seconds(60))
    plan.stopOrder = .together
    plan.isDynamic = true
    root = Supervisor(name, plan, timeline: timeline, around: around)
    self.template = Child("template", options: template) { _ in }
    self.body = body
  }

  /// Runs it until it is asked to stop; children can be started from then on. See ``Supervisor/run()``.
  ///
  /// - Throws: ``SupervisorError`` when the template is invalid or a restart limit escalated; `CancellationError`.
  public func run() async throws { try await run { _ in } }

  func run(onEntry: (_ stop: @escaping @Sendable () -> Void) -> Void) async throws {
    do throws(SupervisorError) { try root.plan.validate(template) } catch { throw root.located(error) }
    try await root.run(onEntry: onEntry)
  }

  /// Starts a child for an argument and waits until it is ready.
  ///
  /// A cancelled caller takes the start back.
  ///
  /// - Throws: ``SupervisorError`` with code `notRunning`, `stopping`, `maxChildren`, `invalidSpecification` or
  ///   `startFailed`; the child is forgotten then, unless its template says `startMayFail`.
  @discardableResult
  public func startChild(_ argument: Argument) async throws(SupervisorError) -> DynamicChild {
    let id = String(last.add(1, ordering: .relaxed).newValue)
    let child = Child(id, like: template) { [body] context in try await body(argument, context) }
    return DynamicChild(id: id, started: try await root.startChild(child))
  }

  /// Ends a child, or its pending restart, and waits until it is gone; it is forgotten then.
  ///
  /// - Returns: How it ended; ``Exit/abandoned`` when it did not.
  /// - Throws: ``SupervisorError`` with code `notFound`, `notRunning` or `stopping`.
  @discardableResult
  public func terminateChild(_ id: String) async throws(SupervisorError) -> Exit {
    try await root.terminateChild(id)
  }

  /// How many children there are, in O(1).
  public var counts: Supervisor.Counts { root.counts }

  /// The ids, in start order.
  public var children: [String] { root.children }

  /// The state of one child; nil when there is none of that id.
  public func state(of id: String) -> ChildState? { root.state(of: id) }
}

/// A child of a template.
public struct DynamicChild: Sendable, Hashable {
  /// Names it in every other call.
  public let id: String
  /// Whether it runs, or said that it is not wanted and is forgotten.
  public let started: Supervisor.Started
}
