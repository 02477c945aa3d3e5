import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `holdfast alarms list` for people (AL13).
enum AlarmTable {
  static func lines(_ alarms: [AlarmRow], for terminal: Terminal, now: Date = Date()) -> [String] {
    let (open, over) = (
      alarms.filter { $0.state == "set" || $0.latched }, alarms.filter { $0.state != "set" && !$0.latched }
    )
    let first = open.isEmpty ? ["no alarm is set"] : table(open, struck: false, now).lines(for: terminal)
    return first + (over.isEmpty ? [] : ["", "clear:"] + table(over, struck: true, now).lines(for: terminal))
  }

  private static func table(_ alarms: [AlarmRow], struck: Bool, _ now: Date) -> Table {
    let notes = alarms.map { note($0, now) }
    let hasNotes = notes.contains { !$0.isEmpty }
    var table = Table(header: ["SEVERITY", "ALARM", "SINCE", "DESCRIPTION"] + (hasNotes ? ["NOTE"] : []))
    table.rows = zip(alarms, notes).map { alarm, note in
      let since = alarm.since.map { "\(Timestamp.second($0)) (\(Timestamp.span(now.timeIntervalSince($0))))" }
      let cells = [
        Table.Cell(alarm.severity, colour(alarm.severity)), Table.Cell(Terminal.harmless(alarm.alarm)),
        Table.Cell(since ?? "-"), Table.Cell(Terminal.harmless(alarm.description ?? "")),
      ]
      return (cells + (hasNotes ? [Table.Cell(note, .grey)] : [])).map { cell in
        Table.Cell(cell.text, struck ? .struck : cell.colour)
      }
    }
    return table
  }

  /// Who knows of it, and why nothing is sent about it.
  static func note(_ alarm: AlarmRow, _ now: Date) -> String {
    let parts = [
      alarm.latched ? "is clear, waits for `alarms ack`" : nil,
      alarm.acknowledged.map { "acknowledged \(words($0, now))" }, alarm.shelved.map { "shelved \(words($0, now))" },
      alarm.maintenance.map { "maintenance \(words($0, now))" }, alarm.inhibitedBy.map { "follows from \($0)" },
      alarm.remediesPaused ? "remedy waits" : nil,
    ]
    return Terminal.harmless(parts.compactMap(\.self).joined(separator: ", "))
  }

  private static func words(_ note: AlarmRow.Note, _ now: Date) -> String {
    "by \(note.by)" + (note.until.map { ", ends \(Timestamp.distance($0, from: now))" } ?? "")
      + (note.note.map { ": \($0)" } ?? "")
  }

  static func colour(_ severity: String) -> Terminal.Colour? {
    switch severity {
    case "error", "critical", "alert", "emergency": .red
    case "warning": .yellow
    case "debug": .grey
    default: nil
    }
  }

  /// One line, for `holdfast status`: `2 alarms set, 1 quiet: web.down (error), disk.almostFull(/) (warning)`.
  static func summary(_ alarms: AlarmSummary) -> String {
    guard alarms.set > 0 else { return "no alarm is set" }
    let quiet = alarms.quiet > 0 ? ", \(alarms.quiet) quiet" : ""
    let names = alarms.worst.map { "\($0.alarm) (\($0.severity))" }.joined(separator: ", ")
    let more = alarms.set > alarms.worst.count ? " and \(alarms.set - alarms.worst.count) more" : ""
    return Terminal.harmless("\(alarms.set) alarm\(alarms.set == 1 ? "" : "s") set\(quiet): \(names)\(more)")
  }
}

/// `holdfast alarms history` for people.
enum AlarmHistoryTable {
  static func lines(_ events: [AlarmHistoryReport], for terminal: Terminal) -> [String] {
    if events.isEmpty { return ["nothing happened yet"] }
    var table = Table(header: ["TIME", "ALARM", "EVENT", "SEVERITY", "INCIDENT", "WHO", "WHAT"])
    table.rows = events.map { event in
      [
        Timestamp.iso(event.at), event.alarm, event.event, event.severity ?? "", event.incident.map(String.init) ?? "",
        event.by ?? "", event.text ?? "",
      ].map { Table.Cell(Terminal.harmless($0)) }
    }
    return table.lines(for: terminal)
  }
}

/// `holdfast remedies list` for people.
enum RemedyTable {
  static func lines(_ remedies: [RemedyReport], for terminal: Terminal, now: Date = Date()) -> [String] {
    if remedies.isEmpty { return ["no remedies"] }
    var table = Table(header: ["ALARM", "REMEDY", "STATE", "ATTEMPTS", "NEXT"])
    table.rows = remedies.map { remedy in
      [
        Table.Cell(Terminal.harmless(remedy.alarm)), Table.Cell(Terminal.harmless(remedy.remedy)),
        Table.Cell(remedy.exhausted ? "exhausted" : remedy.state, colour(remedy)), Table.Cell("\(remedy.attempts)"),
        Table.Cell(remedy.next.map { Timestamp.distance($0, from: now) } ?? "-"),
      ]
    }
    return table.lines(for: terminal)
  }

  private static func colour(_ remedy: RemedyReport) -> Terminal.Colour? {
    remedy.exhausted ? .red : remedy.state == "clear" ? .grey : .yellow
  }
}
