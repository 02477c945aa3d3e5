public import ServiceLifecycle

extension Child {
  /// A service, made anew for each generation and published to a handle before its `run()` is entered.
  ///
  /// The other parameters are those of ``init(_:restart:backoff:shutdown:readiness:startDeadline:heartbeat:limit:significant:startMayFail:autostart:_:)``.
  public init<Instance: Service>(
    _ id: String, handle: ChildHandle<Instance>, restart: RestartPolicy = .permanent, backoff: Backoff = .standard,
    shutdown: ShutdownPolicy = .standard, readiness: Readiness = .onEntry, startDeadline: Duration = .seconds(30),
    heartbeat: Duration? = nil, limit: FailureLimit? = nil, significant: Bool = false, startMayFail: Bool = false,
    autostart: Bool = true, _ make: @escaping @Sendable () async throws -> Instance
  ) {
    var options = Options(
      restart, backoff, shutdown, readiness, startDeadline, heartbeat, limit, significant, startMayFail, autostart)
    let readyOnRun = options.takeReadinessOnRun()
    self.init(id, options: options) { context in
      let instance = try await make()
      context.publish(instance, to: handle)
      try await ServiceRun(context: context, readyOnRun: readyOnRun).run(instance)
    }
  }
}
