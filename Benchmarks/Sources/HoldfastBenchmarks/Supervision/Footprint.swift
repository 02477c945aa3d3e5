/// What children cost that do nothing: memory, timers, threads, wake-ups.
struct Footprint {
  private static let count = 100_000

  func run() async throws {
    try await memory()
    try await waiting()
    try await idle()
  }

  private func memory() async throws {
    let ours = Probe.side("ours", "children", Self.count)
    let metric = { (target: Target?) in
      Comparison.Metric(name: "resident memory per idle child, \(Self.count) children", unit: "B", target: target)
    }
    try await Comparison(
      suite: Starts.suite, metrics: [metric(.share(0.6))], ours: ours.round,
      peer: OTP.fresh("one_for_one", "memory one_for_one \(Self.count)"), missing: OTP.missing
    ).run()
    try await Comparison(
      suite: Starts.suite, metrics: [metric(.share(1.35))], ours: ours.round,
      peer: Probe.side("a suspended task", "tasks", Self.count)
    ).run()
  }

  private func waiting() async throws {
    try await Comparison(
      suite: Starts.suite,
      metrics: [
        .init(name: "resident memory per waiting child, \(Self.count) children", unit: "B"),
        .init(name: "timers of \(Self.count) waiting children", unit: "timers", target: .atMost(1)),
        .init(name: "threads of \(Self.count) waiting children", unit: "threads"),
      ], ours: Probe.side("ours", "waiting", Self.count).round,
      peer: .init(name: "a suspended task") { [try await Probe.side("", "tasks", Self.count).round()[0], 0, 0] }
    ).run()
  }

  /// Looked at from outside, so that looking wakes nobody.
  private func idle() async throws {
    let peer = try OTP.machine().map { machine in
      _ = try machine.figures("idle one_for_one 1000")
      return Comparison.Side(name: "\(OTP.name) one_for_one") { [try await Self.wakeUps(of: machine.facts)] }
    }
    let ours = try Probe.process("children", 1000)
    _ = try ours.figures("go")
    // Threads of the pool that have nothing to do end after five seconds.
    try await Task.sleep(for: .seconds(8))
    try await Comparison(
      suite: Starts.suite, metrics: [.init(name: "wake-ups in 5 s, 1000 idle children", unit: "")],
      ours: { [try await Self.wakeUps(of: ours.facts)] }, peer: peer, missing: OTP.missing
    ).run()
    try await Self.wakeUps(ours.facts, "1000 idle children", suite: Starts.suite)
  }

  /// Beside a process in which tasks are suspended and nothing else is: libdispatch looks after its threads once a
  /// second in every Swift program on Linux, so that is the floor.
  static func wakeUps(_ facts: ProcessFacts, _ what: String, suite: String) async throws {
    let floor = try Probe.process("tasks", 1000)
    _ = try floor.figures("go")
    try await Task.sleep(for: .seconds(8))
    try await Comparison(
      suite: suite, metrics: [.init(name: "wake-ups in 5 s beyond the floor, \(what)", unit: "", target: .more(1))],
      ours: { [try await wakeUps(of: facts)] },
      peer: .init(name: "a suspended Swift program") { [try await wakeUps(of: floor.facts)] }
    ).run()
  }

  /// How often a process is woken within five seconds.
  static func wakeUps(of facts: ProcessFacts) async throws -> Double {
    let before = facts.wakeUps
    try await Task.sleep(for: .seconds(5))
    return facts.wakeUps - before
  }
}
