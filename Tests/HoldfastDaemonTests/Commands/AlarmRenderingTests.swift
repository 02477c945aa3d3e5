import Foundation
import Holdfast
import Testing

@testable import HoldfastDaemon

@Suite(.timeLimit(.minutes(10)))
struct AlarmRenderingTests {
  private let plain = Terminal(1, colours: false)
  private let now = Date(timeIntervalSince1970: 1_800_000_000)

  private func row(
    _ alarm: String, _ severity: AlarmSeverity = .warning, _ text: String? = nil, state: AlarmState = .set,
    since seconds: Double, _ change: (inout AlarmRow) -> Void = { _ in }
  ) -> AlarmRow {
    var row = AlarmRow(
      alarm: alarm, state: state.rawValue, severity: "\(severity)", since: now - seconds, description: text,
      derived: false, latched: false, remediesPaused: false)
    change(&row)
    return row
  }

  @Test func `AL13 alarms are an aligned table, those that are clear below`() {
    let rows = [
      row("web.down", .error, "exited with status 3\u{1B}[2J", since: 120),
      row("net.down(eth0)", .warning, "no carrier", since: 3),
      row("disk.almostFull(/)", state: .clear, since: 7300),
    ]
    #expect(
      AlarmTable.lines(Array(rows[..<2]), for: plain, now: now) == [
        "SEVERITY  ALARM           SINCE                             DESCRIPTION",
        "error     web.down        2027-01-15 07:58:00Z (2 min 0 s)  exited with status 3\u{FFFD}[2J",
        "warning   net.down(eth0)  2027-01-15 07:59:57Z (3 s)        no carrier",
      ])
    let all = AlarmTable.lines(rows, for: plain, now: now)
    #expect(
      Array(all.dropFirst(3)) == [
        "", "clear:", "SEVERITY  ALARM               SINCE                             DESCRIPTION",
        "warning   disk.almostFull(/)  2027-01-15 05:58:20Z (2 h 1 min)",
      ])
    #expect(AlarmTable.lines([], for: plain, now: now) == ["no alarm is set"])
  }

  @Test func `AL13 on a terminal the worst are red, and those that are clear are crossed out`() {
    let coloured = Terminal(1, colours: true)
    let lines = AlarmTable.lines(
      [row("a", .critical, since: 0), row("b", state: .clear, since: 0)], for: coloured, now: now)
    #expect(lines[1].hasPrefix("\u{1B}[31mcritical\u{1B}[0m  a"))
    #expect(lines.last?.contains("\u{1B}[9mb\u{1B}[0m") == true)
  }

  @Test func `AL40 AL41 AL44 who took notice, and why nothing is sent, is a note`() {
    let rows = [
      row("a", since: 1) { $0.acknowledged = AlarmRow.Note(by: "alice", at: now, note: "on it") },
      row("b", since: 1) { $0.shelved = AlarmRow.Note(by: "bob", at: now, until: now + 1800) },
      row("c", since: 1) { ($0.inhibitedBy, $0.remediesPaused) = ("power.off", true) },
      row("d", state: .clear, since: 1) { $0.latched = true },
    ]
    #expect(
      AlarmTable.lines(rows, for: plain, now: now) == [
        "SEVERITY  ALARM  SINCE                       DESCRIPTION  NOTE",
        "warning   a      2027-01-15 07:59:59Z (1 s)               acknowledged by alice: on it",
        "warning   b      2027-01-15 07:59:59Z (1 s)               shelved by bob, ends in 30 min 0 s",
        "warning   c      2027-01-15 07:59:59Z (1 s)               follows from power.off, remedy waits",
        "warning   d      2027-01-15 07:59:59Z (1 s)               is clear, waits for `alarms ack`",
      ])
  }

  @Test func `AL13 status says in a line how many are set`() {
    var summary = AlarmSummary([])
    #expect(AlarmTable.summary(summary) == "no alarm is set")
    (summary.set, summary.quiet) = (5, 1)
    summary.worst = [row("web.down", .error, since: 1), row("b", since: 1), row("c", since: 1)]
    #expect(
      AlarmTable.summary(summary) == "5 alarms set, 1 quiet: web.down (error), b (warning), c (warning) and 2 more")
  }

  @Test func `AL41 planned work is an aligned table`() {
    var report = MuteReport(
      name: "move", state: "underWay", patterns: ["web.*", "a.b"], from: now - 60, until: now + 7200,
      untilClear: false, by: "ann", note: "new\u{1B} disks", remediesPaused: true)
    let first = report
    (report.name, report.state, report.from, report.remediesPaused) = ("later", "planned", now + 3600, false)
    let reports = [first, report]
    #expect(
      MaintenanceTable.lines(reports, for: plain, now: now) == [
        "NAME   BEGINS        ENDS          ALARMS     REMEDIES  WHO  NOTE",
        "move   under way     in 2 h 0 min  web.* a.b  wait      ann  new\u{FFFD} disks",
        "later  in 1 h 0 min  in 2 h 0 min  web.* a.b  go on     ann  new\u{FFFD} disks",
      ])
    #expect(MaintenanceTable.lines([], for: plain) == ["no work is planned"])
  }

  @Test func `AL41 shelves are an aligned table`() {
    var report = MuteReport(
      name: "web.*", state: "underWay", patterns: ["web.*"], from: now - 60, until: now + 7200, untilClear: true,
      by: "ann", note: "known", remediesPaused: true)
    var reports = [report]
    (report.patterns, report.until, report.note, report.remediesPaused) = (["a.b"], nil, nil, false)
    reports.append(report)
    report.untilClear = false
    reports.append(report)
    #expect(
      ShelfTable.lines(reports, for: plain, now: now) == [
        "ALARMS  SINCE          ENDS                         REMEDIES  WHO  NOTE",
        "web.*   1 min 0 s ago  in 2 h 0 min, or when clear  wait      ann  known",
        "a.b     1 min 0 s ago  when clear                   go on     ann",
        "a.b     1 min 0 s ago  -                            go on     ann",
      ])
    #expect(ShelfTable.lines([], for: plain) == ["nothing is put aside"])
  }
}
