import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `holdfast schedules list` for people.
enum ScheduleTable {
  static func lines(_ schedules: [ScheduleReport], for terminal: Terminal, now: Date = Date()) -> [String] {
    if schedules.isEmpty { return ["no schedules"] }
    var table = Table(header: ["SCHEDULE", "STATE", "NEXT", "JOB", "FIRED", "RULE", "NOTE"])
    table.rows = schedules.map { row($0, now) }
    return table.lines(for: terminal)
  }

  /// One line, for `holdfast status`: `3 schedules, 1 paused; next nightly in 2 h 5 min`.
  static func summary(_ schedules: [ScheduleReport], now: Date = Date()) -> String {
    let counts = ["paused", "over", "broken"].compactMap { state in
      let count = schedules.count { $0.state == state }
      return count == 0 ? nil : "\(count) \(state)"
    }
    let active = schedules.filter { $0.state == "active" }.compactMap { schedule in
      schedule.next.map { (schedule.name, $0) }
    }
    let next = active.min { $0.1 < $1.1 }.map { "; next \($0.0) \(Timestamp.distance($0.1, from: now))" } ?? ""
    let total = "\(schedules.count) schedule\(schedules.count == 1 ? "" : "s")"
    return Terminal.harmless(([total] + counts).joined(separator: ", ") + next)
  }

  private static func row(_ schedule: ScheduleReport, _ now: Date) -> [Table.Cell] {
    [
      Table.Cell(Terminal.harmless(schedule.name)),
      Table.Cell(schedule.state, colour(schedule.state)),
      Table.Cell(schedule.next.map { Timestamp.distance($0, from: now) } ?? "-"),
      Table.Cell(Terminal.harmless(schedule.job ?? "-")),
      Table.Cell(schedule.fired.map(String.init) ?? "-"),
      Table.Cell(Terminal.harmless(schedule.rule ?? "-")),
      Table.Cell(note(schedule, now), schedule.pause == nil ? .red : .yellow),
    ]
  }

  private static func colour(_ state: String) -> Terminal.Colour? {
    switch state {
    case "active": .green
    case "paused": .yellow
    case "broken": .red
    default: .grey
    }
  }

  /// Who paused it and why, or why it cannot be read.
  static func note(_ schedule: ScheduleReport, _ now: Date) -> String {
    let pause = schedule.pause.map { pause in
      "by \(pause.by) \(Timestamp.distance(pause.at, from: now))" + (pause.note.map { ": \($0)" } ?? "")
    }
    return Terminal.harmless(pause ?? schedule.reason ?? "")
  }
}

/// `holdfast schedules show` for people.
enum ScheduleText {
  static func lines(_ schedule: ScheduleReport, now: Date = Date()) -> [String] {
    let fields: [(String, String?)] = [
      ("schedule", schedule.name), ("state", schedule.state), ("rule", schedule.rule), ("meaning", schedule.words),
      ("next", schedule.nextText), ("job", schedule.job), ("queue", schedule.queue),
      ("fired", schedule.fired.map(String.init)), ("overlap", schedule.overlap), ("misfire", schedule.misfire),
      ("declared by", schedule.source ?? (schedule.reason == nil ? "hand" : nil)),
      ("note", ScheduleTable.note(schedule, now)),
    ]
    let shown = fields.compactMap { name, text in text.flatMap { $0.isEmpty ? nil : (name, $0) } }
    return shown.map { name, text in
      Terminal.harmless(name + String(repeating: " ", count: 13 - name.count) + text)
    }
  }
}

/// `holdfast schedules history` for people.
enum ScheduleHistoryTable {
  static func lines(_ events: [ScheduleEventReport], for terminal: Terminal) -> [String] {
    if events.isEmpty { return ["nothing happened yet"] }
    var table = Table(header: ["TIME", "SCHEDULE", "EVENT", "OCCURRENCE", "JOB", "WHO", "WHY"])
    table.rows = events.map { event in
      [
        Timestamp.iso(event.at), event.schedule, event.event, occurrences(event), event.job.map { "\($0)" } ?? "",
        event.by, event.reason ?? "",
      ].map { Table.Cell(Terminal.harmless($0)) }
    }
    return table.lines(for: terminal)
  }

  private static func occurrences(_ event: ScheduleEventReport) -> String {
    guard let first = event.first, let last = event.last, let count = event.count else { return "" }
    return count == 1 ? Timestamp.iso(first) : "\(count) from \(Timestamp.iso(first)) to \(Timestamp.iso(last))"
  }
}
