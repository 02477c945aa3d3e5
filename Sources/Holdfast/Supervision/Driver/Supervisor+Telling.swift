import Logging
import Metrics
import Synchronization

/// Events, logs and metrics: one stream, told three ways.
extension Supervisor {
  /// Routine events are made only when somebody looks.
  var tellsRoutine: Bool { hub.isObserved }

  func event(_ notice: Notice, path: String) -> SupervisionEvent {
    SupervisionEvent(
      number: eventNumber.add(1, ordering: .relaxed).newValue, supervisor: path,
      child: notice.id.isEmpty ? nil : notice.id, generation: Int(notice.generation), kind: notice.kind,
      at: notice.at, wall: timeline.wall)
  }

  /// Logs an event with the fields of OTP's reports (S33).
  func record(_ event: SupervisionEvent, _ logger: Logger) {
    let level = event.kind.logLevel
    guard logger.logLevel <= level else { return }
    var metadata: Logger.Metadata = ["supervisor": "\(event.supervisor)", "event": "\(event.name)"]
    if let reason = event.reason { metadata["reason"] = "\(reason)" }
    if let child = event.child {
      metadata["offender"] = .dictionary(offender(child, event))
      metadata["errorContext"] = event.errorContext.map { "\($0)" }
    }
    logger.log(level: level, "\(event)", metadata: metadata)
  }

  private func offender(_ id: String, _ event: SupervisionEvent) -> Logger.Metadata {
    let options = state.withLock { state in
      state.machine.children.slot(of: id).map { state.machine.children[$0].options }
    }
    var fields: Logger.Metadata = ["id": "\(id)", "generation": "\(event.generation)"]
    guard let options else { return fields }
    fields["restart_type"] = "\(options.restart.rawValue)"
    fields["significant"] = "\(options.significant)"
    fields["shutdown"] = "\(options.shutdown.total.map(String.init(describing:)) ?? "infinity")"
    fields["child_type"] = "\(options.kind.rawValue)"
    return fields
  }

  func logger(for context: ChildContext) -> Logger {
    var logger = state.withLock { $0.inherited.logger }
    logger[metadataKey: "child"] = "\(context.path)"
    logger[metadataKey: "generation"] = "\(context.generation)"
    return logger
  }
}

/// Counters of one supervisor; free of cost unless the application bootstraps swift-metrics.
struct SupervisorMetrics: Sendable {
  private let starts, exits, startFailures, delays, parked, limitsReached: Counter
  private let abandoned, endedLate, heartbeatsMissed, failingRepeatedly: Counter
  private let readiness: Metrics.Timer

  init(supervisor: String) {
    let dimensions = [("supervisor", supervisor)]
    let counter = { (name: String) in Counter(label: "holdfast.child.\(name)", dimensions: dimensions) }
    starts = counter("starts")
    exits = counter("exits")
    startFailures = counter("start_failures")
    delays = counter("delays")
    parked = counter("parked")
    limitsReached = counter("limits_reached")
    abandoned = counter("abandoned")
    endedLate = counter("ended_late")
    heartbeatsMissed = counter("heartbeats_missed")
    failingRepeatedly = counter("failing_repeatedly")
    readiness = Metrics.Timer(label: "holdfast.child.ready", dimensions: dimensions)
  }

  func started() { starts.increment() }

  func count(_ kind: SupervisionEvent.Kind) {
    switch kind {
    case .ready(let duration): readiness.recordNanoseconds(duration.wholeNanoseconds)
    case .exited: exits.increment()
    case .startFailed: startFailures.increment()
    case .waiting: delays.increment()
    case .parked: parked.increment()
    case .limitReached: limitsReached.increment()
    case .abandoned: abandoned.increment()
    case .endedLate: endedLate.increment()
    case .heartbeatMissed: heartbeatsMissed.increment()
    case .failingRepeatedly: failingRepeatedly.increment()
    default: break
    }
  }
}
