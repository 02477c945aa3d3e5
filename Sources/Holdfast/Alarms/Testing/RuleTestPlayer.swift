#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Plays a test's timeline: the engine, the remedies, and their common virtual time.
struct RuleTestPlayer {
  private static let historyLimit = 40
  private static let eventLimit = 10_000

  private var engine = AlarmEngine()
  private var remedies: [AlarmID: PlayedRemedy]
  private var events: [AlarmRuleTestReport.Entry] = []
  private(set) var report = AlarmRuleTestReport()

  init(_ test: AlarmRuleTest) throws(AlarmError) {
    remedies = test.remedies.mapValues(PlayedRemedy.init)
    try engine.register(test.rules, at: Self.moment(0))
    take()
  }

  mutating func play(_ step: AlarmRuleTest.Step, _ number: Int) throws(AlarmError) {
    let time = step.time.wholeNanoseconds
    switch step.action {
    case .set(let id, let description):
      pass(before: time)
      try engine.set(id, description, at: Self.moment(time))
    case .clear(let id):
      pass(before: time)
      try engine.clear(id, at: Self.moment(time))
    case .forget(let id):
      pass(before: time)
      try engine.forget(id, at: Self.moment(time))
    case .expect, .expectStarts, .expectRemedy:
      pass(before: saturatingSum(time, 1))
      expect(step, number)
    }
    take()
  }

  private static func moment(_ time: Int64) -> AlarmTime {
    AlarmTime(Instant(nanoseconds: time), wall: Date(timeIntervalSinceReferenceDate: Double(time) / 1e9))
  }

  /// Lets everything happen that is due before an instant. What is due at the instant of a report is part of it.
  private mutating func pass(before time: Int64) {
    while let next = nextWakeUp, next.nanoseconds < time {
      engine.advance(to: Self.moment(next.nanoseconds))
      take()
      for id in remedies.keys {
        tell(id) { remedy in remedy.advance(to: next) }
      }
    }
  }

  private var nextWakeUp: Instant? {
    mutating get {
      var next = engine.nextWakeUp
      for remedy in remedies.values {
        if let wake = remedy.nextWakeUp { next = min(next ?? wake, wake) }
      }
      return next
    }
  }

  /// Notes what happened, and tells the remedies.
  private mutating func take() {
    for event in engine.takeEvents() {
      add(event.id, event.kind.rawValue, at: event.instant)
      if event.kind == .raised { tell(event.id) { remedy in remedy.raised(at: event.instant) } }
      if event.kind == .cleared || event.kind == .forgotten {
        tell(event.id) { remedy in remedy.cleared(at: event.instant) }
      }
    }
  }

  private mutating func tell(_ id: AlarmID, _ body: (inout PlayedRemedy) -> [(Instant, String)]) {
    guard var remedy = remedies[id] else { return }
    let notes = body(&remedy)
    remedies[id] = remedy
    for (instant, note) in notes { add(id, "remedy \(note)", at: instant) }
  }

  private mutating func add(_ id: AlarmID, _ what: String, at instant: Instant) {
    events.append(.init(time: .nanoseconds(instant.nanoseconds), alarm: id, what: what))
    if events.count > 2 * Self.eventLimit { events.removeFirst(Self.eventLimit) }
  }
}

extension RuleTestPlayer {
  private mutating func expect(_ step: AlarmRuleTest.Step, _ number: Int) {
    report.expectations += 1
    switch step.action {
    case .expect(let id, let state):
      compare(id, state.rawValue, engine.state(of: id).rawValue, step, number)
    case .expectStarts(let id, let starts):
      compare(id, "started#\(starts)", "started#\(remedies[id]?.starts ?? 0)", step, number)
    case .expectRemedy(let id, let state):
      compare(id, state.rawValue, (remedies[id]?.state ?? .clear).rawValue, step, number)
    case .set, .clear, .forget: break
    }
  }

  private mutating func compare(
    _ id: AlarmID, _ expected: String, _ found: String, _ step: AlarmRuleTest.Step, _ number: Int
  ) {
    guard expected != found else { return }
    report.failures.append(
      AlarmRuleTestReport.Failure(
        step: number, time: step.time, alarm: id, expected: expected, found: found, history: history(of: id),
        explanation: engine.explanation(of: id)))
  }

  /// What happened to an alarm and to what it follows from.
  private func history(of id: AlarmID) -> [AlarmRuleTestReport.Entry] {
    var (related, waiting) = (Set([id]), [id])
    while let next = waiting.popLast() {
      for input in engine.inputs(of: next) where related.insert(input).inserted { waiting.append(input) }
    }
    return events.filter { related.contains($0.alarm) }.suffix(Self.historyLimit)
  }
}
