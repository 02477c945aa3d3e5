import ArgumentParser
import Holdfast

struct AlarmsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alarms", abstract: "Look at and change alarms; without a word more, list those that are set.",
    discussion: "Alarms are written as in rules: wifi.down, 'net.down(eth0)'; patterns as web.*, 'net.down(*)'.",
    subcommands: [
      AlarmsListCommand.self, AlarmsShowCommand.self, AlarmsSetCommand.self, AlarmsClearCommand.self,
      AlarmsAckCommand.self, AlarmsShelveCommand.self, AlarmsUnshelveCommand.self, AlarmsShelvesCommand.self,
      MaintenanceCommand.self, AlarmsHistoryCommand.self, AlarmsLintCommand.self,
    ], defaultSubcommand: AlarmsListCommand.self)
}

struct RemediesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remedies", abstract: "Look at and run what is done about alarms; without a word more, list it.",
    subcommands: [RemediesListCommand.self, RemediesRunCommand.self], defaultSubcommand: RemediesListCommand.self)
}

/// What a command about one alarm takes.
struct AlarmOptions: ParsableArguments {
  @Argument(help: "The alarm.")
  var alarm: String

  @OptionGroup var client: ClientOptions

  func request(_ action: AlarmRequest.Action) -> AlarmRequest { AlarmRequest(action: action, alarm: alarm) }
}

extension ClientOptions {
  func change(_ request: AlarmRequest) throws {
    try ask(.alarms(request)) { (report: AlarmChangeReport) in
      Terminal.output.line(Terminal.harmless("\(report.alarm): \(report.result)"))
    }
  }
}

extension ControlRequest {
  static func alarms(_ request: AlarmRequest) -> ControlRequest {
    var envelope = ControlRequest(command: .alarms)
    envelope.actor = Actor.current
    envelope.alarm = request
    return envelope
  }
}
