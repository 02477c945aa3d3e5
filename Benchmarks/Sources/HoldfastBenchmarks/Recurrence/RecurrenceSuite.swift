import Foundation
import Holdfast

/// Recurrence rules, beside croniter.
struct RecurrenceSuite {
  static let suite = "recurrence"
  /// The Python that has croniter, and the peer's program.
  private static let variables = ProcessInfo.processInfo.environment
  private static let missing = variables["HOLDFAST_CRONITER"] == nil ? "pip could not install croniter" : nil

  private static let common = [
    "* * * * *", "*/15 * * * *", "0 * * * *", "30 2 * * *", "0 9 * * MON-FRI", "0 0 1 * *",
  ]

  func run() async throws {
    for zone in ["UTC", "America/New_York"] { try await next(zone) }
    try catchUp()
    try search()
    try creation()
  }

  /// Each moment from the one before it, as a scheduler asks.
  private func next(_ zone: String) async throws {
    let peer = try Self.variables["HOLDFAST_CRONITER"].map { python in
      try LineProcess([python, Self.variables["HOLDFAST_CRONITER_PEER"] ?? ""])
    }
    let question = ([zone] + Self.common).joined(separator: "|")
    let rules = try Self.common.map { try Recurrence.cron($0, in: zone) }
    let medians = try await Comparison(
      suite: Self.suite,
      metrics: Self.common.map {
        .init(name: "next(after:) of \($0) in \(zone)", unit: "ns", target: .timesAsGood(20))
      },
      ours: { rules.map(Self.nanoseconds) },
      peer: peer.map { peer in .init(name: "croniter") { try peer.figures(question) } },
      missing: Self.missing
    ).run()
    try Result(
      suite: Self.suite, "next(after:) a second in \(zone), the slowest of these", 1e9 / (medians.max() ?? .nan), "1/s",
      runs: 5, target: .atLeast(500_000)
    ).emit()
  }

  private static func nanoseconds(_ rule: Recurrence) -> Double {
    let calls = 200_000
    var date = Date(timeIntervalSince1970: 1_767_225_600)
    let start = ContinuousClock.now
    for _ in 0..<calls { date = rule.next(after: date) ?? date }
    let spent = ContinuousClock.now - start
    return spent / .nanoseconds(1) / Double(calls)
  }

  /// What was missed in three years, and the last of it.
  private func catchUp() throws {
    let end = Date(timeIntervalSince1970: 1_795_257_180)
    let start = end - 3 * 365 * 86400
    for zone in ["UTC", "America/New_York"] {
      let rule = try Recurrence.cron("* * * * *", in: zone)
      let milliseconds = Self.median { _ = (rule.count(after: start, through: end), rule.latest(atOrBefore: end)) }
      try Result(
        suite: Self.suite, "catch-up of a minutely schedule in \(zone) after 3 years", milliseconds, "ms", runs: 25,
        target: .atMost(50)
      ).emit()
    }
  }

  /// Nothing is found, so that all of 400 years is looked at.
  private func search() throws {
    let start = Date(timeIntervalSince1970: 1_800_000_000)
    for zone in ["UTC", "America/New_York"] {
      let rule = try Recurrence.cron("0 30 2 1 1 ? 2026", in: zone)
      let milliseconds = Self.median { precondition(rule.next(after: start) == nil) }
      try Result(
        suite: Self.suite, "search of 400 years in \(zone)", milliseconds, "ms", runs: 25, target: .atMost(10)
      ).emit()
    }
  }

  private func creation() throws {
    let milliseconds = Self.median { _ = try? Recurrence.cron("30 2 * * MON-FRI", in: "America/New_York") }
    try Result(suite: Self.suite, "reading a rule", milliseconds * 1000, "µs", runs: 25).emit()
  }

  private static func median(_ body: () -> Void) -> Double {
    (0..<25).map { _ in ContinuousClock().measure(body) / .milliseconds(1) }.median
  }
}
