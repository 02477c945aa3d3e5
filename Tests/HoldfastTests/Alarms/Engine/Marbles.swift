import Testing

@testable import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// An engine whose time is counted in milliseconds, and timelines as text.
struct EngineBed {
  var engine = AlarmEngine()

  static func at(_ milliseconds: Int64) -> AlarmTime {
    AlarmTime(
      Instant(nanoseconds: milliseconds * 1_000_000),
      wall: Date(timeIntervalSince1970: 1_000_000_000 + Double(milliseconds) / 1000))
  }

  init(_ rules: [String: String] = [:]) throws {
    try engine.register(rules.map { AlarmRule($0, when: try AlarmExpression(parsing: $1)) }, at: Self.at(0))
  }

  mutating func set(_ id: String, _ description: String? = nil, at time: Int64) throws {
    try engine.set(AlarmID(parsing: id), description, at: Self.at(time))
  }

  mutating func clear(_ id: String, at time: Int64) throws {
    try engine.clear(AlarmID(parsing: id), at: Self.at(time))
  }

  mutating func register(_ id: String, _ when: String, at time: Int64) throws {
    try engine.register(AlarmRule(id, when: AlarmExpression(parsing: when)), at: Self.at(time))
  }

  mutating func advance(to time: Int64) { engine.advance(to: Self.at(time)) }

  func state(_ id: String) throws -> AlarmState { try engine.state(of: AlarmID(parsing: id)) }

  /// What happened to an alarm, as `100 raised`.
  mutating func history(_ id: String) -> [String] {
    engine.takeEvents().filter { $0.id.description == id }.map(\.text)
  }

  mutating func history() -> [String] {
    engine.takeEvents().map { "\($0.id) \($0.text)" }
  }
}

extension AlarmEvent {
  var text: String { "\(RuleDuration.text(instant.nanoseconds)) \(kind)" }
}

/// One rule over the alarms `a` and `b` against what it should make of them: one character a tick of 10 ms, `▁` clear
/// and `█` set.
struct Marble: Sendable, CustomTestStringConvertible {
  var name: String
  var rule: String
  var a: String
  var b = ""
  var expected: String

  var testDescription: String { name }

  /// Plays the inputs, and reads the output in the middle of no tick but exactly at each.
  func play() throws -> String {
    var bed = try EngineBed(["out": rule])
    var last: [String: Character] = [:]
    var output = ""
    for tick in expected.indices.enumerated().map(\.offset) {
      for (id, line) in [("a", Array(a)), ("b", Array(b))] where tick < line.count && line[tick] != last[id] {
        if line[tick] == "█" { try bed.set(id, at: Int64(tick) * 10) }
        if line[tick] == "▁", last[id] != nil { try bed.clear(id, at: Int64(tick) * 10) }
        last[id] = line[tick]
      }
      bed.advance(to: Int64(tick) * 10)
      output.append(try bed.state("out") == .set ? "█" : "▁")
    }
    return output
  }
}
