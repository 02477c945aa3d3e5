public import Holdfast
package import Logging

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension NotificationTarget {
  /// A program that gets each message as JSON on its standard input; exit status 0 means that it has arrived.
  public static func command(_ command: [String]) -> NotificationTarget {
    let text = (try? JSONEncoder().encode(command)).map { String(decoding: $0, as: UTF8.self) }
    return NotificationTarget("command", settings: ["command": text ?? "[]"])
  }
}

extension Alarms {
  /// The handler of `NotificationTarget.command(_:)`.
  public func commandNotificationHandler(policy: JobPolicy = Alarms.notificationPolicy) -> JobHandler {
    notificationHandler("command", policy: policy) { message, _ in
      let text = message.settings["command"] ?? "[]"
      let command = try JSONDecoder().decode([String].self, from: Data(text.utf8))
      let result = try await Program(command).runOnce(
        as: "notification by \(message.route)", input: try NotificationBody.encode(message))
      try result.check()
    }
  }
}

extension AlarmNotification {
  /// Says that it goes nowhere, because nobody knows its route any more.
  package func drop(_ logger: Logger) {
    logger.warning("a message was dropped: its route is gone", metadata: ["route": "\(route)"])
  }
}

/// A message as its receivers get it: the same bytes at every attempt.
enum NotificationBody {
  static func encode(_ message: AlarmNotification) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(message)
  }
}
