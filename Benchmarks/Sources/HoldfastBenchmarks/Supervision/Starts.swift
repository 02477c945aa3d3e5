import Holdfast

/// Starting children one by one, each awaited until it is ready, and stopping them all.
struct Starts {
  static let suite = "supervision"
  static let sizes = [1_000, 10_000, 100_000]

  let otp: OTP

  func run() async throws {
    var medians: [[Double]] = []
    for size in Self.sizes { medians.append(try await compare(size, isLargest: size == Self.sizes.last)) }
    try flat("startChild per child", medians.map { $0[0] })
    try flat("ordered stop per child", medians.map { $0[1] })
    try await observed(largest: medians.last?.first ?? .nan)
  }

  func runDynamic() async throws {
    for size in Self.sizes { try await compareDynamic(size, isLargest: size == Self.sizes.last) }
  }

  private func compareDynamic(_ size: Int, isLargest: Bool) async throws {
    let name = "DynamicSupervisor.startChild awaiting readiness, \(size) children"
    try await Comparison(
      suite: Self.suite,
      metrics: [
        .init(name: name, unit: "µs/child", target: isLargest ? .timesAsGood(1.4) : nil),
        .init(
          name: "parallel stop, \(size) children", unit: "µs/child", target: isLargest ? .timesAsGood(1) : nil),
      ], runs: isLargest ? 5 : 9, ours: { try await Self.dynamicRound(size) },
      peer: otp.side("simple_one_for_one", "start simple_one_for_one \(size)"), missing: OTP.missing
    ).run()
  }

  private static func dynamicRound(_ size: Int) async throws -> [Double] {
    let supervisor = DynamicSupervisor<Int>("bench", intensity: Bed.intensity, shutdown: .seconds(60)) { _, context in
      await context.untilStopped()
    }
    let run = await begin(supervisor)
    let start = try await microseconds {
      for number in 0..<size { try await supervisor.startChild(number) }
    }
    let stop = try await microseconds {
      supervisor.stop()
      try await run.value
    }
    return [start / Double(size), stop / Double(size)]
  }

  private func compare(_ size: Int, isLargest: Bool) async throws -> [Double] {
    let metrics = [
      Comparison.Metric(
        name: "startChild awaiting readiness, \(size) children", unit: "µs/child",
        target: isLargest ? .timesAsGood(2) : nil),
      Comparison.Metric(
        name: "ordered stop, one by one in reverse, \(size) children", unit: "µs/child",
        target: isLargest ? .timesAsGood(1) : nil),
    ]
    return try await Comparison(
      suite: Self.suite, metrics: metrics, runs: isLargest ? 5 : 9, ours: { try await Self.round(size) },
      peer: otp.side("one_for_one", "start one_for_one \(size)"), missing: OTP.missing
    ).run()
  }

  static func round(_ size: Int, observed: Bool = false) async throws -> [Double] {
    let bed = await Bed()
    let feed = observed ? bed.supervisor.events() : nil
    let reader = Task { if let feed { for await _ in feed {} } }
    let start = try await microseconds { try await bed.fill(size) }
    reader.cancel()
    await reader.value
    let stop = try await microseconds { try await bed.stop() }
    return [start / Double(size), stop / Double(size)]
  }

  /// Runs it, and returns when it has started; nobody listens to its events any more then.
  private static func begin(_ supervisor: DynamicSupervisor<Int>) async -> Task<Void, any Error> {
    let feed = supervisor.events()
    let run = Task { try await supervisor.run() }
    for await item in feed {
      if case .item(let event) = item, event.name == "supervisorStarted" { break }
    }
    return run
  }

  /// Costs per child must not grow with the number of children.
  private func flat(_ metric: String, _ costs: [Double]) throws {
    let (least, most) = (costs.min() ?? .nan, costs.max() ?? .nan)
    try Result(
      suite: Self.suite, "\(metric), dearest of \(Self.sizes)", most, "µs/child", runs: costs.count,
      than: "the cheapest", least, target: .share(2)
    ).emit()
  }

  /// The same with somebody who reads every event.
  private func observed(largest: Double) async throws {
    var costs: [Double] = []
    for _ in 0..<5 { costs.append(try await Self.round(100_000, observed: true)[0]) }
    try Result(
      suite: Self.suite, "startChild with a reader of all events, 100000 children", costs.median, "µs/child",
      runs: costs.count, than: "without a reader", largest
    ).emit()
  }
}
