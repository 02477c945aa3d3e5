import ArgumentParser

struct SchedulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedules", abstract: "Look at and change schedules; without a word more, list them.",
    subcommands: [
      SchedulesListCommand.self, SchedulesShowCommand.self, SchedulesHistoryCommand.self,
      SchedulesPreviewCommand.self, SchedulesPauseCommand.self, SchedulesResumeCommand.self,
      SchedulesTriggerCommand.self, SchedulesBackfillCommand.self,
    ], defaultSubcommand: SchedulesListCommand.self)
}

/// What a command about one schedule takes.
struct ScheduleOptions: ParsableArguments {
  @Argument(help: "The schedule.")
  var schedule: String

  @OptionGroup var client: ClientOptions

  func request(_ action: ScheduleRequest.Action) -> ScheduleRequest { ScheduleRequest(action: action, name: schedule) }

  func change(_ request: ScheduleRequest) throws {
    try client.ask(.schedules(request)) { (report: ScheduleChangeReport) in
      Terminal.output.line(Terminal.harmless("schedule \(report.schedule): \(report.result)"))
    }
  }
}

extension ControlRequest {
  static func schedules(_ request: ScheduleRequest) -> ControlRequest {
    var envelope = ControlRequest(command: .schedules)
    envelope.actor = Actor.current
    envelope.schedule = request
    return envelope
  }
}
