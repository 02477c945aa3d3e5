#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import Logging
import Synchronization

/// Everything about a runner that stays the same from run to run.
struct RunnerSetup: Sendable {
  let store: any JobStore
  let handlers: [String: JobHandler]
  let hooks: [any JobHooks]
  let middleware: [any JobMiddleware]
  let processes: (any JobProcessPool)?
  let options: JobRunner.Options
  let metrics: RunnerMetrics
  let events = EventHub()

  /// How long a run of a handler may take, be silent, and take to stop.
  func limits(of job: JobRecord, _ handler: JobHandler?, in pool: Duration?) -> RunLimits {
    guard let policy = handler?.policy else { return RunLimits() }
    // A process that is killed at the end of its grace is not gone at that very instant.
    let death = policy.isolation == .process ? Duration.seconds(1) : .zero
    return RunLimits(
      timeout: job.timeout ?? policy.timeout ?? pool, heartbeat: policy.heartbeat,
      grace: max(.zero, policy.grace) + death)
  }

  /// A fresh node for one run (M1).
  func identity() -> NodeIdentity {
    NodeIdentity(
      id: UUID().uuidString, name: options.name, lease: options.lease, handles: handlers.mapValues(\.version))
  }

  var plan: RunnerMachine.Plan {
    RunnerMachine.Plan(
      window: options.window, lookahead: options.lookahead, lease: options.lease, hasHooks: !hooks.isEmpty)
  }
}

/// The event stream of a runner, across its runs.
final class EventHub: Sendable {
  let broadcast = Broadcast<JobEvent>()

  /// Makes and sends an event, when somebody listens.
  func tell(_ kind: @autoclosure () -> JobEvent.Kind, _ job: JobRecord, _ clock: any Timeline) {
    guard broadcast.isObserved else { return }
    for wake in broadcast.publish(JobEvent(kind(), job, at: clock.wallTime)) { wake() }
  }
}
