import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `holdfast alarms shelves` for people.
enum ShelfTable {
  static func lines(_ reports: [MuteReport], for terminal: Terminal, now: Date = Date()) -> [String] {
    if reports.isEmpty { return ["nothing is put aside"] }
    var table = Table(header: ["ALARMS", "SINCE", "ENDS", "REMEDIES", "WHO", "NOTE"])
    table.rows = reports.map { report in
      [
        report.patterns.joined(separator: " "), Timestamp.distance(report.from, from: now), end(report, now),
        report.remediesPaused ? "wait" : "go on", report.by, report.note ?? "",
      ].map { Table.Cell(Terminal.harmless($0)) }
    }
    return table.lines(for: terminal)
  }

  private static func end(_ report: MuteReport, _ now: Date) -> String {
    let ends = [report.until.map { Timestamp.distance($0, from: now) }, report.untilClear ? "when clear" : nil]
    let words = ends.compactMap(\.self).joined(separator: ", or ")
    return words.isEmpty ? "-" : words
  }
}

/// `holdfast alarms maintenance` for people.
enum MaintenanceTable {
  static func lines(_ reports: [MuteReport], for terminal: Terminal, now: Date = Date()) -> [String] {
    if reports.isEmpty { return ["no work is planned"] }
    var table = Table(header: ["NAME", "BEGINS", "ENDS", "ALARMS", "REMEDIES", "WHO", "NOTE"])
    table.rows = reports.map { report in
      [
        report.name, report.state == "planned" ? Timestamp.distance(report.from, from: now) : "under way",
        report.until.map { Timestamp.distance($0, from: now) } ?? "-", report.patterns.joined(separator: " "),
        report.remediesPaused ? "wait" : "go on", report.by, report.note ?? "",
      ].map { Table.Cell(Terminal.harmless($0)) }
    }
    return table.lines(for: terminal)
  }
}
