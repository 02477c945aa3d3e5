import ArgumentParser
import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

struct MaintenanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "maintenance", abstract: "Plan work during which alarms are quiet; without a word more, list it.",
    discussion: "Nothing is sent about its alarms, and their remedies wait. What is still set at its end is told once.",
    subcommands: [MaintenanceListCommand.self, MaintenanceStartCommand.self, MaintenanceEndCommand.self],
    defaultSubcommand: MaintenanceListCommand.self)
}

struct MaintenanceListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show planned work, and what is under way.")

  @OptionGroup var client: ClientOptions

  func run() throws {
    try client.list(.alarms(AlarmRequest(action: .maintenance))) { MaintenanceTable.lines($0, for: .output) }
  }
}

struct MaintenanceStartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Begin work, now or later; another of the same name takes its place.")

  @Argument(help: "Its name.")
  var name: String

  @Argument(help: "The alarms, such as web.* 'disk.almostFull(*)'")
  var patterns: [String]

  @Option(name: .customLong("for"), help: "For how long, as in 2h.")
  var duration: DurationArgument

  @Option(help: "When it begins, as in 2026-11-21T22:00:00Z. Default: now.")
  var at: MomentArgument?

  @Option(help: "Why; others see it.")
  var note: String?

  @Flag(help: "Their remedies go on.")
  var keepRemedies = false

  @OptionGroup var client: ClientOptions

  func run() throws {
    var request = AlarmRequest(action: .startMaintenance, alarm: name)
    (request.patterns, request.start, request.note) = (patterns, at?.date, note)
    (request.duration, request.pausesRemedies) = (duration.duration.inSeconds, !keepRemedies)
    try client.change(request)
  }
}

struct MaintenanceEndCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "end", abstract: "End work, or call it off.")

  @Argument(help: "Its name.")
  var name: String

  @OptionGroup var client: ClientOptions

  func run() throws { try client.change(AlarmRequest(action: .endMaintenance, alarm: name)) }
}
