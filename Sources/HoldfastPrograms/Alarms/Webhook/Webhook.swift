import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A request as curl's configuration: everything goes through its standard input, so that no list of processes shows it.
struct Webhook {
  static let command = [
    "curl", "--disable", "--silent", "--show-error", "--globoff", "--output", "/dev/null", "--write-out",
    "%{http_code}", "--proto", "=http,https", "--config", "-",
  ]

  let url: String
  let headers: [(name: String, value: String)]
  let timeout: Duration
  let body: Data

  init(_ message: AlarmNotification, _ options: WebhookOptions, at time: WallTime) throws {
    url = message.settings["url"] ?? ""
    timeout = options.timeout
    let body = try NotificationBody.encode(message)
    var headers = [(name: "Content-Type", value: "application/json"), (name: "Idempotency-Key", value: message.key)]
    if let secret = try options.secret?.read() {
      let seconds = time.microseconds / 1_000_000
      headers.append((WebhookSignature.header, WebhookSignature.value(of: body, secret: secret, at: seconds)))
    }
    self.body = body
    self.headers = headers + options.headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
  }

  var configuration: String {
    let seconds = Double(timeout.components.seconds) + Double(timeout.components.attoseconds) / 1e18
    let lines = [("url", url), ("max-time", "\(seconds)")] + headers.map { ("header", "\($0.name): \($0.value)") }
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
