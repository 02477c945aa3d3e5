import HoldfastTesting
import Testing

@testable import Holdfast

/// The text form of ids, patterns and rules.
@Suite struct AlarmTextTests {
  @Test(arguments: [
    "a", "wifi.down", "net.down(eth0)", "net.down(\"my net\",2)", "not a", "not (a and b)", "a and b and not c",
    "a or b and c", "(a or b) and c", "debounce(wifi.down, 15s) or intensity(wifi.down, 2, 1m)",
    "hold(debounce(a or b, 250ms), 5m)", "onTime(a, 1500ms, 1d)", "sustain(a, 1ns, 2h)", "flapping(a)",
    "flapping(not a, 5s)", "unknownAsSet(a and b)", "not not a", "debounce(net.down($if), 1s)",
  ])
  func `AL29 what is printed reads back as the same rule`(text: String) throws {
    let expression = try AlarmExpression(parsing: text)
    #expect(expression.description == text)
    #expect(try AlarmExpression(parsing: expression.description) == expression)
  }

  @Test func `built and read rules are the same`() throws {
    let built: AlarmExpression =
      .debounce("wifi.down", .seconds(15)) || .intensity("wifi.down", 2, within: .seconds(60)) && !"net.up(eth0)"
    let text = " debounce( wifi.down,15s )or intensity(wifi.down, 2, 60s)\n and not net.up( eth0 )"
    #expect(try AlarmExpression(parsing: text) == built)
    #expect(
      try AlarmExpression(parsing: "onTime(a, 1.5s, 0.25h)") == .onTime("a", .milliseconds(1500), within: .seconds(900))
    )
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    var text: String
    /// Characters before the place.
    var offset: Int
    var words: String
    var testDescription: String { text }
  }

  @Test(arguments: [
    Fault(text: "", offset: 0, words: "expected an alarm"),
    Fault(text: "debounce(wifi.down, 15x)", offset: 20, words: "expected a duration"),
    Fault(text: "debounce(wifi.down)", offset: 18, words: "write debounce(x, 15s)"),
    Fault(text: "debounce wifi.down", offset: 9, words: "expected `(`"),
    Fault(text: "debounce(a, 0s)", offset: 12, words: "longer than 0"),
    Fault(text: "a && b", offset: 2, words: "write `and`"),
    Fault(text: "a || b", offset: 2, words: "write `or`"),
    Fault(text: "!a", offset: 0, words: "write `not`"),
    Fault(text: "(a or b", offset: 7, words: "character 1 is open"),
    Fault(text: "a or", offset: 4, words: "expected an alarm"),
    Fault(text: "a or and b", offset: 5, words: "before `and`"),
    Fault(text: "a b", offset: 2, words: "expected `and`, `or` or the end"),
    Fault(text: "a)", offset: 1, words: "closes nothing"),
    Fault(text: "é", offset: 0, words: "expected an alarm"),
    Fault(text: "a or \"é\" or b", offset: 5, words: "expected an alarm"),
    Fault(text: "net.down(\"é\") nor b", offset: 14, words: "expected `and`"),
    Fault(text: "intensity(a, two, 60s)", offset: 13, words: "number of pulses, found `two`"),
    Fault(text: "intensity(a, 0, 60s)", offset: 13, words: "1 to 10000"),
    Fault(text: "onTime(a, 2m, 60s)", offset: 10, words: "never fit"),
    Fault(text: "debounced(a, 15s)", offset: 0, words: "is no operator"),
    Fault(text: "net.down()", offset: 9, words: "a parameter is empty"),
    Fault(text: "net.down(*)", offset: 9, words: "for patterns"),
    Fault(text: "net.down(\"x)", offset: 9, words: "not closed"),
    Fault(text: "9lives", offset: 0, words: "starting with a letter"),
  ])
  func `AL5 AL12 an error points at the character`(fault: Fault) throws {
    let error = try #require(throws: AlarmTextError.self) { _ = try AlarmExpression(parsing: fault.text) }
    #expect(error.offset == fault.offset)
    #expect(error.message.contains(fault.words), "\(error)")
  }

  @Test func `a caret shows the place`() throws {
    let error = try #require(throws: AlarmTextError.self) { _ = try AlarmExpression(parsing: "hold(a, 5)") }
    #expect(
      error.description == """
        hold(a, 5)
                ^ expected a duration such as 250ms, 15s, 5m, 2h or 1d, found `5`
        """)
  }

  @Test func `nesting is bounded`() throws {
    let deep = String(repeating: "not ", count: 300) + "a"
    #expect(throws: AlarmTextError.self) { _ = try AlarmExpression(parsing: deep) }
    var built: AlarmExpression = "a"
    for _ in 0..<300 { built = !built }
    #expect(throws: AlarmError.self) { try AlarmRule("x", when: built).check() }
  }

  @Test(
    arguments: [
      ("1ns", 1), ("250ms", 250_000_000), ("15s", 15_000_000_000), ("0", 0), ("14.9s", 14_900_000_000),
      ("1d", 86_400_000_000_000),
    ] as [(String, Int64)])
  func `durations are exact`(text: String, nanoseconds: Int64) {
    #expect(RuleDuration.parse(text) == nanoseconds)
    #expect(RuleDuration.parse(RuleDuration.text(nanoseconds)) == nanoseconds)
  }

  @Test(arguments: ["", "s", "1", "-1s", "1.s", ".5s", "1e3s", "1 s", "99999999999d", "0.5ns", "١s", "1w"])
  func `what is no duration is refused`(text: String) {
    #expect(RuleDuration.parse(text) == nil)
  }

  @Test func `random rules read back`() throws {
    for seed in 0..<2000 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let form = RandomRules.form(depth: 4, &random)
      let text = form.text
      let read = try AlarmExpression(parsing: text).form
      #expect(read.text == text, "seed \(seed)")
      if read.text != text { return }
    }
  }
}
