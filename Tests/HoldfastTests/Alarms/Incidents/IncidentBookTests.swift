import Foundation
import Testing

@testable import Holdfast

/// Incidents and mutes as a table of events: what happens, then what is to be seen.
@Suite struct IncidentBookTests {
  private struct Desk {
    var engine = AlarmEngine()
    var book = IncidentBook()
    var closed: [Incident] = []
    var now = 0

    var time: AlarmTime {
      AlarmTime(Instant(nanoseconds: Int64(now) * 1_000_000_000), wall: Date(timeIntervalSince1970: Double(now)))
    }

    mutating func at(_ seconds: Int) {
      now = seconds
      engine.advance(to: time)
      follow()
    }

    mutating func set(_ id: String, _ text: String? = nil, _ severity: AlarmSeverity? = nil) throws {
      try engine.set(AlarmID(parsing: id), text, severity: severity, at: time)
      follow()
    }

    mutating func clear(_ id: String) throws {
      try engine.clear(AlarmID(parsing: id), at: time)
      follow()
    }

    mutating func acknowledge(_ id: String, _ scope: Acknowledgement.Scope = .untilClear, until: Int? = nil) throws {
      let until = until.map { WallTime(microseconds: Int64($0) * 1_000_000) }
      try book.acknowledge(
        AlarmID(parsing: id), Acknowledgement(by: "ann", at: time.wallTime, note: nil, scope: scope, until: until))
      follow()
    }

    mutating func mute(
      _ pattern: String, _ kind: AlarmMute.Kind = .shelf, from: Int? = nil, until: Int? = nil, onClear: Bool = false
    ) throws {
      let wall = { (seconds: Int) in WallTime(microseconds: Int64(seconds) * 1_000_000) }
      try book.add(
        AlarmMute(
          kind: kind, name: pattern, patterns: [AlarmPattern(parsing: pattern)], from: wall(from ?? now),
          until: until.map(wall), by: "ben", note: nil, expiresOnClear: onClear, pausesRemedies: false),
        at: time.wallTime)
      follow()
    }

    private mutating func follow() {
      book.advance(to: time.wallTime)
      for event in engine.takeEvents() { book.hear(event) }
      closed += book.takeChanges().incidents.values.filter { $0.state == .closed }
    }

    func standing(_ id: String) throws -> AlarmStanding {
      try book.standing(of: AlarmID(parsing: id), at: time.wallTime)
    }

    func incident(_ id: String) throws -> Incident? { try book.incidents[AlarmID(parsing: id)] }
  }

  private var desk = Desk()

  @Test("one span from raise to clear; the next raise is another incident")
  mutating func spans() throws {
    try desk.set("a", "first")
    let first = try #require(try desk.incident("a"))
    desk.at(5)
    try desk.set("a", "second", .critical)
    #expect(try desk.incident("a")?.id == first.id)
    #expect(try desk.incident("a")?.severity == .critical)
    try desk.clear("a")
    #expect(try desk.incident("a") == nil)
    #expect(desk.closed.map(\.description) == ["second"])
    #expect(desk.closed.first?.closed == WallTime(microseconds: 5_000_000))
    try desk.set("a")
    #expect(try #require(try desk.incident("a")).id > first.id)
  }

  @Test("AL40 an acknowledgement keeps quiet until the alarm clears; the next raise is heard")
  mutating func acknowledgement() throws {
    try desk.set("a")
    #expect(try !desk.standing("a").isQuiet)
    try desk.acknowledge("a")
    #expect(try desk.standing("a").isQuiet)
    try desk.set("a", "worse", .critical)
    #expect(try desk.standing("a").isQuiet)
    try desk.clear("a")
    try desk.set("a")
    #expect(try !desk.standing("a").isQuiet)
  }

  @Test("AL40 an acknowledgement of what is known ends when that changes, or at its time")
  mutating func acknowledgementEnds() throws {
    try desk.set("a")
    try desk.acknowledge("a", .untilChange)
    try desk.set("a", "worse")
    #expect(try !desk.standing("a").isQuiet)
    try desk.acknowledge("a", until: 10)
    desk.at(9)
    #expect(try desk.standing("a").isQuiet)
    desk.at(10)
    #expect(try !desk.standing("a").isQuiet)
  }

  @Test("AL40 what has no incident cannot be acknowledged")
  mutating func nothingToAcknowledge() throws {
    var desk = desk
    #expect(throws: AlarmError.self) { try desk.acknowledge("a") }
  }

  @Test("AL41 a shelf holds until its time, whatever the alarm does meanwhile")
  mutating func shelf() throws {
    try desk.mute("a", until: 1800)
    try desk.set("a")
    #expect(try desk.standing("a").shelf?.by == "ben")
    try desk.clear("a")
    try desk.set("a")
    desk.at(1799)
    #expect(try desk.standing("a").isQuiet)
    desk.at(1800)
    #expect(try !desk.standing("a").isQuiet)
  }

  @Test("AL41 a shelf that expires on clear ends when its alarms have been clear for 60 s")
  mutating func shelfExpiresOnClear() throws {
    try desk.set("a(1)")
    try desk.set("a(2)")
    try desk.mute("a(*)", onClear: true)
    try desk.clear("a(1)")
    desk.at(100)
    #expect(try desk.standing("a(2)").isQuiet)
    try desk.clear("a(2)")
    desk.at(159)
    #expect(try desk.standing("a(1)").shelf != nil)
    try desk.set("a(1)")
    try desk.clear("a(1)")
    desk.at(160)
    #expect(try desk.standing("a(1)").shelf != nil)
    desk.at(219)
    #expect(try desk.standing("a(1)").shelf == nil)
  }

  @Test("AL44 while its parent is set, a child is quiet; the parent itself is not")
  mutating func inhibition() throws {
    let patterns = (try AlarmPattern(parsing: "*"), try AlarmPattern(parsing: "host.down"))
    desk.book.configure(
      [AlarmInhibition(while: patterns.1, quiet: patterns.0)], latching: [], at: desk.time.wallTime)
    try desk.set("web.down")
    #expect(try !desk.standing("web.down").isQuiet)
    try desk.set("host.down")
    #expect(try desk.standing("web.down").inhibitedBy == AlarmID("host.down"))
    #expect(try !desk.standing("host.down").isQuiet)
    try desk.clear("host.down")
    #expect(try !desk.standing("web.down").isQuiet)
  }

  @Test("maintenance begins and ends at its times")
  mutating func maintenance() throws {
    try desk.set("a")
    try desk.mute("a", .maintenance, from: 10, until: 20)
    for (second, isQuiet) in [(9, false), (10, true), (19, true), (20, false)] {
      desk.at(second)
      #expect(try desk.standing("a").isQuiet == isQuiet, "at \(second)")
    }
  }

  @Test(
    "latching: an incident stays until somebody has acknowledged it, before or after the clear",
    arguments: [(before: true, raisedAgain: false), (false, false), (false, true)])
  mutating func latching(_ way: (before: Bool, raisedAgain: Bool)) throws {
    desk.book.configure([], latching: [try AlarmPattern(parsing: "a")], at: desk.time.wallTime)
    try desk.set("a")
    let id = try desk.incident("a")?.id
    if way.before { try desk.acknowledge("a") }
    try desk.clear("a")
    #expect(try desk.standing("a").isLatched == !way.before)
    if way.raisedAgain {
      try desk.set("a")
      #expect(try desk.incident("a")?.id == id)
      #expect(try desk.incident("a")?.raises == 2)
      try desk.clear("a")
    }
    if !way.before { try desk.acknowledge("a") }
    #expect(try desk.incident("a") == nil)
    #expect(desk.closed.map(\.id) == [id])
  }
}
