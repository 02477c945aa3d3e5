public import Holdfast

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension NotificationTarget {
  /// A program that gets each message as JSON on its standard input; exit status 0 means that it has arrived.
  public static func command(_ command: [String]) -> NotificationTarget {
    let text = (try? JSONEncoder().encode(command)).map { String(decoding: $0, as: UTF8.self) }
    return NotificationTarget("command", settings: ["command": text ?? "[]"])
  }

  /// An address that gets each message as JSON by HTTP POST; any 2xx answer means that it has arrived.
  public static func webhook(_ url: String) -> NotificationTarget {
    NotificationTarget("webhook", settings: ["url": url])
  }
}

extension Alarms {
  /// The handler of `NotificationTarget.command(_:)`.
  public func commandNotificationHandler(policy: JobPolicy = Alarms.notificationPolicy) -> JobHandler {
    notificationHandler("command", policy: policy) { message, _ in
      let text = message.settings["command"] ?? "[]"
      let command = try JSONDecoder().decode([String].self, from: Data(text.utf8))
      let result = try await Program(command).runOnce(
        as: "notification by \(message.route)", input: try JSONEncoder().encode(message))
      try result.check()
    }
  }

  /// The handler of `NotificationTarget.webhook(_:)`. It runs `curl`, which must be installed; an attempt takes at most
  /// 20 s, and redirections are not followed.
  ///
  /// The header `Idempotency-Key` is the message's key, the same for every attempt.
  ///
  /// - Parameter sign: Makes more headers from the body, such as a signature; default none.
  public func webhookNotificationHandler(
    policy: JobPolicy = Alarms.notificationPolicy,
    sign: @escaping @Sendable (_ body: Data) -> [(name: String, value: String)] = { _ in [] }
  ) -> JobHandler {
    notificationHandler("webhook", policy: policy) { message, _ in
      let body = try JSONEncoder().encode(message)
      let request = Webhook(url: message.settings["url"] ?? "", key: message.key, headers: sign(body), body: body)
      let result = try await Program(Webhook.command).runOnce(
        as: "webhook of \(message.route)", input: Data(request.configuration.utf8))
      try result.check()
      let status = String(decoding: result.output, as: UTF8.self)
      guard status.hasPrefix("2") else { throw ProgramUnsuccessful(description: "answered with status \(status)") }
    }
  }
}

/// A request as curl's configuration: everything goes through its standard input, so that no list of processes shows it.
struct Webhook {
  static let command = [
    "curl", "--silent", "--show-error", "--output", "/dev/null", "--write-out", "%{http_code}", "--max-time", "20",
    "--proto", "=http,https", "--config", "-",
  ]

  let url: String
  let key: String
  let headers: [(name: String, value: String)]
  let body: Data

  var configuration: String {
    let all = [("Content-Type", "application/json"), ("Idempotency-Key", key)] + headers.map { ($0.name, $0.value) }
    let lines = [("url", url)] + all.map { ("header", "\($0.0): \($0.1)") }
    return (lines + [("data-raw", String(decoding: body, as: UTF8.self))]).map { name, value in
      "\(name) = \"\(Self.escaped(value))\"\n"
    }.joined()
  }

  private static func escaped(_ text: String) -> String {
    text.flatMap { character -> [Character] in
      switch character {
      case "\"", "\\": ["\\", character]
      case "\n": ["\\", "n"]
      case "\r": ["\\", "r"]
      default: [character]
      }
    }.reduce(into: "") { $0.append($1) }
  }
}
