@testable import Holdfast

/// What was seen.
extension MachineSimulation {
  func note(_ what: String) { trace.append((now, what)) }

  func line(_ notice: Notice) -> String? {
    switch notice.kind {
    case .starting: "start \(notice.id)"
    case .ready: "ready \(notice.id)"
    case .stopping: "stop \(notice.id)"
    case .cancelled: "cancel \(notice.id)"
    case .abandoned: "abandon \(notice.id)"
    case .exited, .startFailed: "fail \(notice.id)"
    case .stopped: "gone \(notice.id)"
    case .parked: "park \(notice.id)"
    case .finished: "finish \(notice.id)"
    case .waiting: "wait \(notice.id)"
    default: nil
    }
  }

  func milliseconds(_ instant: Instant) -> Int { Int(instant.nanoseconds / 1_000_000) }

  /// The whole trace, without times.
  var order: [String] { trace.map(\.what) }

  /// Only what starts and stops.
  func order(_ words: String...) -> [String] {
    order.filter { line in words.contains { line.hasPrefix($0 + " ") || line == $0 } }
  }

  /// When this happened, in milliseconds.
  func times(_ what: String) -> [Int] { trace.filter { $0.what == what }.map { milliseconds($0.at) } }

  func phase(_ id: String) -> Phase? { machine.children.slot(of: id).map { machine.children[$0].phase } }

  enum Stage { case idle, starting, running, regrouping, stopping }

  var stage: Stage {
    switch machine.mode {
    case .idle: .idle
    case .starting: .starting
    case .running: .running
    case .regrouping: .regrouping
    case .stopping: .stopping
    }
  }

  /// The names of the events told about a child.
  func told(_ name: String, _ id: String = "") -> [Notice] {
    notices.filter { $0.id == id && $0.kind.isNamed(name) }
  }

  func forgetTrace() { trace.removeAll() }
}

extension SupervisionEvent.Kind {
  func isNamed(_ name: String) -> Bool { String(describing: self).hasPrefix(name) }
}

extension Child {
  /// A child of a simulation: its body never runs.
  static func scripted(
    _ id: String, _ restart: RestartPolicy = .permanent, backoff: Backoff = .none,
    _ configure: (inout Child.Options) -> Void = { _ in }
  ) -> Child {
    var options = Child.Options()
    options.readiness = .signalled
    options.restart = restart
    options.backoff = backoff
    configure(&options)
    return Child(id, options: options) { _ in }
  }
}
