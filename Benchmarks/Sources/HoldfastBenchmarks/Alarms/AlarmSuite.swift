import Foundation
import Holdfast

/// The rule engine on one core: reports, what they cost among unrelated rules, registration, pending timers. Then the
/// service around it.
struct AlarmSuite {
  static let suite = "alarms"
  private static let reports = 200_000
  let otp: OTP

  func run(only part: String?) async throws {
    let service = AlarmServiceRounds(raw: try await JobPeers().raw)
    let parts: [(String, () async throws -> Void)] = [
      ("throughput", throughput), ("independence", independence), ("registration", registration), ("timers", timers),
      ("reads", service.reads), ("remedies", service.remedies), ("durable", service.durable),
    ]
    for (name, run) in parts where part == nil || part == name { try await run() }
  }

  /// Beside OTP's `alarm_handler`, which keeps a list and knows no rules: the same reports with nothing derived.
  private func throughput() async throws {
    var bed = try AlarmBed(rules: 10_000)
    try await Comparison(
      suite: Self.suite,
      metrics: [.init(name: "set or clear, 10000 alarms under 10000 rules of depth 3", unit: "µs", target: .atMost(2))],
      ours: { [try await Self.reportTime(&bed)] },
      peer: otp.side("alarm_handler, 10 alarms, no rules", "alarms 10 20000"),
      missing: "apt-get install erlang-base gives alarm_handler; Alarmist is in no Debian package"
    ).run()
  }

  private func independence() async throws {
    var (small, large) = (try AlarmBed(rules: 1000), try AlarmBed(rules: 100_000))
    var medium = try AlarmBed(rules: 10_000)
    // The same thousand alarms in each, so that the caches see the same.
    for (count, target) in [(10_000, 1.5), (100_000, 2.0)] {
      try await Comparison(
        suite: Self.suite,
        metrics: [.init(name: "set or clear among \(count) rules", unit: "µs", target: .share(target))],
        ours: {
          [count == 10_000 ? try await Self.reportTime(&medium, 1000) : try await Self.reportTime(&large, 1000)]
        },
        peer: .init(name: "among 1000 rules") { [try await Self.reportTime(&small, 1000)] }
      ).run()
    }
  }

  private static func reportTime(_ bed: inout AlarmBed, _ alarms: Int? = nil) async throws -> Double {
    let start = ContinuousClock.now
    try bed.report(Self.reports, among: alarms)
    return (ContinuousClock.now - start) / .microseconds(1) / Double(Self.reports)
  }

  private func registration() async throws {
    let alarms = try (0..<10_000).map { try AlarmID("link.down", $0) }
    let rules = try AlarmBed.rules(alarms)
    try await Comparison(
      suite: Self.suite,
      metrics: [.init(name: "registration of 10000 rules of depth 3", unit: "ms", target: .atMost(1000))],
      ours: {
        var engine = AlarmEngine()
        let start = ContinuousClock.now
        try engine.register(rules, at: AlarmTime(.zero, wall: Date()))
        return [(ContinuousClock.now - start) / .milliseconds(1)]
      }
    ).run()
  }

  /// In a process of its own, whose memory nothing else has touched.
  private func timers() async throws {
    try await Comparison(
      suite: Self.suite,
      metrics: [.init(name: "resident memory of 1000000 pending operator timers", unit: "MB", target: .atMost(200))],
      runs: 3, ours: { [try await Probe.side("ours", "alarm-timers", 1_000_000).round()[0] / 1e6] }
    ).run()
  }
}
