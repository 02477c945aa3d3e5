import Holdfast

/// From a crash to the replacement's readiness, without a delay.
struct Restarts {
  let otp: OTP

  func run() async throws {
    try await one()
    let many = try await burst(10_000, target: .timesAsGood(30))
    try await flat(many)
  }

  private func one() async throws {
    try await Comparison(
      suite: Starts.suite,
      metrics: [.init(name: "crash to restarted, one child", unit: "µs", target: .timesAsGood(2))], runs: 11,
      ours: { [try await Self.oneChild(200)] },
      peer: otp.side("one_for_one, its restart window empty", "restart 200"), missing: OTP.missing
    ).run()
  }

  private static func oneChild(_ count: Int) async throws -> Double {
    let bed = await Bed()
    let arrivals = Arrivals()
    let child = CrashingChild { arrivals.arrive() }
    try await arrivals.wait(for: 1) { try await bed.supervisor.startChild(child.child("child")) }
    for _ in 0..<50 { await arrivals.wait(for: 1) { child.crash() } }
    let time = await microseconds {
      for _ in 0..<count { await arrivals.wait(for: 1) { child.crash() } }
    }
    try await bed.stop()
    return time / Double(count)
  }

  private func burst(_ size: Int, target: Target) async throws -> Double {
    try await Comparison(
      suite: Starts.suite,
      metrics: [.init(name: "burst of \(size) crashes, per restart", unit: "µs", target: target)],
      ours: { [try await Self.burst(size)] },
      peer: otp.side("one_for_one", "burst \(size)"), missing: OTP.missing
    ).run()[0]
  }

  /// All children crash at once, as many times as it takes to measure a small number of them.
  private static func burst(_ size: Int) async throws -> Double {
    let bed = await Bed()
    let arrivals = Arrivals()
    let children = (0..<size).map { _ in CrashingChild { arrivals.arrive() } }
    try await arrivals.wait(for: size) {
      for (number, child) in children.enumerated() {
        try await bed.supervisor.startChild(child.child("child-\(number)"))
      }
    }
    let times = max(1, 10_000 / size)
    let time = await microseconds {
      for _ in 0..<times { await arrivals.wait(for: size) { for child in children { child.crash() } } }
    }
    try await bed.stop()
    return time / Double(size * times)
  }

  private func flat(_ many: Double) async throws {
    var few: [Double] = []
    for _ in 0..<5 { few.append(try await Self.burst(100)) }
    try Result(
      suite: Starts.suite, "burst of 10000 crashes, per restart", many, "µs", runs: few.count, than: "a burst of 100",
      few.median, target: .share(1.5)
    ).emit()
  }
}
