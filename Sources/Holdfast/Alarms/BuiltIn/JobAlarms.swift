public import ServiceLifecycle

/// Sets alarms about the jobs of a runner, from its events: `job.discarded(<kind>)` and `job.parked(<kind>)` until a job
/// of that kind completes, and `queue.lag(<queue>)` while jobs start later than they should.
public struct JobAlarms: Service {
  private let runner: JobRunner
  private let alarms: Alarms
  private let lag: Duration

  /// A watch over what a runner does.
  ///
  /// - Parameters:
  ///   - runner: The runner.
  ///   - alarms: Where it is told.
  ///   - lag: A job that starts so long after its due time says that its queue lags; one that starts within half of that
  ///     says that it does not. > 0. Default 30 s.
  public init(of runner: JobRunner, _ alarms: Alarms, lag: Duration = .seconds(30)) {
    self.runner = runner
    self.alarms = alarms
    self.lag = lag
  }

  /// Watches until it is asked to stop.
  public func run() async throws {
    let events = runner.events(buffer: 4096)
    await cancelWhenGracefulShutdown {
      for await case .item(let event) in events {
        for report in JobReports.reports(of: event, lag: lag) {
          if case .clear(let id) = report, alarms.state(of: id) != .set { continue }
          alarms.report(report)
        }
      }
    }
  }
}

/// What job events mean for alarms: pure.
enum JobReports {
  static let discarded = "job.discarded"
  static let parked = "job.parked"
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
}

extension Duration {
  fileprivate var wholeSeconds: Int64 { components.seconds }
}
