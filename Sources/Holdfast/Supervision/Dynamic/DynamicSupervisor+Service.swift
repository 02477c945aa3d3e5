public import ServiceLifecycle

extension DynamicSupervisor {
  /// Children that are services, made anew for each generation from the child's argument.
  ///
  /// The parameters are those of ``init(_:template:intensity:maxChildren:shutdown:timeline:around:body:)``; a service is
  /// ready when its `run()` is entered, unless the template says otherwise.
  public convenience init(
    _ name: String, template: Child.Options = Child.Options(), intensity: Intensity = .standard,
    maxChildren: Int = .max, shutdown: Duration? = nil, timeline: any Timeline = .system,
    around: Supervisor.Around? = nil, service make: @escaping @Sendable (Argument) async throws -> any Service
  ) {
    var template = template
    let readyOnRun = template.takeReadinessOnRun()
    self.init(
      name, template: template, intensity: intensity, maxChildren: maxChildren, shutdown: shutdown, timeline: timeline,
      around: around
    ) { argument, context in
      try await ServiceRun(context: context, readyOnRun: readyOnRun).run(make(argument))
    }
  }
}

extension DynamicSupervisor {
  /// The last part of its path.
  public var name: String { root.name }

  /// How long a stop may take: what it was told, or the template's own deadline.
  public var shutdownBound: Duration { root.shutdownBound }

  /// Asks it to stop: all children at once. Returns at once; see ``Supervisor/stop()``.
  public func stop() { root.stop() }

  /// The whole tree, as it is now.
  public func snapshot() -> SupervisorSnapshot { root.snapshot() }

  /// What happens in it, from now on; see ``Supervisor/events(buffer:)``.
  public func events(buffer: Int = 1024) -> Feed<SupervisionEvent> { root.events(buffer: buffer) }
}
