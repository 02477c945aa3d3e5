import Testing

@testable import Holdfast

/// The acceptance vectors AL20–AL31 and the defects D1–D9, to the nanosecond; times are in milliseconds.
@Suite struct OperatorVectorTests {
  struct Vector: Sendable, CustomTestStringConvertible {
    var name: String
    var rule: String
    /// Times at which the alarm `a` changes, beginning with a raise.
    var toggles: [Int64]
    var expected: [String]
    var testDescription: String { name }
  }

  static let vectors: [Vector] = [
    Vector(
      name: "AL23 set 0, clear 50 is too short", rule: "debounce(a, 100ms)", toggles: [0, 50], expected: ["0 cleared"]),
    Vector(
      name: "AL23 set 0, clear 0, set 0", rule: "debounce(a, 100ms)", toggles: [0, 0, 0, 150],
      expected: ["0 cleared", "100ms raised", "150ms cleared"]),
    Vector(
      name: "AL23 cleared when it would be set", rule: "debounce(a, 100ms)", toggles: [0, 100], expected: ["0 cleared"]),
    Vector(
      name: "AL24 set 0, clear 1", rule: "hold(a, 250ms)", toggles: [0, 1],
      expected: ["0 cleared", "0 raised", "250ms cleared"]),
    Vector(
      name: "AL24 set 0, clear 300", rule: "hold(a, 250ms)", toggles: [0, 300],
      expected: ["0 cleared", "0 raised", "300ms cleared"]),
    Vector(
      name: "AL24 D1 D9 set again during the hold, it stays set", rule: "hold(a, 250ms)", toggles: [0, 50, 100],
      expected: ["0 cleared", "0 raised"]),
    Vector(
      name: "AL24 D6 a second raise after the hold expired", rule: "hold(a, 250ms)", toggles: [0, 50, 400, 410],
      expected: ["0 cleared", "0 raised", "250ms cleared", "400ms raised", "650ms cleared"]),
    Vector(
      name: "AL25 the third raise sets", rule: "intensity(a, 3, 250ms)", toggles: [10, 20, 30, 40, 50, 60],
      expected: ["0 cleared", "50ms raised", "270ms cleared"]),
    Vector(
      name: "AL25 three pulses clear at 91 ms after", rule: "intensity(a, 3, 100ms)",
      toggles: [10, 11, 12, 13, 14, 15], expected: ["0 cleared", "14ms raised", "111ms cleared"]),
    Vector(
      name: "AL26 100 of 200", rule: "onTime(a, 100ms, 200ms)", toggles: [0, 100],
      expected: ["0 cleared", "100ms raised", "200ms cleared"]),
    Vector(
      name: "AL26 six cycles of 15 on and 10 off", rule: "onTime(a, 100ms, 200ms)",
      toggles: [0, 15, 25, 40, 50, 65, 75, 90, 100, 115, 125, 140, 150], expected: ["0 cleared", "160ms raised"]),
    Vector(
      name: "AL26 D2 set at 290, not 240", rule: "onTime(a, 100ms, 200ms)", toggles: [0, 50, 190],
      expected: ["0 cleared", "290ms raised"]),
    Vector(
      name: "AL27 six times 20 on and 1 off", rule: "sustain(a, 100ms, 200ms)",
      toggles: [0, 20, 21, 41, 42, 62, 63, 83, 84, 104, 105, 125], expected: ["0 cleared"]),
    Vector(
      name: "AL27 set 0 to 100", rule: "sustain(a, 100ms, 200ms)", toggles: [0, 100],
      expected: ["0 cleared", "100ms raised", "200ms cleared"]),
    Vector(
      name: "AL27 D3 on again at 150", rule: "sustain(a, 100ms, 200ms)", toggles: [0, 100, 150],
      expected: ["0 cleared", "100ms raised", "200ms cleared", "250ms raised"]),
    Vector(
      name: "AL29 two flaps at once", rule: "debounce(a, 15s) or intensity(a, 2, 60s)", toggles: [0, 0, 0, 0],
      expected: ["0 cleared", "0 raised", "1m cleared"]),
    Vector(
      name: "AL29 an outage of 15 s", rule: "debounce(a, 15s) or intensity(a, 2, 60s)", toggles: [0, 20_000],
      expected: ["0 cleared", "15s raised", "20s cleared"]),
    Vector(
      name: "AL42 five changes in a row do not flap", rule: "flapping(a, 1s)", toggles: [0, 10, 20, 30, 40],
      expected: ["0 cleared"]),
    Vector(
      name: "AL42 six do, until the curve falls to 20 %", rule: "flapping(a, 1s)", toggles: [0, 10, 20, 30, 40, 50],
      expected: ["0 cleared", "50ms raised", "16050ms cleared"]),
  ]

  /// Time is moved only to where the engine asks to be woken: so the wake-ups are exact, too.
  @Test(arguments: vectors) func `AL23–AL29 D1–D3 the vectors hold`(vector: Vector) throws {
    var bed = try EngineBed(["out": vector.rule])
    for (index, time) in vector.toggles.enumerated() {
      try index.isMultiple(of: 2) ? bed.set("a", at: time) : bed.clear("a", at: time)
    }
    while let next = bed.engine.nextWakeUp {
      let before = bed.engine.events.count
      bed.engine.advance(to: AlarmTime(next, wall: EngineBed.at(0).wall))
      #expect(bed.engine.events.count == before + 1, "woken at \(next) for nothing")
    }
    #expect(bed.history("out") == vector.expected)
  }

  @Test func `AL25 fifty redundant sets count once`() throws {
    var bed = try EngineBed(["out": "intensity(a, 2, 1s)"])
    for time in 0..<50 { try bed.set("a", at: Int64(time)) }
    #expect(try bed.state("out") == .clear)
  }

  @Test func `AL30 D4 registering a rule again changes nothing`() throws {
    let rule = "debounce(a, 100ms) or hold(debounce(a, 50ms), 1s) or onTime(a, 70ms, 1s)"
    var bed = try EngineBed(["out": rule, "slow": "debounce(a, 100ms)"])
    try bed.set("a", at: 0)
    try bed.register("out", rule, at: 60)
    bed.advance(to: 120)
    #expect(bed.history("out") == ["0 cleared", "50ms raised"])
    try bed.register("out", rule, at: 150)
    try bed.register("slow", "debounce(a, 200ms)", at: 150)
    #expect(bed.history() == ["slow 150ms cleared"])
    bed.advance(to: 1000)
    #expect(bed.history() == ["slow 200ms raised"])
  }

  @Test func `AL30 a part that stays keeps its memory when its surroundings change`() throws {
    var bed = try EngineBed(["out": "intensity(a, 3, 1s)"])
    for time in [0, 100] as [Int64] {
      try bed.set("a", at: time)
      try bed.clear("a", at: time + 10)
    }
    try bed.register("out", "intensity(a, 3, 1s) and not b", at: 200)
    try bed.set("a", at: 300)
    #expect(bed.history("out") == ["0 cleared", "300ms raised"])
  }

  @Test func `D9 a stale timer clears nothing`() throws {
    var bed = try EngineBed(["out": "debounce(a, 100ms)"])
    for time in stride(from: 0, to: 900, by: 90) as StrideTo<Int64> {
      try bed.set("a", at: time)
      try bed.clear("a", at: time + 80)
    }
    try bed.set("a", at: 900)
    bed.advance(to: 5000)
    #expect(bed.history("out") == ["0 cleared", "1s raised"])
  }
}
