import Logging
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Handlers that send messages. Give them to the ``JobRunner`` of the same store; their jobs are tried up to 20 times,
/// with the same ``AlarmNotification/key`` each time.
extension Alarms {
  /// How messages are sent: 30 s for each attempt, 1 s to an hour between them.
  public static var notificationPolicy: JobPolicy {
    JobPolicy(maxAttempts: AlarmNotification.attempts, retry: .standard, timeout: .seconds(30))
  }

  /// A handler for targets of a kind. What it throws counts against the route: after
  /// ``AlarmConfiguration/failuresUntilFailing`` failures in a row `notifier.failing(<route>)` is set, and the next
  /// success clears it.
  ///
  /// - Parameters:
  ///   - kind: The target's kind.
  ///   - policy: How its jobs run.
  ///   - send: Returns when the message has arrived.
  public func notificationHandler(
    _ kind: String, policy: JobPolicy = Alarms.notificationPolicy,
    _ send: @escaping @Sendable (AlarmNotification, JobContext) async throws -> Void
  ) -> JobHandler {
    JobHandler(kind: NotificationTarget.jobKind(of: kind), policy: policy) { [weak self] payload, context in
      let message = try PayloadCoding.decoder.decode(AlarmNotification.self, from: payload)
      do {
        try await send(message, context)
      } catch {
        self?.note { $0.notDelivered(message.route, "\(error)", at: $1) }
        throw error
      }
      self?.note { $0.delivered(message.route, at: $1) }
      return .complete
    }
  }

  /// The handler of ``NotificationTarget/log``: one line for each message, as bad as the worst of its alarms.
  public func logNotificationHandler() -> JobHandler {
    notificationHandler(NotificationTarget.log.kind) { message, context in
      let level = message.status == .resolved ? Logger.Level.notice : (message.alarms.first?.severity).logLevel
      context.logger.log(
        level: level, "\(message.summary)", metadata: ["route": "\(message.route)", "key": "\(message.key)"])
    }
  }

  /// Tells the desk of something, if the service runs.
  private func note(_ event: @Sendable (inout AlarmDesk, AlarmTime) -> Void) {
    let node = state.withLock { $0.node }
    _ = try? node?.change { desk, time throws(AlarmError) in event(&desk, time) }
  }
}

extension AlarmSeverity? {
  fileprivate var logLevel: Logger.Level {
    switch self {
    case .debug: .debug
    case .info: .info
    case .notice, nil: .notice
    case .warning: .warning
    case .error: .error
    case .critical, .alert, .emergency: .critical
    }
  }
}
