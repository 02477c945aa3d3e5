import Testing

@testable import Holdfast

/// Each operator, and operators within operators, as pictures; durations are in milliseconds, a character is 10 ms.
@Suite struct OperatorMarbleTests {
  static let marbles: [Marble] = [
    Marble(
      name: "AL20 an alarm alone is mirrored", rule: "a",
      a: "▁▁███▁▁█", expected: "▁▁███▁▁█"),
    Marble(
      name: "AL21 and", rule: "a and b",
      a: "▁███▁▁██", b: "▁▁██▁███",
      expected: "▁▁██▁▁██"),
    Marble(
      name: "AL21 or", rule: "a or b",
      a: "▁███▁▁▁▁", b: "▁▁███▁█▁",
      expected: "▁████▁█▁"),
    Marble(
      name: "AL21 not is set while nothing is known", rule: "not a",
      a: "▁▁██▁▁█", expected: "██▁▁██▁"),
    Marble(
      name: "AL22 unknownAsSet is set until its operand first clears", rule: "unknownAsSet(a)",
      a: "▁▁██▁▁█▁", expected: "████▁▁█▁"),
    Marble(
      name: "AL22 unknownAsSet looks through and: one clear operand decides", rule: "unknownAsSet(a and b)",
      a: "▁▁█▁▁█", b: "▁▁▁▁▁▁",
      expected: "███▁▁█"),
    Marble(
      name: "AL23 debounce wants a whole time", rule: "debounce(a, 30ms)",
      a: "█▁██▁█████▁▁", expected: "▁▁▁▁▁▁▁▁██▁▁"),
    Marble(
      name: "AL23 debounce of just too short a time", rule: "debounce(a, 30ms)",
      a: "███▁▁███▁", expected: "▁▁▁▁▁▁▁▁▁"),
    Marble(
      name: "AL24 hold lasts from the raise", rule: "hold(a, 40ms)",
      a: "▁█▁▁▁▁▁▁██████▁", expected: "▁████▁▁▁██████▁"),
    Marble(
      name: "AL24 D1 a raise during the hold begins it anew", rule: "hold(a, 40ms)",
      a: "█▁▁█▁▁▁▁▁", expected: "███████▁▁"),
    Marble(
      name: "AL25 intensity counts pulses that touch the window", rule: "intensity(a, 2, 50ms)",
      a: "█▁▁█▁▁▁▁▁▁▁", expected: "▁▁▁███▁▁▁▁▁"),
    Marble(
      name: "AL25 a pulse that goes on touches every window", rule: "intensity(a, 2, 50ms)",
      a: "█▁▁██████████▁", expected: "▁▁▁███▁▁▁▁▁▁▁▁"),
    Marble(
      name: "AL26 onTime sums", rule: "onTime(a, 30ms, 60ms)",
      a: "█▁█▁█▁▁▁▁▁▁", expected: "▁▁▁▁▁█▁▁▁▁▁"),
    Marble(
      name: "AL26 onTime clears where the window leaves the sum", rule: "onTime(a, 30ms, 60ms)",
      a: "███▁▁▁▁▁▁▁▁", expected: "▁▁▁███▁▁▁▁▁"),
    Marble(
      name: "AL27 sustain wants one run", rule: "sustain(a, 30ms, 60ms)",
      a: "██▁██▁███▁▁▁▁▁▁", expected: "▁▁▁▁▁▁▁▁▁███▁▁▁"),
    Marble(
      name: "AL27 sustain lets a long run leave the window while another begins", rule: "sustain(a, 30ms, 60ms)",
      a: "███▁▁▁█████▁▁▁▁▁▁", expected: "▁▁▁███▁▁▁█████▁▁▁"),
    Marble(
      name: "AL29 an outage or two flaps", rule: "debounce(a, 30ms) or intensity(a, 2, 50ms)",
      a: "████▁▁▁▁▁█▁█▁▁▁▁▁▁▁", expected: "▁▁▁█▁▁▁▁▁▁▁████▁▁▁▁"),
    Marble(
      name: "hold within debounce", rule: "debounce(hold(a, 30ms), 50ms)",
      a: "█▁█▁█▁█▁▁▁▁▁", expected: "▁▁▁▁▁████▁▁▁"),
    Marble(
      name: "debounce within hold", rule: "hold(debounce(a, 20ms), 40ms)",
      a: "███▁▁▁▁▁▁█▁▁", expected: "▁▁████▁▁▁▁▁▁"),
    Marble(
      name: "not within debounce", rule: "debounce(not a, 20ms)",
      a: "▁▁▁▁█▁▁▁", expected: "▁▁██▁▁▁█"),
    Marble(
      name: "intensity of debounce, and not the other", rule: "intensity(debounce(a, 20ms), 2, 90ms) and not b",
      a: "███▁███▁▁▁▁▁▁▁▁▁", b: "▁▁▁▁▁▁▁▁▁█▁▁▁▁▁▁",
      expected: "▁▁▁▁▁▁███▁██▁▁▁▁"),
  ]

  @Test(arguments: marbles) func `AL20–AL29 each operator draws its picture`(marble: Marble) throws {
    let output = try marble.play()
    #expect(output == marble.expected, "\(marble.rule)\n  a \(marble.a)\n  b \(marble.b)\ngot \(output)")
  }
}
