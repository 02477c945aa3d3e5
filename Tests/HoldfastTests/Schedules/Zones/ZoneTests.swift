import HoldfastTesting
import Testing

@testable import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite(.timeLimit(.minutes(10))) struct ZoneTests {
  @Test(arguments: [
    ("Europe/London", "2026-01-01T00:00Z", 0), ("Europe/London", "2026-07-01T00:00Z", 3600),
    ("Europe/Dublin", "2026-01-01T00:00Z", 0), ("Europe/Dublin", "2100-07-01T00:00Z", 3600),
    ("America/New_York", "2026-03-08T06:59:59Z", -18000), ("America/New_York", "2026-03-08T07:00Z", -14400),
    ("America/New_York", "2300-07-01T00:00Z", -14400), ("America/New_York", "9000-12-31T00:00Z", -18000),
    ("America/New_York", "1850-01-01T00:00Z", -17762), ("Australia/Lord_Howe", "2400-01-01T00:00Z", 39600),
    ("America/Nuuk", "2050-03-27T00:59:59Z", -7200), ("America/Nuuk", "2050-03-27T01:00Z", -3600),
    ("Asia/Kathmandu", "2026-01-01T00:00Z", 20700), ("Pacific/Apia", "2011-12-30T09:59:59Z", -36000),
    ("Pacific/Apia", "2011-12-30T10:00Z", 50400), ("Antarctica/Troll", "2060-07-01T00:00Z", 7200),
    ("Asia/Tokyo", "2500-01-01T00:00Z", 32400), ("+05:30", "2026-01-01T00:00Z", 19800),
    ("-03:00", "2026-01-01T00:00Z", -10800), ("UTC", "2026-01-01T00:00Z", 0),
    ("Etc/GMT+5", "2026-01-01T00:00Z", -18000),
  ])
  func `the offset at a moment`(zone: String, moment: String, offset: Int) throws {
    let date = try #require(Zone.date(of: moment))
    #expect(try Zone(zone).offset(at: date) == .seconds(offset))
  }

  @Test(arguments: [
    ("America/New_York", "2026-03-08T02:30", []),
    ("America/New_York", "2026-03-08T03:00", ["2026-03-08T03:00:00-04:00"]),
    ("America/New_York", "2026-11-01T01:30:15.5", ["2026-11-01T01:30:15.5-04:00", "2026-11-01T01:30:15.5-05:00"]),
    ("Pacific/Apia", "2011-12-30", []), ("Pacific/Apia", "2011-12-31", ["2011-12-31T00:00:00+14:00"]),
    ("Asia/Tokyo", "2026-01-01", ["2026-01-01T00:00:00+09:00"]), ("UTC", "2026-02-29", []), ("UTC", "noon", []),
  ])
  func `a wall time stands for none, one or two moments`(zone: String, wall: String, moments: [String]) throws {
    let zone = try Zone(zone)
    #expect(zone.dates(showing: wall).map(zone.text) == moments)
  }

  @Test(arguments: [
    ("2026-03-08T03:30:00-04:00", "2026-03-08T07:30:00Z"), ("2026-03-08t03:30-04", "2026-03-08T07:30:00Z"),
    ("2026-03-08 03:30:00.125Z", "2026-03-08T03:30:00.125Z"), ("2026-03-08T03:30:00", nil), ("2026-03-08", nil),
    ("2026-03-08T24:00Z", nil), ("2026-03-08T03:30:60Z", nil), ("2026-03-08T03:30:00.Z", nil), ("", nil), ("Z", nil),
  ])
  func `moments are read with their offset`(text: String, moment: String?) {
    #expect(Zone.date(of: text).map(Zone.utc.text) == moment)
  }

  @Test func `every zone of the system can be read`() throws {
    let names = Zone.names
    #expect(names.count > 300 && names.contains("Europe/London") && !names.contains { $0.hasPrefix("right/") })
    for name in names { #expect(try Zone(name).name == name) }
  }

  @Test(arguments: [
    "../etc/passwd", "/etc/passwd", "Europe/../Europe/London", "Europe//London", "Europe/", "", ".", "zone.tab",
    "Europe", "right/UTC", "+24:00", "+5", "Europe/London\0", String(repeating: "a", count: 100),
  ])
  func `a name that is no zone, or leaves the folder, is refused`(name: String) {
    #expect(throws: ZoneError.self) { try Zone(name) }
  }

  @Test func `a refused name comes with the nearest one`() {
    func hint(_ name: String) -> String {
      do { _ = try Zone(name) } catch { return error.hint }
      return ""
    }
    #expect(hint("america/new_york") == "did you mean `America/New_York`?")
    #expect(hint("new york") == "did you mean `America/New_York`?")
    #expect(hint("Eurpoe/Paris") == "did you mean `Europe/Paris`?")
    #expect(hint("Middle-earth/Shire/Bag-End").hasPrefix("write a region"))
  }

  @Test func `damaged files are no zones`() throws {
    let folder = try #require(ZoneFolder.system)
    let data = try #require(FileManager.default.contents(atPath: folder.path + "/Europe/London"))
    let bytes = Array(data)
    #expect(ZoneFile.table(bytes) != nil)
    for length in stride(from: 0, to: bytes.count - 1, by: 7) { _ = ZoneFile.table(Array(bytes[..<length])) }
    var random = SplitMix64(seed: 3)
    for _ in 0..<2000 {
      var damaged = bytes
      for _ in 0..<3 {
        damaged[Int.random(in: 0..<300, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      _ = ZoneFile.table(damaged)
    }
  }

  @Test(arguments: [
    ("GMT0BST,M3.5.0/1,M10.5.0", 0, 2), ("EST5EDT", -18000, 2), ("<+0330>-3:30", 12600, 0),
    ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", -7200, 2), ("XXX3EDT4,0/0,J365/23", -10800, 2),
    ("IST-2IDT,M3.4.4/26,M10.5.0", 7200, 2),
  ])
  func `rules for the time after the last change`(text: String, standard: Int, changes: Int) throws {
    let rule = try #require(PosixZoneRule(text.utf8))
    #expect(rule.standard == standard)
    #expect(rule.changes(in: 2026).count == changes)
  }

  @Test(arguments: ["", "5", "EST", "EST5EDT,M13.1.0,M11.1.0", "EST5EDT,M3.2.0", "EST5EDT,M3.2.0,M11.1.0x", "<EST5"])
  func `other texts are no such rules`(text: String) {
    #expect(PosixZoneRule(text.utf8) == nil)
  }

  @Test func `summer time the whole year has no changes`() throws {
    let table = ZoneTable(offset: 0, changes: [], rule: PosixZoneRule("XXX3EDT4,0/0,J365/23".utf8))
    #expect(table.span(at: 1_800_000_000).offset == -14400 || table.span(at: 1_800_000_000).offset == -10800)
    #expect(table.span(at: 1_800_000_000).end > 10_000_000_000)
  }

  @Test func `the calendar goes both ways for 3000 years`() {
    var day = CivilDay(year: 1, month: 1, day: 1).number
    var (year, month, date) = (1, 1, 1)
    while year < 3000 {
      let civil = CivilDay(day)
      guard civil == CivilDay(year: year, month: month, day: date), civil.number == day else {
        Issue.record("day \(day) is \(civil.text)")
        return
      }
      day += 1
      date += 1
      if date > CivilDay.length(month, of: year) { (month, date) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
    #expect(CivilDay.weekday(CivilDay(year: 2026, month: 11, day: 21).number) == 6)
    #expect(CivilDay.weekday(-1) == 3)
  }

  @Test func `moments come back from a date as themselves`() {
    var random = SplitMix64(seed: 5)
    for _ in 0..<20_000 {
      let time = WallTime(
        microseconds: Int64.random(in: -2_000_000_000_000_000...4_100_000_000_000_000, using: &random))
      guard WallTime(time.date) == time else {
        Issue.record("\(time.microseconds)")
        return
      }
    }
    #expect(WallTime(.distantFuture).date == .distantFuture)
    for date in [
      Date(timeIntervalSince1970: .infinity), Date(timeIntervalSince1970: -.infinity),
      Date(timeIntervalSince1970: .nan),
    ] {
      _ = WallTime(date)
    }
  }
}
