/// `holdfast status` for people.
enum StatusTable {
  static let header = ["NAME", "STATE", "PID", "UPTIME", "RESTARTS", "READY", "WAITING UNTIL", "LAST EXIT"]

  static func lines(_ report: StatusReport, for terminal: Terminal) -> [String] {
    var table = Table(header: header)
    table.rows = report.programs.map(row)
    let queues = (report.queues ?? []).map { QueueTable.summary($0, for: terminal) }
    let schedules = report.schedules.flatMap { $0.isEmpty ? nil : [ScheduleTable.summary($0)] } ?? []
    let alarms = report.alarms.map { [AlarmTable.summary($0)] } ?? []
    return (report.programs.isEmpty ? [] : table.lines(for: terminal)) + queues + schedules + alarms
  }

  private static func row(_ program: ProgramStatus) -> [Table.Cell] {
    [
      Table.Cell(program.group.map { "\($0)/\(program.name)" } ?? program.name),
      Table.Cell(program.state, colour(of: program.state)),
      Table.Cell(program.pid.map(String.init) ?? "-"),
      Table.Cell(program.uptime.map(Timestamp.span) ?? "-"),
      Table.Cell(String(program.restarts)),
      Table.Cell(program.ready ? "yes" : "no"),
      Table.Cell(program.waitingUntil.map(Timestamp.clock) ?? "-"),
      Table.Cell(Terminal.harmless(program.lastExit ?? "-")),
    ]
  }

  /// The colour of a state, the same on every screen.
  static func colour(of state: String) -> Terminal.Colour? {
    switch state {
    case "running", "finished": .green
    case "pending", "starting", "stopping", "waiting": .yellow
    case "parked", "failed", "abandoned": .red
    case "stopped": .grey
    default: nil
    }
  }
}
