public import Holdfast
import Logging

extension Child {
  /// An operating-system program with all the defaults of ``Program``.
  ///
  /// ```swift
  /// .program("cache", ["redis-server", "--port", "6380"], readiness: .tcp(port: 6380))
  /// ```
  ///
  /// The parameters are those of ``Program`` and of `Child.Options`.
  public static func program(
    _ id: String, _ command: [String], readiness: ProgramReadiness = .onStart, restart: RestartPolicy = .permanent,
    backoff: Backoff = .standard, limit: FailureLimit? = nil, startDeadline: Duration = .seconds(30),
    significant: Bool = false, startMayFail: Bool = false, autostart: Bool = true, monitor: ProgramMonitor? = nil
  ) -> Child {
    var program = Program(command)
    program.readiness = readiness
    return .program(
      id, program, restart: restart, backoff: backoff, limit: limit, startDeadline: startDeadline,
      significant: significant, startMayFail: startMayFail, autostart: autostart, monitor: monitor)
  }

  /// An operating-system program.
  ///
  /// A generation ends normally when the program exits with one of its success statuses, and fails with
  /// ``ProgramFailure`` or, when it could not be started, ``ProgramError``. Its shutdown takes its stop sequence and
  /// two seconds at most.
  ///
  /// The `monitor` shows its process, exits and output over all generations; it belongs to one child, and its own log
  /// options count. By default nobody sees it, and the program's log options count. The other parameters are those of
  /// `Child.Options`.
  public static func program(
    _ id: String, _ program: Program, restart: RestartPolicy = .permanent, backoff: Backoff = .standard,
    limit: FailureLimit? = nil, startDeadline: Duration = .seconds(30), significant: Bool = false,
    startMayFail: Bool = false, autostart: Bool = true, monitor: ProgramMonitor? = nil
  ) -> Child {
    var options = Options()
    options.restart = restart
    options.backoff = backoff
    options.shutdown = ShutdownPolicy(grace: program.stop.total + .seconds(1), cancellation: .seconds(1))
    options.readiness = .signalled
    options.startDeadline = startDeadline
    options.limit = limit
    options.significant = significant
    options.startMayFail = startMayFail
    options.autostart = autostart
    let monitor = monitor ?? ProgramMonitor(program.logs)
    return Child(id, options: options) { context in
      try await ProgramRun(id, program, monitor, context).run()
    }
  }
}

extension ProgramRun {
  fileprivate init(_ id: String, _ program: Program, _ monitor: ProgramMonitor, _ context: ChildContext) {
    let logger = context.logger
    self.init(
      name: id, program: program, monitor: monitor, generation: context.generation, timeline: context.timeline,
      hooks: Hooks(
        ready: { context.ready() }, onStop: { context.onStop($0) }, report: { logger.warning("\(id): \($0)") }))
  }
}
