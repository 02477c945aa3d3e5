import Testing

@testable import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Reports, events, rules and their graph.
@Suite struct EngineTests {
  @Test func `AL2 the first set makes one event with the previous state and both clocks`() throws {
    var bed = try EngineBed()
    try bed.set("x", "d", at: 5)
    let events = bed.engine.takeEvents()
    let event = try #require(events.first)
    #expect(events.count == 1)
    #expect((event.kind, event.previousState, event.state) == (.raised, .unknown, .set))
    #expect((event.description, event.severity, event.previousInstant) == ("d", .warning, nil))
    #expect(event.instant == EngineBed.at(5).instant)
    #expect(abs(event.wall.timeIntervalSince(EngineBed.at(5).wall)) < 0.000_001)
    #expect(try bed.state("x") == .set)
  }

  @Test func `AL3 another description updates, also those that repeat it, and runs no rule`() throws {
    var bed = try EngineBed(["copy": "x", "copy2": "copy", "held": "hold(x, 1s)"])
    try bed.set("x", "1", at: 0)
    try bed.set("x", "1", at: 1)
    _ = bed.engine.takeEvents()
    try bed.set("x", "2", at: 2)
    #expect(bed.history().sorted() == ["copy 2ms updated", "copy2 2ms updated", "x 2ms updated"])
    #expect(try bed.engine.status(of: AlarmID("copy2"))?.description == "2")
    #expect(try bed.engine.status(of: AlarmID("held"))?.description == "1")
  }

  @Test func `AL4 clearing makes one event, also of what was never set`() throws {
    var bed = try EngineBed()
    try bed.set("x", "d", at: 0)
    for time in 1..<100 { try bed.clear("x", at: Int64(time)) }
    try bed.clear("y", at: 100)
    #expect(bed.history() == ["x 0 raised", "x 1ms cleared", "y 100ms cleared"])
    #expect(try bed.engine.status(of: AlarmID("x"))?.description == nil)
  }

  @Test func `AL6 an override applies at once and wins`() throws {
    var bed = try EngineBed()
    try bed.engine.overrideSeverity(.info, of: AlarmID("x"), at: EngineBed.at(0))
    try bed.engine.set(AlarmID("x"), severity: .critical, at: EngineBed.at(1))
    #expect(bed.engine.takeEvents().map(\.severity) == [.info])
    try bed.engine.overrideSeverity(nil, of: AlarmID("x"), at: EngineBed.at(2))
    let events = bed.engine.takeEvents()
    #expect(events.map(\.kind) == [.levelChanged])
    #expect(events.map(\.severity) == [.critical])
  }

  @Test func `AL7 what rules look at and nobody reports is listed`() throws {
    var bed = try EngineBed(["out": "wifi.down or wifi.donw"])
    try bed.set("wifi.down", at: 0)
    #expect(try bed.state("typo") == .unknown)
    #expect(bed.engine.neverReported.map(\.description) == ["wifi.donw"])
  }

  @Test func `AL9 one pass never shows a derived alarm that contradicts its inputs`() throws {
    // A diamond: `x and not x` can only be set by looking too early.
    var bed = try EngineBed(["n": "not x", "both": "x and n", "seen": "intensity(both, 1, 1h)"])
    for time in 0..<10 as Range<Int64> {
      try bed.set("x", at: time * 2)
      try bed.clear("x", at: time * 2 + 1)
    }
    #expect(bed.history("both") == ["0 cleared"])
    #expect(bed.history("seen").isEmpty)
  }

  @Test func `AL20 registering while the input is set makes one event`() throws {
    var bed = try EngineBed()
    try bed.set("a", "why", at: 0)
    _ = bed.engine.takeEvents()
    try bed.register("n", "a", at: 500)
    try bed.register("late", "debounce(a, 100ms)", at: 500)
    try bed.register("later", "debounce(a and not b, 600ms)", at: 500)
    #expect(bed.history() == ["n 500ms raised", "late 500ms raised", "later 500ms cleared"])
    #expect(try bed.engine.status(of: AlarmID("n"))?.description == "why")
  }

  @Test func `AL20 a part that was set for long when it is registered counts from the operand that kept it so`() throws
  {
    var bed = try EngineBed()
    try bed.set("a", at: 0)
    try bed.set("c", at: 300)
    _ = bed.engine.takeEvents()
    try bed.register("either", "debounce(a or c, 400ms)", at: 500)
    try bed.register("neither", "debounce(not (b and d), 400ms)", at: 500)
    try bed.register("both", "debounce(a and c, 400ms)", at: 500)
    bed.advance(to: 1000)
    let history = bed.history().filter { !$0.hasSuffix("cleared") }
    #expect(history == ["either 500ms raised", "both 700ms raised", "neither 900ms raised"])
  }

  @Test func `a report whose clock was read before that of the last one counts at the same instant`() throws {
    var bed = try EngineBed(["late": "debounce(x, 10ms)"])
    try bed.set("x", at: 100)
    try bed.clear("x", at: 50)
    try bed.set("x", at: 60)
    bed.advance(to: 109)
    #expect(try bed.state("late") == .clear)
    bed.advance(to: 110)
    #expect(
      bed.history().filter { $0 != "late 0 cleared" } == [
        "x 100ms raised", "x 100ms cleared", "x 100ms raised", "late 110ms raised",
      ])
  }

  @Test func `AL21 and, or, not of the vector`() throws {
    var bed = try EngineBed(["out": "(one and two) or not (two and three)"])
    try bed.set("two", at: 1)
    try bed.set("three", at: 2)
    try bed.set("one", at: 3)
    #expect(bed.history("out") == ["0 raised", "2ms cleared", "3ms raised"])
  }

  @Test func `AL28 instances are registered one by one and do not touch each other`() throws {
    let rule = AlarmRule("net.bad($if)", when: .debounce("net.down($if)", .milliseconds(10)) && !"maintenance")
    var bed = try EngineBed()
    for name in ["eth0", "wlan0"] { try bed.engine.register(rule.instance(name), at: EngineBed.at(0)) }
    try bed.set("net.down(eth0)", at: 0)
    bed.advance(to: 20)
    #expect(try bed.state("net.bad(eth0)") == .set)
    #expect(try bed.state("net.bad(wlan0)") == .clear)
  }

  @Test func `AL28 D8 wrong parameters are refused`() throws {
    let rule = AlarmRule("net.bad($if)", when: "net.down($if)")
    #expect(throws: AlarmError.self) { try rule.instance("a", "b") }
    #expect(throws: AlarmError.self) { try AlarmRule("net.bad($if)", when: "net.down($it)").instance("a") }
    var engine = AlarmEngine()
    #expect(throws: AlarmError.self) { try engine.register(rule, at: EngineBed.at(0)) }
    #expect(engine.statuses.isEmpty)
  }

  @Test func `AL31 D5 circles are refused with their path and without any effect`() throws {
    var bed = try EngineBed(["a": "b and x", "b": "debounce(c, 1s)"])
    let before = bed.engine.records
    for (id, rule, path) in [("n", "not n", "n → n"), ("c", "y or a", "c → a → b → c"), ("b", "a", "b → a → b")] {
      let error = #expect(throws: AlarmError.self) { try bed.register(id, rule, at: 0) }
      #expect(error?.code == .cycle)
      #expect(error?.reason.contains(path) == true, "\(error.map(\.reason) ?? "")")
    }
    #expect(bed.engine.records == before)
    #expect(throws: AlarmError.self) { _ = try EngineBed(["p": "q", "q": "p"]) }
  }

  @Test func `a rule may look at one that comes later`() throws {
    var bed = try EngineBed()
    try bed.register("c", "b", at: 0)
    try bed.register("b", "not a", at: 0)
    try bed.set("a", at: 1)
    #expect(bed.history("c") == ["0 cleared", "0 raised", "1ms cleared"])
    var together = AlarmEngine()
    let rules = [AlarmRule("c", when: "b"), AlarmRule("b", when: !"a")]
    try together.register(rules, at: EngineBed.at(0))
    #expect(together.takeEvents().map(\.text) == ["0 raised", "0 raised"])
  }

  @Test func `AL22 AL31 a derived alarm is not reported, and is unknown without its rule`() throws {
    var bed = try EngineBed(["out": "x", "next": "not out"])
    try bed.set("x", at: 0)
    #expect(throws: AlarmError.self) { try bed.set("out", at: 1) }
    #expect(try bed.engine.unregister(AlarmID("out"), at: EngineBed.at(2)))
    #expect(try !bed.engine.unregister(AlarmID("out"), at: EngineBed.at(3)))
    #expect(bed.history("out") == ["0 cleared", "0 raised", "2ms forgotten"])
    #expect(try bed.state("next") == .set)
  }

  @Test func `what nobody needs is dropped`() throws {
    var bed = try EngineBed()
    for round in 0..<100 as Range<Int64> {
      try bed.register("r(\(round))", "intensity(a(\(round)), 2, 1s) or hold(b, 1s)", at: round)
      try bed.engine.unregister(AlarmID("r", Int(round)), at: EngineBed.at(round))
    }
    #expect(bed.engine.statuses.isEmpty)
    #expect(bed.engine.nodes.count <= 4)
    #expect(bed.engine.histories.count <= 2)
  }

  @Test func `limits are errors`() throws {
    var engine = AlarmEngine(limits: .init(alarms: 2, parts: 3))
    try engine.register(AlarmRule("a", when: "b"), at: EngineBed.at(0))
    #expect(throws: AlarmError.self) { try engine.set(AlarmID("c"), at: EngineBed.at(0)) }
    #expect(throws: AlarmError.self) {
      try engine.register(AlarmRule("a", when: "b" && !"b"), at: EngineBed.at(0))
    }
    #expect(engine.statuses.count == 2)
  }

  @Test func `AL26 very many pulses within a window are bounded`() throws {
    var bed = try EngineBed(["out": "onTime(a, 5s, 20s)"])
    for time in 0..<10_000 as Range<Int64> {
      try bed.set("a", at: time * 2)
      try bed.clear("a", at: time * 2 + 1)
    }
    #expect(bed.engine.histories[1].runs.count == RunHistory.most)
    // Their sum stays what it was: five of the ten seconds leave the window after ten, or within a second of that.
    bed.advance(to: 30_000)
    #expect(try bed.state("out") == .set)
    bed.advance(to: 31_000)
    #expect(try bed.state("out") == .clear)
    try bed.set("a", at: 50_000)
    bed.advance(to: 54_999)
    #expect(try bed.state("out") == .clear)
    bed.advance(to: 55_000)
    #expect(try bed.state("out") == .set)
  }
}
