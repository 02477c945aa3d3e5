import ArgumentParser
import Holdfast

struct SchedulesListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show schedules: when each fires next, and which are paused.")

  @OptionGroup var client: ClientOptions

  func run() throws {
    var schedules: [ScheduleReport] = []
    try client.ask(.schedules(ScheduleRequest(action: .list))) { schedules.append($0) }
    if !client.json { ScheduleTable.lines(schedules, for: .output).forEach(Terminal.output.line) }
  }
}

struct SchedulesShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Show everything about a schedule.")

  @OptionGroup var options: ScheduleOptions

  func run() throws {
    try options.client.ask(.schedules(options.request(.show))) { (report: ScheduleReport) in
      ScheduleText.lines(report).forEach(Terminal.output.line)
    }
  }
}

struct SchedulesHistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Show what happened, newest first: fired, skipped and why, changed by whom.")

  @Argument(help: "The schedule, which may be gone. Default: all of them together.")
  var schedule: String?

  @Option(name: [.customShort("n"), .long], help: "Events to show, 1 to 1000.")
  var limit = 50

  @Option(help: "Only events before this number, as --json shows them.")
  var before: Int64?

  @OptionGroup var client: ClientOptions

  func validate() throws {
    if !(1...1000).contains(limit) { throw ValidationError("-n takes a number from 1 to 1000.") }
  }

  func run() throws {
    let request = ScheduleRequest(action: .history, name: schedule, count: limit, before: before)
    var events: [ScheduleEventReport] = []
    try client.ask(.schedules(request)) { events.append($0) }
    if !client.json { ScheduleHistoryTable.lines(events, for: .output).forEach(Terminal.output.line) }
  }
}

struct SchedulesPreviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview", abstract: "Show when a schedule fires next, as if it were not paused.")

  @Option(name: [.customShort("n"), .long], help: "Occurrences to show, 1 to 1000; fewer when it ends.")
  var count = 10

  @OptionGroup var options: ScheduleOptions

  func validate() throws {
    if !(1...1000).contains(count) { throw ValidationError("-n takes a number from 1 to 1000.") }
  }

  func run() throws {
    var request = options.request(.preview)
    request.count = count
    var isEmpty = true
    try options.client.ask(.schedules(request)) { (report: OccurrenceReport) in
      isEmpty = false
      let late = report.due > report.nominal ? "  due \(Timestamp.iso(report.due))" : ""
      Terminal.output.line(report.text + late)
    }
    if isEmpty, !options.client.json { Terminal.output.line("it does not fire again") }
  }
}
