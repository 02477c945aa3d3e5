import Holdfast

extension WorkerAnswer {
  /// The handler's outcome.
  ///
  /// - Throws: ``JobProcessFailure`` for an error or a refusal, `CancellationError` when it stopped because it was asked.
  var outcome: JobOutcome {
    get throws {
      switch self {
      case .outcome(let outcome): return outcome
      case .failed(let problem, let detail): throw JobProcessFailure(problem, detail: detail)
      case .refused(let parking, let reason): throw JobProcessFailure(reason, parking: parking)
      case .stopped: throw CancellationError()
      }
    }
  }
}

extension ProgramExit {
  /// `exit status 3`; `signal 9 (SIGKILL), because its pool was stopped`. A process that ended by itself before it was
  /// killed has another cause.
  func words(_ cause: WorkerEnd.Cause?) -> String {
    guard case .signalled(.kill, _) = self, let cause else { return status }
    return "\(status), because \(cause.words)"
  }

  private var status: String {
    switch self {
    case .exited(let status): "exit status \(status)"
    case .signalled(let signal, let coreDumped):
      "signal \(signal.rawValue) (\(signal))" + (coreDumped ? " and a core file" : "")
    case .unknown: "a status that something else in this process collected"
    }
  }
}

extension WorkerEnd.Cause {
  fileprivate var words: String {
    switch self {
    case .stuck(let reason, let grace): "it had not stopped \(grace) after it was asked to (\(reason))"
    case .garbled(let problem): "it cannot be understood: \(problem)"
    case .unready: "it was not up in time"
    case .stopped: "its pool was stopped"
    }
  }
}

extension ProgramError {
  static let workersStopped = ProgramError(
    .notRunning, "job worker", "the pool of workers is not running", advice: "start it before giving it jobs")

  /// A process that never was ready, and its last words.
  static func workerFailed(_ end: WorkerEnd?, _ output: String) -> ProgramError {
    guard case .lost(let exit, let cause) = end else { return .workersStopped }
    return ProgramError(
      .notRunning, "job worker",
      "it ended with \(exit.words(cause)) before it was ready" + (output.isEmpty ? "" : ": \(output)"),
      advice: "call `JobWorker.serveIfAsked` first in main, and see what the worker wrote")
  }
}
