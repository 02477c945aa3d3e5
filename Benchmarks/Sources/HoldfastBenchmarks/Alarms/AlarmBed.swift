import Foundation
import Holdfast

/// An engine full of rules, and reports for it.
struct AlarmBed {
  var engine = AlarmEngine()
  let alarms: [AlarmID]
  private(set) var now: Int64 = 0

  /// So many alarms, each under one rule of depth three: a connective over operators over alarms.
  init(rules count: Int) throws {
    alarms = try (0..<count).map { try AlarmID("link.down", $0) }
    try engine.register(try Self.rules(alarms), at: time)
    _ = engine.takeEvents()
  }

  static func rules(_ alarms: [AlarmID]) throws -> [AlarmRule] {
    try alarms.enumerated().map { index, alarm in
      let (own, next) = (AlarmExpression.alarm(alarm), AlarmExpression.alarm(alarms[(index + 1) % alarms.count]))
      return AlarmRule(
        try AlarmID("link.bad", index),
        when: .debounce(.hold(own, .seconds(1)), .seconds(15)) || .intensity(next, 3, within: .seconds(60)))
    }
  }

  private var time: AlarmTime {
    AlarmTime(Instant(nanoseconds: now), wall: Date(timeIntervalSinceReferenceDate: Double(now) / 1e9))
  }

  /// Sets and clears alarms in turn, a microsecond apart; what comes of it is taken every 256 reports.
  ///
  /// - Parameter some: Only so many of the alarms; nil is all.
  mutating func report(_ count: Int, among some: Int? = nil) throws {
    let some = some ?? alarms.count
    for number in 0..<count {
      now += 1000
      let alarm = alarms[(number / 2) % some]
      if number.isMultiple(of: 2) {
        try engine.set(alarm, "no carrier", at: time)
      } else {
        try engine.clear(alarm, at: time)
      }
      if number % 256 == 255 { _ = engine.takeEvents() }
    }
  }

  /// Resident bytes of an engine in which so many operators wait: a hundred for each rule.
  static func pendingTimers(_ count: Int) throws -> [Double] {
    let before = ProcessFacts.own.resident
    var engine = AlarmEngine()
    let start = AlarmTime(.zero, wall: Date())
    for number in 0..<(count / 100) {
      let alarm = try AlarmID("link.down", number)
      let waits = (1...100).map { AlarmExpression.debounce(.alarm(alarm), .seconds(3600 + $0)) }
      let all = waits.dropFirst().reduce(waits[0]) { $0 || $1 }
      try engine.register(AlarmRule(try AlarmID("link.bad", number), when: all), at: start)
      try engine.set(alarm, "no carrier", at: start)
    }
    _ = engine.takeEvents()
    let resident = ProcessFacts.own.resident - before
    // Still alive, and due.
    return engine.nextWakeUp == nil ? [] : [resident]
  }
}
