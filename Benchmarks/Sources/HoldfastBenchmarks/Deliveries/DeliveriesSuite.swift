import Foundation

/// Deliveries on the embedded store: how late, how many at once, how many in the file.
struct DeliveriesSuite {
  static let suite = "deliveries"
  /// Whether a tenth of everything will do, to see that it works.
  static let isBrief = ProcessInfo.processInfo.environment["HOLDFAST_BRIEF"] != nil

  func run(only part: String?) async throws {
    let parts: [(String, () async throws -> Void)] = [
      ("lateness", Lateness(otp: try OTP()).run), ("burst", Burst().run), ("stored", StoredDeliveries().run),
    ]
    for (name, run) in parts where part == nil || part == name { try await run() }
  }
}
