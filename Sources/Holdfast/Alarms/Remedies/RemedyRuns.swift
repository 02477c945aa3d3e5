import Synchronization

/// The runs of remedies that go on: each is a child of a supervisor.
final class RemedyRuns: Sendable {
  struct Argument: Sendable {
    let ticket: UInt64
    let remedy: Remedy
    let incident: Incident
  }

  private struct Run {
    let report: @Sendable (RemedyOutcome) -> Void
    /// Not known before it is started.
    var child: String?
    var isToStop = false
  }

  let supervisor: DynamicSupervisor<Argument>
  private let runs: Runs

  init(timeline: any Timeline) {
    var template = Child.Options()
    template.restart = .temporary
    // A remedy that is stopped is to end now: its limit was the grace that it had (RM4).
    template.shutdown = ShutdownPolicy(grace: .zero, cancellation: .seconds(5))
    let runs = Runs()
    self.runs = runs
    supervisor = DynamicSupervisor("remedies", template: template, timeline: timeline) { argument, _ in
      let outcome = await Self.outcome(of: argument)
      runs.ended(argument.ticket, outcome, isCancelled: Task.isCancelled)
    }
  }

  private static func outcome(of argument: Argument) async -> RemedyOutcome {
    do {
      try await argument.remedy.body(argument.incident)
      return .finished
    } catch {
      return Task.isCancelled ? .cancelled : .failed("\(error)")
    }
  }

  /// Begins a run; `report` hears once how it ended, unless it ends with the service: what is stored says then that it
  /// goes on, and the next process begins it again (RM1).
  func start(
    _ ticket: UInt64, _ remedy: Remedy, _ incident: Incident, report: @escaping @Sendable (RemedyOutcome) -> Void
  ) {
    let argument = Argument(ticket: ticket, remedy: remedy, incident: incident)
    if runs.begin(argument, report) { launch(argument) }
  }

  /// The supervisor runs: begins what had to wait for that.
  func open() {
    for argument in runs.open() { launch(argument) }
  }

  private func launch(_ argument: Argument) {
    Task.detached(priority: .high) { [supervisor, runs] in
      do throws(SupervisorError) {
        let child = try await supervisor.startChild(argument).id
        if runs.started(argument.ticket, child) { await Self.stop(argument.ticket, child, supervisor, runs) }
      } catch {
        let isOver = error.code == .stopping || error.code == .notRunning
        runs.ended(argument.ticket, .failed("it could not be started: \(error)"), isCancelled: isOver)
      }
    }
  }

  /// Stops a run for good. One that does not end is given up after five seconds.
  func stop(_ ticket: UInt64) {
    guard let child = runs.stop(ticket) else { return }
    Task.detached { [supervisor, runs] in await Self.stop(ticket, child, supervisor, runs) }
  }

  private static func stop(
    _ ticket: UInt64, _ child: String, _ supervisor: DynamicSupervisor<Argument>, _ runs: Runs
  ) async {
    guard case .abandoned? = try? await supervisor.terminateChild(child) else { return }
    runs.ended(ticket, .timedOut, isCancelled: false)
  }

  private final class Runs: Sendable {
    private struct Table {
      var runs: [UInt64: Run] = [:]
      /// What waits for the supervisor; nil once that runs.
      var waiting: [Argument]? = []
    }

    private let table = Mutex(Table())

    /// - Returns: Whether it can be launched at once.
    func begin(_ argument: Argument, _ report: @escaping @Sendable (RemedyOutcome) -> Void) -> Bool {
      table.withLock { table in
        table.runs[argument.ticket] = Run(report: report)
        table.waiting?.append(argument)
        return table.waiting == nil
      }
    }

    func open() -> [Argument] {
      table.withLock { $0.waiting.take() ?? [] }
    }

    /// - Returns: Whether it is to be stopped at once.
    func started(_ ticket: UInt64, _ child: String) -> Bool {
      table.withLock { table in
        table.runs[ticket]?.child = child
        return table.runs[ticket]?.isToStop ?? false
      }
    }

    /// - Returns: The child to stop, if it is known.
    func stop(_ ticket: UInt64) -> String? {
      table.withLock { table in
        table.runs[ticket]?.isToStop = true
        return table.runs[ticket]?.child
      }
    }

    func ended(_ ticket: UInt64, _ outcome: RemedyOutcome, isCancelled: Bool) {
      guard let run = table.withLock({ $0.runs.removeValue(forKey: ticket) }) else { return }
      // Cancelled by nobody here: the service ends.
      if isCancelled, !run.isToStop { return }
      run.report(outcome)
    }
  }
}
