import Logging
public import ServiceLifecycle

extension Child {
  /// A closure that says itself when it is ready.
  ///
  /// - Parameters: see ``Child/Options``. The closure must call ``ChildContext/ready()`` within `startDeadline`, unless
  ///   another `readiness` is chosen.
  public static func task(
    _ id: String, restart: RestartPolicy = .permanent, backoff: Backoff = .standard,
    shutdown: ShutdownPolicy = .standard,
    readiness: Readiness = .signalled, startDeadline: Duration = .seconds(30), heartbeat: Duration? = nil,
    limit: FailureLimit? = nil, significant: Bool = false, startMayFail: Bool = false, autostart: Bool = true,
    _ body: @escaping Body
  ) -> Child {
    Child(
      id,
      options: Options(
        restart, backoff, shutdown, readiness, startDeadline, heartbeat, limit, significant, startMayFail, autostart),
      body: body)
  }

  /// A closure that is ready as soon as it is entered.
  public static func task(
    _ id: String, restart: RestartPolicy = .permanent, backoff: Backoff = .standard,
    shutdown: ShutdownPolicy = .standard,
    startDeadline: Duration = .seconds(30), limit: FailureLimit? = nil, significant: Bool = false,
    startMayFail: Bool = false, autostart: Bool = true, _ body: @escaping @Sendable () async throws -> Void
  ) -> Child {
    Child(
      id,
      options: Options(
        restart, backoff, shutdown, .onEntry, startDeadline, nil, limit, significant, startMayFail, autostart)
    ) { _ in try await body() }
  }

  /// A ServiceLifecycle service, made anew for each generation (L2).
  ///
  /// It runs in a `ServiceGroup` of its own, so that a graceful shutdown reaches it alone and at its turn (L6). It is
  /// ready when its `run()` is entered; with `readiness: .signalled` it says so itself through
  /// ``ChildContext/current``. A supervisor from the factory becomes a subtree, ready when its children are.
  public init(
    _ id: String, restart: RestartPolicy = .permanent, backoff: Backoff = .standard,
    shutdown: ShutdownPolicy = .standard,
    readiness: Readiness = .onEntry, startDeadline: Duration = .seconds(30), heartbeat: Duration? = nil,
    limit: FailureLimit? = nil, significant: Bool = false, startMayFail: Bool = false, autostart: Bool = true,
    _ make: @escaping @Sendable () async throws -> any Service
  ) {
    var options = Options(
      restart, backoff, shutdown, readiness, startDeadline, heartbeat, limit, significant, startMayFail, autostart)
    let readyOnRun = options.takeReadinessOnRun()
    self.init(id, options: options) { context in
      try await ServiceRun(context: context, readyOnRun: readyOnRun).run(make())
    }
  }

  /// A subtree: a supervisor of any kind. It is stopped within its own bound (``SupervisionTree/shutdownBound``).
  public static func supervisor(
    _ supervisor: some SupervisionTree, restart: RestartPolicy = .permanent, backoff: Backoff = .standard,
    startDeadline: Duration = .seconds(300), limit: FailureLimit? = nil, significant: Bool = false,
    startMayFail: Bool = false, autostart: Bool = true
  ) -> Child {
    var options = Options(
      restart, backoff, .standard, .signalled, startDeadline, nil, limit, significant, startMayFail, autostart)
    options.kind = .supervisor
    options.shutdown = ShutdownPolicy(grace: supervisor.shutdownBound + .seconds(1), cancellation: .seconds(1))
    return Child(supervisor.name, options: options) { context in
      try await ServiceRun(context: context, readyOnRun: true).run(supervisor)
    }
  }
}

extension Child.Options {
  init(
    _ restart: RestartPolicy, _ backoff: Backoff, _ shutdown: ShutdownPolicy, _ readiness: Readiness,
    _ startDeadline: Duration, _ heartbeat: Duration?, _ limit: FailureLimit?, _ significant: Bool,
    _ startMayFail: Bool, _ autostart: Bool
  ) {
    self.restart = restart
    self.backoff = backoff
    self.shutdown = shutdown
    self.readiness = readiness
    self.startDeadline = startDeadline
    self.heartbeat = heartbeat
    self.limit = limit
    self.significant = significant
    self.startMayFail = startMayFail
    self.autostart = autostart
  }
}

extension Child.Options {
  /// The options of a service: its factory runs first, so entering the body is not yet entering `run()`.
  mutating func takeReadinessOnRun() -> Bool {
    guard case .onEntry = readiness else { return false }
    readiness = .signalled
    return true
  }
}

extension Supervisor {
  /// How long a stop of it may take: the sum of its children's deadlines, at most 60 s, or what it was told.
  public var shutdownBound: Duration {
    plan.isDynamic
      ? plan.shutdown ?? SupervisorPlan.longestShutdown
      : plan.shutdownBound(of: plan.children.lazy.map { $0.options.shutdown })
  }
}

/// Runs one service as a generation of a child.
struct ServiceRun {
  let context: ChildContext
  let readyOnRun: Bool

  func run(_ service: any Service) async throws {
    try await ChildContext.$current.withValue(context) {
      if let tree = service as? any SupervisionTree { return try await run(tree) }
      try await withLogger(context.logger) { _ in try await runGrouped(service) }
    }
  }

  /// A subtree takes its stop from its parent only (L14), and says itself when it is ready.
  private func run(_ tree: any SupervisionTree) async throws {
    if let subtree = tree as? any Subtree { return try await subtree.run { stop in context.onStop(stop) } }
    context.onStop { tree.stop() }
    try await tree.run()
  }

  /// The only public way to give one service a shutdown scope of its own (L6).
  private func runGrouped(_ service: any Service) async throws {
    let configuration = ServiceGroupConfiguration(
      services: [
        .init(
          service: service, successTerminationBehavior: .gracefullyShutdownGroup,
          failureTerminationBehavior: .cancelGroup)
      ], logger: context.logger)
    let group = ServiceGroup(configuration: configuration)
    context.onStop { Task { await group.triggerGracefulShutdown() } }
    if readyOnRun { context.ready() }
    try await group.run()
  }
}
