import ArgumentParser
import Holdfast

struct CancelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "End jobs: at once, or as soon as what runs has stopped.")

  @Option(help: "Why; kept with the job.")
  var reason: String?

  @OptionGroup var options: JobChangeOptions

  func run() throws {
    var change = JobChange(action: .cancel)
    change.reason = reason
    try options.perform(change)
  }
}

struct RetryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Queue jobs again, with their attempts counted from zero.")

  @Option(help: "Another payload, JSON.")
  var payload: String?

  @OptionGroup var options: JobChangeOptions

  func run() throws {
    var change = JobChange(action: .retry)
    change.payload = payload
    try options.perform(change)
  }
}

struct DiscardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "discard", abstract: "Give up on jobs that are not running.")

  @Option(help: "Why; kept with the job.")
  var reason: String?

  @OptionGroup var options: JobChangeOptions

  func run() throws {
    var change = JobChange(action: .discard)
    change.reason = reason
    try options.perform(change)
  }
}

struct DeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Forget jobs that have ended or are parked.")

  @OptionGroup var options: JobChangeOptions

  func run() throws {
    try options.perform(JobChange(action: .delete))
  }
}

struct RescheduleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reschedule", abstract: "Move the time of queued jobs.")

  @Option(name: .customLong("in"), help: "So long from now, as in 5m.")
  var delay: DurationArgument?

  @Option(help: "At this time, as in 2026-11-21T12:00:00Z.")
  var at: TimeArgument?

  @OptionGroup var options: JobChangeOptions

  func validate() throws {
    if (delay == nil) == (at == nil) { throw ValidationError("Give --in or --at.") }
  }

  func run() throws {
    var change = JobChange(action: .reschedule)
    change.at = at?.time ?? delay.map { WallTime.now.advanced(by: $0.duration) }
    try options.perform(change)
  }
}

struct PrioritizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prioritize", abstract: "Change the priority of queued and waiting jobs.")

  @Option(help: "-100 to 100; higher runs sooner.")
  var priority: Int

  @OptionGroup var options: JobChangeOptions

  func validate() throws {
    if !JobLimits.priorities.contains(priority) { throw ValidationError("--priority takes a number from -100 to 100.") }
  }

  func run() throws {
    var change = JobChange(action: .prioritize)
    change.priority = priority
    try options.perform(change)
  }
}
