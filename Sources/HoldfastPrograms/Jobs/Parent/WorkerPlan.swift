import CHoldfastPrograms
import Holdfast
import Logging

/// How workers are started.
struct WorkerPlan: Sendable {
  /// What starts this executable once more, wherever its file is now.
  private static let ownExecutable = "/proc/self/exe"

  let options: WorkerProcesses.Options
  let program: Program
  let timeline: any Timeline
  private let base: Logger

  var name: String { "job worker" }

  /// - Throws: ``ProgramError`` when the options contradict themselves.
  init(_ options: WorkerProcesses.Options, _ logger: Logger, _ timeline: any Timeline) throws(ProgramError) {
    try options.validate()
    var program = Program(options.command ?? [Self.ownExecutable, "holdfast-worker"])
    program.environment = options.environment
    program.environment.set[HF_WORKER_VARIABLE] = "1"
    program.limits = options.limits
    try program.validate(as: "job worker")
    self.options = options
    self.program = program
    self.timeline = timeline
    base = logger
  }

  /// - Throws: ``ProgramError``, also in a process that is a worker itself.
  func launch(tag: ProcessTag) throws(ProgramError) -> Launch {
    guard !hf_is_unserved_worker() else {
      throw ProgramError(
        .invalid, name, "this process was itself started as a worker, and did not serve",
        advice: "call `JobWorker.serveIfAsked` first in main")
    }
    var launch = try Launch(program, as: name, tag: tag)
    if options.command == nil { launch.arguments[0] = CommandLine.arguments.first ?? launch.arguments[0] }
    return launch
  }

  func logger(worker: Int, process: Int32) -> Logger {
    var logger = base
    logger[metadataKey: "worker"] = "\(worker)"
    logger[metadataKey: "process"] = "\(process)"
    return logger
  }

  var report: @Sendable (String) -> Void {
    { [base] in base.warning("\($0)") }
  }
}
