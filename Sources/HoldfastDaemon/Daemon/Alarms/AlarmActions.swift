import Holdfast
import HoldfastPrograms
import Logging
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What the daemon does about alarms: runs commands, stores jobs, restarts programs.
final class AlarmActions: Sendable {
  private struct State {
    var configuration: Configuration
    /// Nil until there is one.
    var tree: ProgramTree?
  }

  private let store: any JobStore
  /// The daemon's own, so that commands may use it.
  private let socket: String
  private let state: Mutex<State>

  init(_ configuration: Configuration, store: any JobStore, socket: String) {
    self.store = store
    self.socket = socket
    state = Mutex(State(configuration: configuration))
  }

  private var configuration: Configuration { state.withLock { $0.configuration } }

  func adopt(_ configuration: Configuration) {
    state.withLock { $0.configuration = configuration }
  }

  /// The programs there are, once they are known. Both live as long as the daemon.
  var tree: ProgramTree? {
    get { state.withLock { $0.tree } }
    set { state.withLock { $0.tree = newValue } }
  }
}

// MARK: - Remedies

extension AlarmActions {
  func remedy(_ entry: RemedyEntry) -> Remedy {
    let policy = entry.policy.library
    let remedy =
      switch entry.action {
      case .command(let program): Remedy.command(self.program(program), policy: policy)
      case .job(let kind, let payload):
        Remedy("job \(kind)", policy: policy) { [self] in try await enqueue(kind, payload, for: $0) }
      case .restart(let name):
        Remedy("restart of \(name)", policy: policy) { [self] _ in try await restart(name) }
      }
    return entry.next.first.map { remedy.escalating(to: self.remedy($0)) } ?? remedy
  }

  private func program(_ configuration: ProgramConfiguration) -> Program {
    var program = configuration.process
    program.environment.set["HOLDFAST_SOCKET"] = socket
    program.logs = ProgramLogOptions(lines: 1, bytes: 1)
    return program
  }

  /// As somebody would enqueue it, but never more than one for an alarm at a time.
  private func enqueue(_ kind: String, _ payload: String?, for incident: Incident) async throws {
    var request = EnqueueRequest(kind: kind, payload: try payload ?? JSONLine.encode(incident))
    request.uniqueKey = RecordKey.fitting("remedy/\(incident.alarm)")
    request.metadata = ["alarm": "\(incident.alarm)", "incident": "\(incident.id)"]
    _ = try await JobDesk(store: store, configuration: configuration, actor: "remedy").enqueue(request)
  }

  private func restart(_ name: String) async throws {
    guard let tree else { throw Failure(.failed, "there are no programs yet") }
    var results: [String] = []
    do {
      try await tree.perform(.restart, [name]) { results.append("\($0.name) \($0.result)") }
    } catch {
      throw Failure(.failed, results.isEmpty ? "\(error)" : results.joined(separator: "; "))
    }
  }
}

// MARK: - Messages

extension AlarmActions {
  /// What sends messages, for the runner of the same store.
  func handlers(of alarms: Alarms) -> [JobHandler] {
    [
      alarms.logNotificationHandler(),
      alarms.webhookNotificationHandler { [self] route in self.route(named: route)?.webhook },
      alarms.notificationHandler(RouteEntry.commandKind) { [self] message, context in
        try await send(message, context)
      },
    ]
  }

  /// A route as the file has it now.
  private func route(named name: String) -> RouteEntry? {
    configuration.notify.first { $0.route.name == name }
  }

  /// Runs the command of the message's route, as the file has it now, with the message as JSON on its standard input.
  private func send(_ message: AlarmNotification, _ context: JobContext) async throws {
    guard let command = route(named: message.route)?.command else { return message.drop(context.logger) }
    var program = program(command)
    program.environment.set["HOLDFAST_NOTIFICATION_KEY"] = message.key
    let result = try await program.runOnce(
      as: "notification by \(message.route)", input: Data(try JSONLine.encode(message).utf8),
      timeline: context.timeline)
    try Task.checkCancellation()
    guard result.exit == .exited(0) else { throw CommandFailure(result) }
  }
}
