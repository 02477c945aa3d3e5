import ArgumentParser
import Holdfast

struct SchedulesListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show schedules: when each fires next, and which are paused.")

  @OptionGroup var client: ClientOptions

  func run() async throws {
    try await client.listStore(.schedules(ScheduleRequest(action: .list))) { ScheduleTable.lines($0, for: .output) }
  }
}

struct SchedulesShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Show everything about a schedule.")

  @OptionGroup var options: ScheduleOptions

  func run() async throws {
    try await options.client.askStore(.schedules(options.request(.show))) { (report: ScheduleReport) in
      ScheduleText.lines(report).forEach(Terminal.output.line)
    }
  }
}

struct SchedulesHistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Show what happened, newest first: fired, skipped and why, changed by whom.")

  @Argument(help: "The schedule, which may be gone. Default: all of them together.")
  var schedule: String?

  @OptionGroup var options: HistoryOptions

  func run() async throws {
    let request = ScheduleRequest(action: .history, name: schedule, count: options.limit, before: options.before)
    try await options.client.listStore(.schedules(request)) { ScheduleHistoryTable.lines($0, for: .output) }
  }
}

struct SchedulesPreviewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview", abstract: "Show when a schedule fires next, as if it were not paused.")

  @Option(name: [.customShort("n"), .long], help: "Occurrences to show, 1 to 1000; fewer when it ends.")
  var count = 10

  @OptionGroup var options: ScheduleOptions

  func validate() throws {
    if !(1...1000).contains(count) { throw ValidationError("-n takes a number from 1 to 1000.") }
  }

  func run() async throws {
    var request = options.request(.preview)
    request.count = count
    var isEmpty = true
    try await options.client.askStore(.schedules(request)) { (report: OccurrenceReport) in
      isEmpty = false
      let late = report.due > report.nominal ? "  due \(Timestamp.iso(report.due))" : ""
      Terminal.output.line(report.text + late)
    }
    if isEmpty, !options.client.json { Terminal.output.line("it does not fire again") }
  }
}
