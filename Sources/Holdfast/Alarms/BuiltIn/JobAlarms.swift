import Logging
public import ServiceLifecycle

/// Sets alarms about the jobs of a runner and of its store: `job.discarded(<kind>)` and `job.parked(<kind>)` until a job
/// of that kind completes, `job.abandoned(<kind>)` while tasks run on that did not stop and lost their workers, and
/// `queue.lag(<queue>)` while jobs start, or wait, longer than they should.
///
/// A queue that starts nothing at all tells nobody, so this looks at the queues, too: when the runner tells of a job and
/// when the next queued one is due, but never more often than every half of the limit, or every second if that is less.
/// While nothing is due and nothing happens it rests. A queue that somebody paused does not lag.
public struct JobAlarms: Service {
  private let runner: JobRunner
  private let alarms: Alarms
  private let lag: Duration

  /// A watch over what a runner does.
  ///
  /// - Parameters:
  ///   - runner: The runner.
  ///   - alarms: Where it is told.
  ///   - lag: A job that starts so long after its due time, or has not started by then, says that its queue lags; one
  ///     that starts within half of that, or that nothing waits longer, says that it does not. > 0. Default 30 s.
  public init(of runner: JobRunner, _ alarms: Alarms, lag: Duration = .seconds(30)) {
    self.runner = runner
    self.alarms = alarms
    self.lag = lag
  }

  /// Watches until it is asked to stop.
  public func run() async throws {
    let events = runner.events(buffer: 4096)
    await cancelWhenGracefulShutdown {
      let bell = Bell()
      async let looking: Void = look(whenever: bell)
      for await item in events {
        if case .item(let event) = item { tell(JobReports.reports(of: event, lag: lag)) }
        bell.ring()
      }
      await looking
    }
  }

  private func look(whenever bell: Bell) async {
    let clock = runner.setup.store.clock
    while !Task.isCancelled {
      let next = await look()
      try? await clock.sleep(for: max(.seconds(1), lag / 2))
      let rest = next.map { clock.wallTime.duration(to: $0) }
      await withTaskCancellationHandler {
        await bell.wait(until: rest.map { clock.now.advanced(by: $0) } ?? .distantFuture, on: clock)
      } onCancel: {
        bell.ring()
      }
    }
  }

  /// - Returns: When the next queued job is due, or was.
  private func look() async -> WallTime? {
    let store = runner.setup.store
    tell(JobReports.reports(of: runner.snapshot.runs, kinds: runner.setup.handlers.keys.sorted()))
    do throws(StoreError) {
      let queues = try await store.queues()
      tell(JobReports.reports(of: queues, lag: lag, at: store.clock.wallTime))
      return queues.filter(\.pauses.isEmpty).compactMap(\.nextDue).min()
    } catch {
      Logger.current.debug("the queues cannot be looked at", metadata: ["error": "\(error)"])
      return store.clock.wallTime
    }
  }

  /// What was never set need not be known to be clear.
  private func tell(_ reports: [AlarmReport]) {
    for report in reports {
      if case .clear(let id) = report, alarms.state(of: id) != .set { continue }
      alarms.report(report)
    }
  }
}

/// What events and the state of queues mean for alarms: pure.
enum JobReports {
  static let discarded = "job.discarded"
  static let parked = "job.parked"
  static let abandoned = "job.abandoned"
  static let lag = "queue.lag"

  static func reports(of event: JobEvent, lag limit: Duration) -> [AlarmReport] {
    switch event.kind {
    case .discarded(let failure):
      let words = "job \(event.job): \(failure.message)"
      return [.set(.about(discarded, event.jobKind), RecordKey.fitting(words), severity: .error)]
    case .parked(_, let reason):
      let words = "job \(event.job): \(reason)"
      return [.set(.about(parked, event.jobKind), RecordKey.fitting(words), severity: .error)]
    case .completed: return [.clear(.about(discarded, event.jobKind)), .clear(.about(parked, event.jobKind))]
    case .started(let lateness) where lateness >= limit:
      return [.set(.about(Self.lag, event.queue), "jobs start \(lateness.wholeSeconds) s late")]
    case .started(let lateness) where lateness <= limit / 2: return [.clear(.about(Self.lag, event.queue))]
    default: return []
    }
  }

  /// What the runs of a node say of the kinds that it handles.
  static func reports(of runs: [JobRunnerSnapshot.Run], kinds: [String]) -> [AlarmReport] {
    let counts = Dictionary(runs.filter(\.isAbandoned).map { ($0.kind, 1) }, uniquingKeysWith: +)
    return kinds.map { kind in
      guard let count = counts[kind] else { return .clear(.about(abandoned, kind)) }
      let words = "still running without a worker: \(count) task\(count == 1 ? "" : "s")"
      return .set(.about(abandoned, kind), words, severity: .error)
    }
  }

  /// What queues say by what waits in them, whoever the tenant.
  static func reports(of queues: [QueueStatus], lag limit: Duration, at now: WallTime) -> [AlarmReport] {
    var latest: [String: Duration] = [:]
    for status in queues {
      let due = status.pauses.isEmpty ? status.nextDue : nil
      latest[status.queue] = max(latest[status.queue] ?? .zero, due.map { $0.duration(to: now) } ?? .zero)
    }
    return latest.sorted { $0.key < $1.key }.compactMap { queue, lateness in
      if lateness >= limit { return .set(.about(lag, queue), "a job waits for \(lateness.wholeSeconds) s") }
      return lateness <= limit / 2 ? .clear(.about(lag, queue)) : nil
    }
  }
}

extension Duration {
  fileprivate var wholeSeconds: Int64 { components.seconds }
}
