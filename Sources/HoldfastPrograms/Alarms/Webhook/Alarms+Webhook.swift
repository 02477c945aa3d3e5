public import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension NotificationTarget {
  /// An address that gets each message as JSON by HTTP POST; any 2xx answer means that it has arrived.
  public static func webhook(_ url: String) -> NotificationTarget {
    NotificationTarget("webhook", settings: ["url": url])
  }
}

extension Alarms {
  /// The handler of `NotificationTarget.webhook(_:)`. It runs `curl`, which must be installed; redirections are not
  /// followed.
  ///
  /// The header `Idempotency-Key` is the message's key, the same for every attempt. With a secret the header
  /// `Holdfast-Signature` is `t=<seconds>,v1=<hexadecimal>`: the time of the attempt, since 1970, and the HMAC-SHA256 of
  /// that number, a full stop and the body. A receiver computes the same, compares in constant time, and refuses what is
  /// older than a few minutes.
  ///
  /// - Parameters:
  ///   - policy: How its jobs run.
  ///   - options: How messages of a route are sent, asked at each attempt; nil for a route that is gone, whose messages
  ///     are dropped. Default no signature, no more headers, 20 s.
  public func webhookNotificationHandler(
    policy: JobPolicy = Alarms.notificationPolicy,
    options: @escaping @Sendable (_ route: String) throws -> WebhookOptions? = { _ in try WebhookOptions() }
  ) -> JobHandler {
    notificationHandler("webhook", policy: policy) { [clock = store.clock] message, context in
      guard let options = try options(message.route) else { return message.drop(context.logger) }
      let request = try Webhook(message, options, at: clock.wallTime)
      let result = try await Program(Webhook.command).runOnce(
        as: "webhook of \(message.route)", input: Data(request.configuration.utf8))
      try result.check()
      let status = String(decoding: result.output, as: UTF8.self)
      guard status.hasPrefix("2") else { throw WebhookError("answered with status \(status)") }
    }
  }
}
