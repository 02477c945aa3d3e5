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
    var alarms: [AlarmRow] = []
    try client.ask(.alarms(request)) { alarms.append($0) }
    if !client.json { AlarmTable.lines(alarms, for: .output).forEach(Terminal.output.line) }
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

  @Option(name: [.customShort("n"), .long], help: "Events to show, 1 to 1000.")
  var limit = 50

  @Option(help: "Only events before this number, as --json shows them.")
  var before: Int64?

  @OptionGroup var client: ClientOptions

  func validate() throws {
    if !(1...1000).contains(limit) { throw ValidationError("-n takes a number from 1 to 1000.") }
  }

  func run() throws {
    let request = AlarmRequest(action: .history, alarm: alarm, count: limit, before: before)
    var events: [AlarmHistoryReport] = []
    try client.ask(.alarms(request)) { events.append($0) }
    if !client.json { AlarmHistoryTable.lines(events, for: .output).forEach(Terminal.output.line) }
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
    var remedies: [RemedyReport] = []
    try client.ask(.alarms(AlarmRequest(action: .remedies))) { remedies.append($0) }
    if !client.json { RemedyTable.lines(remedies, for: .output).forEach(Terminal.output.line) }
  }
}
