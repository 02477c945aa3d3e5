import Holdfast
import Testing

@testable import HoldfastDaemon

/// `holdfast test`: files, what is wrong with them, and what a failure looks like.
@Suite struct RuleTestFileTests {
  private static let wifi = """
    rules:
      wifi.unstable: { when: "debounce(wifi.down, 15s) or intensity(wifi.down, 2, 60s)" }
    timeline:
      - { at: 0s, set: wifi.down }

    """

  private func play(_ text: String) throws -> RuleTestResult {
    let file = try RuleTestFile.read(text, as: "wifi.yml")
    return RuleTestResult(file, try file.test.run())
  }

  private func problems(_ text: String) -> [String] {
    let error = #expect(throws: ConfigurationError.self) { _ = try RuleTestFile.read(text, as: "t.yml") }
    return error?.description.split(separator: "\n").map(String.init) ?? []
  }

  @Test func `AL46 the example of the manual holds`() throws {
    let result = try play(
      Self.wifi + """
          - { at: 14900ms, expect: { wifi.unstable: clear, never.heard: unknown } }
          - { at: 15s, expect: { wifi.unstable: set } }
        """)
    #expect(result.ok)
    #expect(result.expectations == 3)
    #expect(result.status == .ok)
  }

  @Test func `AL46 a failure shows the difference and every part's value`() throws {
    let result = try play(
      Self.wifi + "  - { at: 14.9s, expect: { wifi.unstable: set } }\n  - { at: 20s, expect: { wifi.down: set } }\n")
    #expect(result.status == .failed)
    let text = RuleTestText(terminal: Terminal(1, colours: false)).lines(result).joined(separator: "\n")
    #expect(
      text == """
        wifi.yml:5:43: at 14900ms wifi.unstable is clear, expected set
          timeline
            0s       wifi.unstable  cleared
            0s       wifi.down      raised
          - 14900ms  wifi.unstable  set
          + 14900ms  wifi.unstable  clear
          values at 14900ms
            clear    debounce(wifi.down, 15s) or intensity(wifi.down, 2, 1m)
            clear      debounce(wifi.down, 15s)   changes in 100ms
            set          wifi.down
            clear      intensity(wifi.down, 2, 1m)
            set          wifi.down
        wifi.yml: failed, 1 of 2 expectations did not hold
        """)
    let json = try JSONLine.encode(result)
    #expect(json.contains(#""changesAt":"15s","expression":"debounce(wifi.down, 15s)""#))
    #expect(json.contains(#""column":43,"#))
  }

  @Test func `AL46 remedies are played`() throws {
    let result = try play(
      """
      rules:
        web.bad: { when: "debounce(web.down, 15s)", remedy: { command: [./x], retry: 60s, attempts: 2, takes: 5s } }
      timeline:
        - { at: 0s, set: web.down }
        - { at: 15s, expect: { web.bad: set, remedy: started#1 } }
        - { at: 16s, expect: { remedy: running } }
        - { at: 20s, expect: { remedy: waitingToRetry } }
        - { at: 79.9s, expect: { remedy: started#1 } }
        - { at: 80s, expect: { remedy: { web.bad: started#2 } } }
        - { at: 82s, clear: web.down, expect: { web.bad: clear, remedy: finishingRun } }
        - { at: 85s, expect: { remedy: clear } }
      """)
    #expect(result.failures.map(\.found).isEmpty)
    #expect(result.expectations == 9)
  }

  @Test func `AL28 AL46 instances of a rule with parameters`() throws {
    let result = try play(
      """
      rules:
        net.bad($if): { when: "debounce(net.down($if), 1s) and not maintenance", instances: [eth0, [wlan0]] }
      timeline:
        - { at: 0s, set: [net.down(eth0)], description: no carrier }
        - { at: 1s, expect: { net.bad(eth0): set, net.bad(wlan0): clear } }
        - { at: 2s, set: maintenance, expect: { net.bad(eth0): clear } }
        - { at: 3s, clear: maintenance, forget: net.down(eth0), expect: { net.bad(eth0): clear } }
      """)
    #expect(result.failures.isEmpty)
  }

  @Test func `AL12 AL46 everything wrong is reported with line and column`() {
    let text = """
      rules:
        wifi.unstable: { when: "debounce(wifi.down, 15x)" }
        a: b
        b: not a
        9x: { when: b, severity: bad }
      timeline:
        - { at: 5s, set: wifi.down }
        - { at: 1s, set: wifi.down }
        - { at: 8s, expect: { a: sett }, expct: 1 }
        - { at: 8s, set: a }
        - { at: 8s }
        - { at: 9s, expect: { remedy: started#1 } }
      """
    #expect(
      problems(text) == [
        "t.yml:2:47: rules.wifi.unstable.when: expected a duration such as 250ms, 15s, 5m, 2h or 1d, found `15x`",
        "t.yml:4:3: rules: b: would depend on itself: b → a → b; break the circle",
        "t.yml:5:3: rules: 9x: `9x` is no type; use letters, digits, `.`, `_` and `-`, starting with a letter",
        "t.yml:5:28: rules.9x.severity: expected one of debug, info, notice, warning, error, critical, alert, emergency, "
          + "found `bad`",
        "t.yml:8:5: timeline[1]: comes before the step above it; put the steps in the order of time",
        "t.yml:9:28: timeline[2].expect.a: expected one of unknown, clear, set, found `sett`; did you mean `set`?",
        "t.yml:9:36: timeline[2]: unknown key `expct`; did you mean `expect`? "
          + "(known here: at, set, clear, forget, description, expect)",
        "t.yml:10:20: timeline[3].set: a follows from a rule; report what the rule looks at",
        "t.yml:11:5: timeline[4]: does nothing: give `set`, `clear`, `forget` or `expect`",
        "t.yml:12:33: timeline[5].expect.remedy: there is not exactly one remedy: write remedy: { ALARM: started#1 }",
      ])
    #expect(problems("") == ["t.yml: is empty: give `rules:` and a `timeline:`"])
    #expect(problems("rules: {").first?.contains("not valid YAML") == true)
  }

  @Test func `AL46 the command's status is that of the worst file`() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.wifi + "  - { at: 15s, expect: { wifi.unstable: set } }\n", to: "good.yml")
    try folder.write(Self.wifi + "  - { at: 14s, expect: { wifi.unstable: set } }\n", to: "failing.yml")
    try folder.write("timeline: 3\n", to: "wrong.yml")
    let statuses = try ["good", "failing", "wrong", "absent"].map {
      try RuleTestResult(of: "\(folder.path)/\($0).yml").status
    }
    #expect(statuses == [.ok, .failed, .usage, .usage])
  }

  @Test func `AL46 a day of flapping is played at once`() throws {
    let start = ContinuousClock.now
    let minutes = (0..<1440).map { minute in
      "  - { at: \(minute)m, set: wifi.down }\n  - { at: \(minute)m, clear: wifi.down }\n"
    }
    let result = try play(Self.wifi + minutes.joined() + "  - { at: 24h, expect: { wifi.unstable: clear } }\n")
    #expect(result.failures.isEmpty)
    // A generous bound for a debug build on a busy machine; the point is that nobody waits a day.
    #expect(ContinuousClock.now - start < .seconds(30))
  }
}
