import Testing

@testable import Holdfast

@Suite struct AlarmRuleTestTests {
  @Test func `AL46 a timeline is played and its failures told`() throws {
    let (down, bad) = (try AlarmID("wifi.down"), try AlarmID("wifi.bad"))
    let test = AlarmRuleTest(
      rules: [AlarmRule("wifi.bad", when: .debounce("wifi.down", .seconds(15)))],
      remedies: [bad: .init(RemedyPolicy(retry: .after(.seconds(10))), takes: .seconds(1))],
      steps: [
        .init(at: .zero, .set(down, "no carrier")), .init(at: .seconds(15), .expect(bad, .set)),
        .init(at: .seconds(26), .expectStarts(bad, 2)), .init(at: .seconds(26), .expectRemedy(bad, .clear)),
        .init(at: .seconds(30), .forget(down)), .init(at: .seconds(30), .expect(bad, .clear)),
      ])
    let report = try test.run()
    #expect(report.expectations == 4)
    let failure = try #require(report.failures.first)
    #expect(report.failures.count == 1)
    #expect((failure.step, failure.expected, failure.found) == (3, "clear", "running"))
    #expect(failure.history.map(\.what) == ["cleared", "raised", "raised", "remedy started#1", "remedy started#2"])
    #expect(failure.explanation?.state == .set)
  }

  @Test func `AL46 what is due at the instant of a report is part of it, and before an expectation`() throws {
    let (down, bad) = (try AlarmID("down"), try AlarmID("bad"))
    var test = AlarmRuleTest(
      rules: [AlarmRule("bad", when: .debounce("down", .seconds(1)))],
      steps: [
        .init(at: .zero, .set(down)), .init(at: .seconds(1), .clear(down)),
        .init(at: .seconds(2), .expect(bad, .clear)),
      ])
    #expect(try test.run().isPassed)
    test.steps.insert(.init(at: .seconds(1), .expect(bad, .set)), at: 1)
    #expect(try test.run().isPassed)
  }

  @Test func `a report about a derived alarm is refused`() throws {
    let test = AlarmRuleTest(
      rules: [AlarmRule("bad", when: "down")], steps: [.init(at: .zero, .set(try AlarmID("bad")))])
    #expect(throws: AlarmError.self) { _ = try test.run() }
  }
}
