import ArgumentParser
import Holdfast

struct AlarmsSetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Set an alarm; when this returns it is on the disk.")

  @OptionGroup var options: AlarmOptions

  @Argument(help: "What is to be said about it.")
  var description: String?

  @Option(help: "How bad it is. Default: what it has; warning for a new one.")
  var severity: String?

  func run() throws {
    var request = options.request(.set)
    (request.description, request.severity) = (description, severity)
    try options.client.change(request)
  }
}

struct AlarmsClearCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "clear", abstract: "Clear an alarm.")

  @OptionGroup var options: AlarmOptions

  func run() throws { try options.client.change(options.request(.clear)) }
}

struct AlarmsAckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ack", abstract: "Take notice of an alarm: nothing more is sent about it until it clears.")

  @OptionGroup var options: AlarmOptions

  @Option(help: "What others should know.")
  var note: String?

  @Option(name: .customLong("for"), help: "Only for this time, as in 2h.")
  var duration: DurationArgument?

  @Flag(help: "Only until anything about it changes.")
  var untilChange = false

  @Flag(help: "Take it back.")
  var undo = false

  func run() throws {
    var request = options.request(undo ? .unacknowledge : .acknowledge)
    (request.note, request.duration, request.untilChange) = (note, duration?.duration.inSeconds, untilChange)
    try options.client.change(request)
  }
}

struct AlarmsShelveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shelve", abstract: "Put alarms aside for a time: nothing is sent about them.",
    discussion: "What is still set when the time is over is told once.")

  @Argument(help: "The alarms, such as web.*")
  var pattern: String

  @Option(name: .customLong("for"), help: "For how long, as in 30m. Default: until `unshelve`.")
  var duration: DurationArgument?

  @Option(help: "Why; others see it.")
  var note: String?

  @Flag(help: "Also end it when its alarms have been clear for a minute.")
  var untilClear = false

  @Flag(help: "Their remedies wait, too.")
  var pauseRemedies = false

  @OptionGroup var client: ClientOptions

  func run() throws {
    var request = AlarmRequest(action: .shelve, alarm: pattern)
    (request.note, request.duration) = (note, duration?.duration.inSeconds)
    (request.untilChange, request.pausesRemedies) = (untilClear, pauseRemedies)
    try client.change(request)
  }
}

struct AlarmsUnshelveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "unshelve", abstract: "Take alarms from the shelf.")

  @Argument(help: "The pattern with which they were shelved.")
  var pattern: String

  @OptionGroup var client: ClientOptions

  func run() throws { try client.change(AlarmRequest(action: .unshelve, alarm: pattern)) }
}

struct RemediesRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Begin the next run of a remedy now, also when its attempts are used up.")

  @OptionGroup var options: AlarmOptions

  func run() throws { try options.client.change(options.request(.runRemedy)) }
}
