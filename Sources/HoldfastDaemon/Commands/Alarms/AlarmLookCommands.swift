import ArgumentParser
import Holdfast

struct AlarmsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show the alarms that are set, the worst first.")

  @Argument(help: "Only alarms that match, such as web.*")
  var pattern: String?

  @Flag(help: "Show those that are clear, too.")
  var all = false

  @Option(help: "Only alarms at least so bad: debug, info, notice, warning, error, critical, alert, emergency.")
  var severity: String?

  @OptionGroup var client: ClientOptions

  func run() throws {
    var request = AlarmRequest(action: .list, alarm: pattern)
    (request.cleared, request.severity) = (all, severity)
    try client.list(.alarms(request)) { AlarmTable.lines($0, for: .output) }
  }
}

struct AlarmsShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show everything about an alarm: why it is set, and what was done.")

  @OptionGroup var options: AlarmOptions

  func run() throws {
    try options.client.ask(.alarms(options.request(.show))) { (report: AlarmDetails) in
      AlarmText.lines(report).forEach(Terminal.output.line)
    }
  }
}

struct AlarmsHistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Show what happened, newest first: raised, cleared, repaired, changed by whom.")

  @Argument(help: "The alarm. Default: all of them together.")
  var alarm: String?

  @OptionGroup var options: HistoryOptions

  func run() throws {
    let request = AlarmRequest(action: .history, alarm: alarm, count: options.limit, before: options.before)
    try options.client.list(.alarms(request)) { AlarmHistoryTable.lines($0, for: .output) }
  }
}

struct AlarmsShelvesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shelves", abstract: "Show what is put aside, whether its alarms are set or not.")

  @OptionGroup var client: ClientOptions

  func run() throws {
    try client.list(.alarms(AlarmRequest(action: .shelves))) { ShelfTable.lines($0, for: .output) }
  }
}

struct AlarmsLintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint", abstract: "Show alarms that rules look at and that nobody has ever reported.")

  @OptionGroup var client: ClientOptions

  func run() throws {
    var isClean = true
    try client.ask(.alarms(AlarmRequest(action: .lint))) { (report: AlarmLintReport) in
      isClean = false
      Terminal.output.line(Terminal.harmless("\(report.alarm): \(report.problem)"))
    }
    if isClean, !client.json { Terminal.output.line("every alarm that rules look at has been reported") }
  }
}

struct RemediesListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Show what is done about which alarm.")

  @OptionGroup var client: ClientOptions

  func run() throws {
    try client.list(.alarms(AlarmRequest(action: .remedies))) { RemedyTable.lines($0, for: .output) }
  }
}
