import HoldfastTesting
import Testing

@testable import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Random rules on random timelines: the engine against the definitions. A failure names its seed.
@Suite(.timeLimit(.minutes(10))) struct EnginePropertyTests {
  @Test func `AL20–AL30 D1–D4 the engine agrees with the definitions at every instant`() throws {
    for seed in 0..<200 as Range<UInt64> {
      var play = try RandomPlay(seed: seed, restarts: false)
      if let fault = try play.run() {
        Issue.record("seed \(seed): \(fault)")
        return
      }
    }
  }

  @Test func `AL43 D7 an engine that is stored and restored at random goes on as if nothing had happened`() throws {
    for seed in 0..<100 as Range<UInt64> {
      var play = try RandomPlay(seed: seed, restarts: true)
      if let fault = try play.run() {
        Issue.record("seed \(seed): \(fault)")
        return
      }
    }
  }
}

private struct RandomPlay {
  private static let instants: Int64 = 70
  private var random: SplitMix64
  private let form: AlarmExpression.Form
  private let restarts: Bool
  private var engine = AlarmEngine()
  private var brute = BruteForce()
  /// The engine's state after each place, and where it had asked to be woken before.
  private var states: [Bool] = []
  private var wakes: [Int64?] = []
  private var reported: [String: Bool] = [:]
  /// Between the instants of the play and the monotonic clock of the engine's present run.
  private var shift: Int64 = 0
  private var stored: [AlarmID: AlarmRecord] = [:]

  init(seed: UInt64, restarts: Bool) throws {
    random = SplitMix64(seed: seed)
    form = RandomRules.form(depth: 4, &random)
    self.restarts = restarts
    try engine.register(rule, at: time(0))
  }

  private var rule: AlarmRule { AlarmRule("out", when: AlarmExpression(form: form)) }

  /// Wall clocks near 2001 keep nanoseconds exactly.
  private func time(_ instant: Int64) -> AlarmTime {
    AlarmTime(Instant(nanoseconds: instant + shift), wall: Date(timeIntervalSinceReferenceDate: Double(instant) / 1e9))
  }

  mutating func run() throws -> String? {
    // Registering is the first thing that happens.
    place(at: 0)
    states.append(engine.state(of: AlarmID(checked: "out")) == .set)
    let busy = Int.random(in: 1...9, using: &random)
    for instant in 0..<Self.instants {
      let isBusy = Int.random(in: 0..<10, using: &random) < busy
      let reports = isBusy ? [1, 1, 1, 2, 3].randomElement(using: &random) ?? 1 : 0
      for _ in 0..<reports { try report(at: instant) }
      if reports == 0 {
        place(at: instant)
        engine.advance(to: time(instant))
        states.append(engine.state(of: AlarmID(checked: "out")) == .set)
      }
      try disturb(at: instant)
    }
    return check()
  }

  private mutating func report(at instant: Int64) throws {
    let alarm = ["a", "b", "c"].randomElement(using: &random) ?? "a"
    let id = try AlarmID(alarm)
    switch Int.random(in: 0..<12, using: &random) {
    case 0:
      reported[alarm] = nil
      place(at: instant)
      try engine.forget(id, at: time(instant))
    case 1..<6:
      reported[alarm] = true
      place(at: instant)
      try engine.set(id, at: time(instant))
    default:
      reported[alarm] = false
      place(at: instant)
      try engine.clear(id, at: time(instant))
    }
    // Forgetting what was never known is no report at all; a wake-up takes its place.
    engine.advance(to: time(instant))
    states.append(engine.state(of: AlarmID(checked: "out")) == .set)
  }

  private mutating func place(at instant: Int64) {
    wakes.append(engine.nextWakeUp.map { $0.nanoseconds - shift })
    brute.times.append(instant)
    for alarm in ["a", "b", "c"] { brute.alarms[alarm, default: []].append(reported[alarm]) }
  }

  /// What must change nothing: registering the rule again, and another run of the process.
  private mutating func disturb(at instant: Int64) throws {
    if Int.random(in: 0..<20, using: &random) == 0 { try engine.register(rule, at: time(instant)) }
    let changes = engine.takeChanges()
    for record in changes.saved { stored[record.id] = record }
    for id in changes.removed { stored[id] = nil }
    guard restarts, Int.random(in: 0..<5, using: &random) == 0 else { return }
    shift = Int64.random(in: -1000...1000, using: &random)
    engine = try AlarmEngine(restoring: stored.values.shuffled(using: &random), at: time(instant))
  }

  private func check() -> String? {
    let expected = brute.line(form).set
    for place in expected.indices where expected[place] != states[place] {
      let history = ["a", "b", "c"].map { alarm in
        "\(alarm) " + (brute.alarms[alarm] ?? []).map { $0.map { $0 ? "█" : "▁" } ?? "?" }.joined()
      }
      return """
        \(form.text.debugDescription) is \(states[place]) at \(brute.times[place]) (place \(place)), not \(expected[place])
        \(history.joined(separator: "\n"))
        times    \(brute.times)
        engine   \(states.map { $0 ? "█" : "▁" }.joined())
        expected \(expected.map { $0 ? "█" : "▁" }.joined())
        """
    }
    return checkWakeUps()
  }

  /// The engine asks for an instant exactly when some operator changes there by itself.
  private func checkWakeUps() -> String? {
    let operators = form.operations.map { brute.line($0).set }
    for place in brute.times.indices.dropFirst() where brute.times[place] > brute.times[place - 1] {
      let isChange = operators.contains { $0[place] != $0[place - 1] }
      let isReport = alarmsChange(at: place)
      let isWake = wakes[place] == brute.times[place]
      if isChange, !isWake, !isReport { return "\(form.text) changes at \(brute.times[place]) without a wake-up" }
      if isWake, !isChange, !isReport { return "\(form.text) is woken at \(brute.times[place]) for nothing" }
      if let wake = wakes[place], wake < brute.times[place] { return "\(form.text) slept over \(wake)" }
    }
    return nil
  }

  private func alarmsChange(at place: Int) -> Bool {
    brute.alarms.values.contains { $0[place] != $0[place - 1] }
  }
}

extension AlarmExpression.Form {
  /// The operators over time in it.
  fileprivate var operations: [Self] {
    let own: [Self] = if case .operation = self { [self] } else { [] }
    return own + children.flatMap(\.operations)
  }
}
