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

  /// Logs an event with the fields of OTP's reports (S33) and counts it.
  func record(_ event: SupervisionEvent, _ logger: Logger) {
    metrics.count(event)
    let level = event.logLevel
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
  private let starts: Counter
  private let events: [String: Counter]
  private let readiness: Metrics.Timer

  init(supervisor: String) {
    let dimensions = [("supervisor", supervisor)]
    starts = Counter(label: "holdfast.child.starts", dimensions: dimensions)
    readiness = Metrics.Timer(label: "holdfast.child.ready", dimensions: dimensions)
    let counted = [
      "exited": "exits", "startFailed": "start_failures", "waiting": "delays", "abandoned": "abandoned",
      "endedLate": "ended_late", "parked": "parked", "limitReached": "limits_reached",
      "heartbeatMissed": "heartbeats_missed", "failingRepeatedly": "failing_repeatedly",
    ]
    events = counted.mapValues { Counter(label: "holdfast.child.\($0)", dimensions: dimensions) }
  }

  func started() { starts.increment() }

  func count(_ event: SupervisionEvent) {
    if case .ready(let duration) = event.kind { return readiness.recordNanoseconds(duration.wholeNanoseconds) }
    events[event.name]?.increment()
  }
}
