public import ServiceLifecycle

extension TableSupervisor where Instance: Service {
  /// A service for each row, made anew for each generation; ``get(_:)`` returns it.
  ///
  /// - Parameters:
  ///   - name: Names it in paths, logs and metrics.
  ///   - table: What should run.
  ///   - options: How each child is restarted and stopped. Default ``Child/Options/row``.
  ///   - policy: When it looks at the table. Default at changes and every minute.
  ///   - intensity: How many restarts it tolerates. Default any number, because rows have nothing to do with each other.
  ///   - maxChildren: The most children at a time, ≥ 0. Default no limit.
  ///   - shutdown: The longest a whole stop may take. Default a child's own deadline, at most 60 s.
  ///   - timeline: The clock. Default real time.
  ///   - around: Wraps each generation of each child. Default nothing.
  ///   - make: Makes a fresh instance from a row.
  public convenience init(
    _ name: String, _ table: Table, options: Child.Options = .row, policy: TablePolicy = .standard,
    intensity: Intensity = .unlimited, maxChildren: Int = .max, shutdown: Duration? = nil,
    timeline: any Timeline = .system, around: Supervisor.Around? = nil,
    _ make: @escaping @Sendable (Table.Value) async throws -> Instance
  ) {
    var options = options
    let readyOnRun = options.takeReadinessOnRun()
    self.init(
      name, table, options: options, policy: policy, intensity: intensity, maxChildren: maxChildren,
      shutdown: shutdown, timeline: timeline, around: around
    ) { value, context, handle in
      let instance = try await make(value)
      context.publish(instance, to: handle)
      try await ServiceRun(context: context, readyOnRun: readyOnRun).run(instance)
    }
  }
}

extension TableSupervisor where Instance == Void {
  /// A closure for each row; the parameters are those of the other initialiser.
  public convenience init(
    _ name: String, _ table: Table, options: Child.Options = .row, policy: TablePolicy = .standard,
    intensity: Intensity = .unlimited, maxChildren: Int = .max, shutdown: Duration? = nil,
    timeline: any Timeline = .system, around: Supervisor.Around? = nil,
    body: @escaping @Sendable (Table.Value, ChildContext) async throws -> Void
  ) {
    self.init(
      name, table, options: options, policy: policy, intensity: intensity, maxChildren: maxChildren,
      shutdown: shutdown, timeline: timeline, around: around
    ) { value, context, handle in
      context.publish((), to: handle)
      try await ChildContext.$current.withValue(context) { try await body(value, context) }
    }
  }
}

extension Child.Options {
  /// The default of a table's rows: everything standard, but ``RestartPolicy/transient``.
  public static let row = Child.Options().with { $0.restart = .transient }
}

extension Child {
  /// A subtree that keeps running exactly what a table says, one service for each row; see ``TableSupervisor``.
  public static func table<Table: ChildTable, Instance: Service>(
    _ name: String, _ table: Table, options: Child.Options = .row, policy: TablePolicy = .standard,
    _ make: @escaping @Sendable (Table.Value) async throws -> Instance
  ) -> Child {
    .supervisor(TableSupervisor(name, table, options: options, policy: policy, make))
  }

  /// A subtree that keeps running exactly what a table says, one closure for each row; see ``TableSupervisor``.
  public static func table<Table: ChildTable>(
    _ name: String, _ table: Table, options: Child.Options = .row, policy: TablePolicy = .standard,
    body: @escaping @Sendable (Table.Value, ChildContext) async throws -> Void
  ) -> Child {
    .supervisor(TableSupervisor(name, table, options: options, policy: policy, body: body))
  }
}
