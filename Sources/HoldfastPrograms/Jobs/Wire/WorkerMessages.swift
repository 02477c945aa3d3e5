import Holdfast

/// What a parent says to a worker.
enum WorkerRequest: Codable, Sendable, Equatable {
  /// Run this; only when nothing runs.
  case run(WorkerRun)
  /// Stop what runs, if anything does; with how long it was allowed, when that is why.
  case cancel(reason: String, exceeded: Duration? = nil)
}

/// One run, as it crosses to the worker. Instants do not cross processes, so what is left until the timeout does.
struct WorkerRun: Codable, Sendable, Equatable {
  let job: JobRecord
  let timeout: Duration?
  let lateness: Duration
}

/// What a worker says to its parent.
enum WorkerReply: Codable, Sendable, Equatable {
  /// It is up and speaks this version; comes first, and once.
  case ready(version: Int)
  /// The handler is alive.
  case heartbeat
  /// The handler says how far it is.
  case progress(JobProgress)
  /// What becomes of the job if the handler does not end in time.
  case decided(JobOutcome)
  /// The run is over; nothing more is said of it.
  case ended(WorkerAnswer)

  /// The version that this build speaks.
  static let version = 1
}

/// How a run ended in the worker.
enum WorkerAnswer: Codable, Sendable, Equatable {
  /// The handler returned.
  case outcome(JobOutcome)
  /// The handler threw, in words.
  case failed(String, detail: String? = nil)
  /// The handler threw a `CancellationError`.
  case stopped
  /// This executable cannot run it.
  case refused(JobParking, reason: String)
}
