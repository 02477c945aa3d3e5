import Testing

@testable import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct AlarmIDTests {
  @Test func `AL1 everything in an id is identity`() throws {
    let (eth0, wlan0) = (try AlarmID("net.down", "eth0"), try AlarmID("net.down", "wlan0"))
    #expect(eth0 != wlan0)
    #expect(eth0.type == wlan0.type)
    #expect(try AlarmID("net.down", "eth0") == eth0)
    #expect(try AlarmID("port.closed", 80).parameter(0, as: Int.self) == 80)
    #expect(try AlarmID("net.down").parameters.isEmpty)
  }

  @Test(
    arguments: [
      ("net.down", []), ("net.down", ["eth0"]), ("disk.full", ["/my disk", "3"]),
      ("x", ["a\"b\\c", "*", "$y", "é,)("]),
      ("x", ["10.0.0.1:80", "user@host"]),
    ] as [(String, [String])])
  func `AL1 ids go through text and JSON and come back`(type: String, parameters: [String]) throws {
    let id = try AlarmID(type, parameters: parameters)
    #expect(id.parameters == parameters)
    #expect(id.type == type)
    #expect(try AlarmID(parsing: id.description) == id)
    #expect(try JSONDecoder().decode([AlarmID].self, from: JSONEncoder().encode([id])) == [id])
  }

  @Test(arguments: ["", "9a", "a b", "net.down(eth0)", "and", "debounce", ".a", "a.", "é", "a\u{0}"])
  func `AL1 AL5 what is no type is refused`(type: String) {
    #expect(throws: AlarmError.self) { _ = try AlarmID(type) }
  }

  @Test(arguments: ["", "a\n", String(repeating: "x", count: 257)])
  func `AL1 what is no parameter is refused`(parameter: String) {
    #expect(throws: AlarmError.self) { _ = try AlarmID("a", parameter) }
    #expect(throws: AlarmError.self) { _ = try AlarmID("a", parameters: Array(repeating: "x", count: 9)) }
  }

  @Test(arguments: [
    ("T(*)", "T(1)", true), ("T(*)", "T", false), ("T(*)", "T(1,2)", false), ("T(*)", "U(1)", false),
    ("*", "T(1,2)", true), ("T", "T", true), ("T", "T(1)", false), ("T(1,*)", "T(1,2)", true),
    ("T(1,*)", "T(2,2)", false), ("web.*", "web.down(1)", true), ("web.*", "webs.down", false),
    ("web.*", "web.a.b", true), ("T(\"*\")", "T(1)", false), ("T(\"*\")", "T(\"*\")", true),
  ])
  func `AL8 patterns choose by type, number and values`(pattern: String, id: String, matches: Bool) throws {
    let pattern = try AlarmPattern(parsing: pattern)
    #expect(try pattern.matches(AlarmID(parsing: id)) == matches)
    #expect(try AlarmPattern(parsing: pattern.description) == pattern)
  }

  @Test(arguments: ["", "**", "T(", "T(*,)", "9*", "T($x)", "web*"])
  func `AL8 what is no pattern is refused`(pattern: String) {
    #expect(throws: AlarmTextError.self) { _ = try AlarmPattern(parsing: pattern) }
  }

  @Test func `AL6 severities are ordered and read by name`() {
    #expect(AlarmSeverity.emergency > .warning)
    #expect(AlarmSeverity.allCases.allSatisfy { AlarmSeverity($0.description) == $0 })
    #expect(AlarmSeverity("fatal") == nil)
  }
}
