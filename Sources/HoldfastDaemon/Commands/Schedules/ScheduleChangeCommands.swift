import ArgumentParser
import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

struct SchedulesPauseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Let a schedule not fire until it is resumed; what runs goes on.")

  @Option(help: "Why; others see it.")
  var note: String?

  @OptionGroup var options: ScheduleOptions

  func run() throws {
    var request = options.request(.pause)
    request.note = note
    try options.change(request)
  }
}

struct SchedulesResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Let a schedule fire again; what came meanwhile is recorded as skipped.")

  @OptionGroup var options: ScheduleOptions

  func run() throws { try options.change(options.request(.resume)) }
}

struct SchedulesTriggerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trigger", abstract: "Enqueue a schedule's job now, paused or not, as its overlap policy allows.")

  @OptionGroup var options: ScheduleOptions

  func run() throws { try options.change(options.request(.trigger)) }
}

struct SchedulesBackfillCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backfill", abstract: "Enqueue the jobs of past occurrences.",
    discussion: "Moments are written as 2026-11-21T12:00:00Z, or with another offset.")

  @Option(help: "Occurrences after this moment,")
  var after: MomentArgument

  @Option(help: "and not after this one. Default: now.")
  var through: MomentArgument?

  @OptionGroup var options: ScheduleOptions

  func run() throws {
    var request = options.request(.backfill)
    (request.after, request.through) = (after.date, through?.date ?? Date())
    try options.change(request)
  }
}

/// A moment on the command line.
struct MomentArgument: ExpressibleByArgument {
  let date: Date

  init?(argument: String) {
    guard let date = Zone.date(of: argument) else { return nil }
    self.date = date
  }
}
