import Holdfast
import HoldfastPrograms

/// What an operator can do to single programs.
extension ProgramTree {
  typealias Target = NameResolver.Target

  /// Performs a command on each child and tells each result; one that fails does not keep the others from theirs.
  func perform(
    _ command: ControlRequest.Command, _ names: [String], _ tell: (ActionReport) async throws -> Void
  ) async throws {
    let targets = names.isEmpty ? resolver.all : try resolver.resolve(names)
    // Stopping goes against the start order, as at the end.
    let ordered = command == .stop ? targets.reversed() : targets
    var failed: [String] = []
    for target in ordered {
      do {
        try await tell(ActionReport(name: target.child, result: perform(command, target)))
      } catch let error as SupervisorError {
        failed.append(target.child)
        try await tell(ActionReport(name: target.child, result: words(error)))
      }
    }
    if !failed.isEmpty {
      throw Failure(.failed, "\(command.rawValue) did not work for \(failed.joined(separator: ", "))")
    }
  }

  private func perform(_ command: ControlRequest.Command, _ target: Target) async throws(SupervisorError) -> String {
    switch command {
    case .stop: try await stop(target)
    case .restart: try await restart(target)
    default: try await start(target)
    }
  }

  private func words(_ error: SupervisorError) -> String {
    let advice = error.code == .startFailed ? "; its restart policy decides what follows" : ""
    return "\(error.reason)\(error.underlying.map { ": \($0)" } ?? "")\(advice)"
  }

  /// Nil when the group is down; then it is the group that has to be started.
  private func supervisor(of target: Target) -> Supervisor? {
    guard let group = target.group else { return root }
    let state = root.state(of: group)
    return state == .running || state == .starting || state == .stopping ? nursery.group(group) : nil
  }

  private func stop(_ target: Target) async throws(SupervisorError) -> String {
    guard let supervisor = supervisor(of: target) else { return "is down with its group" }
    guard supervisor.state(of: target.child) != nil else { return "is stopped already" }
    return switch try await supervisor.terminateChild(target.child) {
    case .abandoned: "did not end by its deadline"
    default: "stopped"
    }
  }

  private func start(_ target: Target) async throws(SupervisorError) -> String {
    guard let supervisor = supervisor(of: target) else { return try await startGroup(of: target) }
    switch supervisor.state(of: target.child) {
    case .running, .starting: return "is running already"
    case .waiting, .restarting: try supervisor.skipDelay(of: target.child)
    case .pending: return "starts when its turn comes"
    case .stopped, .finished, .parked, .stopping: try await supervisor.restartChild(target.child)
    case nil:
      // A temporary child is forgotten when it ends.
      guard let child = nursery.child(target.child) else { return "is gone from the file" }
      try await supervisor.startChild(child)
    }
    return "started" + pid(target)
  }

  private func startGroup(of target: Target) async throws(SupervisorError) -> String {
    guard let group = target.group else { return "is gone from the file" }
    switch root.state(of: group) {
    case .waiting, .restarting: try root.skipDelay(of: group)
    case .pending: return "starts when the turn of its group comes"
    default: try await root.restartChild(group)
    }
    return "started with its group"
  }

  private func restart(_ target: Target) async throws(SupervisorError) -> String {
    guard let supervisor = supervisor(of: target) else { return try await startGroup(of: target) }
    if let state = supervisor.state(of: target.child), [.running, .starting, .stopping].contains(state) {
      try await supervisor.terminateChild(target.child)
    }
    _ = try await start(target)
    return "restarted" + pid(target)
  }

  private func pid(_ target: Target) -> String {
    nursery.monitor(of: target.child)?.status.process.map { " (pid \($0))" } ?? ""
  }
}
