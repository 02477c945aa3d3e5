import ArgumentParser
import Holdfast

/// What a command about a queue takes.
struct QueueChangeOptions: ParsableArguments {
  @Argument(help: "The queue; none means all queues of the partition.")
  var queue: String?

  @Option(help: "The partition. Default: all of them.")
  var partition: String?

  @OptionGroup var client: ClientOptions

  var scope: QueueScope { QueueScope(partition: partition, queue: queue) }

  func perform(_ action: QueueChange.Action, note: String? = nil, settings: QueueSettings? = nil) throws {
    var request = ControlRequest(command: .queue)
    request.actor = Actor.current
    request.queue = QueueChange(action: action, scope: scope, note: note, settings: settings)
    try client.ask(request) { (report: QueueChangeReport) in
      Terminal.output.line("\(report.scope) \(report.result)")
    }
  }

  /// Everything at once is rarely meant.
  func requireTarget(or all: Bool) throws {
    if queue == nil, partition == nil, !all {
      throw ValidationError("Name a queue or a --partition, or use --all for everything.")
    }
  }
}

struct PauseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Start nothing new; what runs goes on. Holds until it is resumed.")

  @Option(help: "Why; others see it.")
  var note: String?

  @Flag(help: "Everything.")
  var all = false

  @OptionGroup var options: QueueChangeOptions

  func validate() throws { try options.requireTarget(or: all) }

  func run() throws { try options.perform(.pause, note: note) }
}

struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "resume", abstract: "Undo a pause of exactly this.")

  @Flag(help: "Everything.")
  var all = false

  @OptionGroup var options: QueueChangeOptions

  func validate() throws { try options.requireTarget(or: all) }

  func run() throws { try options.perform(.resume) }
}

struct ScaleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scale", abstract: "Change the workers of a queue on every node, instead of what the file says.",
    discussion: "Holds until `queues reset`, or until the file says something else about the queue.")

  @OptionGroup var options: QueueChangeOptions

  @Option(help: "0 to 10000; 0 takes nothing.")
  var workers: Int

  func validate() throws {
    if options.queue == nil { throw ValidationError("Name a queue.") }
    if !(0...10_000).contains(workers) { throw ValidationError("--workers takes a number from 0 to 10000.") }
  }

  func run() throws { try options.perform(.set, settings: QueueSettings(options.scope, workers: workers)) }
}

struct LimitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "limit", abstract: "Change limits over all nodes, instead of what the file says.",
    discussion: "Holds until `queues reset`, or until the file says something else about the queue.")

  @Option(help: "Running jobs.")
  var running: Int?

  @Option(help: "Starts in a period, as in 10/s.")
  var rate: RateArgument?

  @Option(help: "The partition's share.")
  var weight: Double?

  @OptionGroup var options: QueueChangeOptions

  func validate() throws {
    try options.requireTarget(or: false)
    if running == nil, rate == nil, weight == nil { throw ValidationError("Give --running, --rate or --weight.") }
    if let running, running < 1 { throw ValidationError("--running takes a number of at least 1.") }
    if let weight, !(weight > 0 && weight <= 1000) {
      throw ValidationError("--weight takes a number above 0, at most 1000.")
    }
  }

  func run() throws {
    let settings = QueueSettings(options.scope, running: running, rate: rate?.rate, weight: weight)
    try options.perform(.set, settings: settings)
  }
}

struct ResetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset", abstract: "Let the file's workers and limits count again.")

  @OptionGroup var options: QueueChangeOptions

  func validate() throws { try options.requireTarget(or: false) }

  func run() throws { try options.perform(.reset) }
}

struct PurgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "purge", abstract: "Delete the jobs of a queue that neither run nor have ended.")

  @Flag(name: .shortAndLong, help: "Do not ask; needed where there is no terminal.")
  var yes = false

  @Flag(help: "Everything.")
  var all = false

  @OptionGroup var options: QueueChangeOptions

  func validate() throws { try options.requireTarget(or: all) }

  func run() throws {
    if !yes { try confirm() }
    try options.perform(.purge)
  }

  private func confirm() throws {
    guard Terminal(0).isInteractive else {
      throw Failure(.usage, "`purge` deletes jobs: add --yes when there is no terminal to ask at")
    }
    let name = options.queue ?? options.partition ?? "everything"
    Terminal.errors.line("Delete every job of \(options.scope) that does not run? Type \(name):")
    guard readLine() == name else { throw Failure(.failed, "nothing was deleted") }
  }
}

/// A rate on the command line.
struct RateArgument: ExpressibleByArgument {
  let rate: RateLimit

  init?(argument: String) {
    guard let rate = RateText.parse(argument) else { return nil }
    self.rate = rate
  }
}
