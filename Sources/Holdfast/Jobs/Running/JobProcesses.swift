/// Runs handlers of policy ``JobIsolation/process`` in other processes of the same executable.
///
/// A ``JobRunner`` starts and stops it with itself; `HoldfastPrograms` has the implementation. One run occupies one
/// worker process, so that a trap, an abort or an out-of-memory kill costs one job and nothing else.
public protocol JobProcessPool: Sendable {
  /// Makes ready to run jobs. Called before the first ``run(_:)`` of each run of the runner.
  ///
  /// - Throws: When no worker process can be started at all; the runner's own run fails with it.
  func start() async throws

  /// Ends every worker process and waits for that; nothing of this pool is left when it returns.
  func stop() async

  /// Runs one job to its end in a worker process.
  ///
  /// When its task is cancelled the handler is asked to stop; when it has not after ``JobProcessRequest/grace``, or as soon
  /// as ``JobProcessRequest/whenAtOnce`` says so, its process is killed. Either way this returns or throws soon after.
  ///
  /// - Returns: What the handler said.
  /// - Throws: ``JobProcessCrash`` when the process ended before the handler did, which counts as a crash of the job and
  ///   uses no attempt; ``JobProcessFailure`` for an error that the handler threw; `CancellationError` when the run was
  ///   cancelled.
  func run(_ request: JobProcessRequest) async throws -> JobOutcome
}

/// One run that a worker process shall make, and how it reports back.
public struct JobProcessRequest: Sendable {
  /// The job as it was taken.
  public let job: JobRecord
  /// What is left until the attempt times out; nil without a timeout. The runner itself enforces it, by cancelling.
  public let timeout: Duration?
  /// How long the handler may take to stop once it was asked.
  public let grace: Duration
  /// How long after its due time the attempt began; ≥ 0.
  public let lateness: Duration
  /// Says that the handler is alive.
  public let heartbeat: @Sendable () -> Void
  /// Says how far the handler is; counts as a heartbeat.
  public let progress: @Sendable (JobProgress) -> Void
  /// Why the run shall stop, once somebody said so.
  public let cancellation: @Sendable () -> String?
  /// Takes what ends the run when it has no grace period, or not any more (C4); its task is cancelled by then, and it is
  /// called at most once, perhaps before this returns. The newest counts.
  public let whenAtOnce: @Sendable (@escaping @Sendable () -> Void) -> Void
  /// How long the attempt was allowed, once it was stopped for taking longer.
  public let exceeded: @Sendable () -> Duration?
  /// Says what becomes of the job if its process is killed before the handler has ended.
  public let decide: @Sendable (JobOutcome) -> Void

  package init(
    job: JobRecord, timeout: Duration?, grace: Duration, lateness: Duration,
    heartbeat: @escaping @Sendable () -> Void, progress: @escaping @Sendable (JobProgress) -> Void,
    cancellation: @escaping @Sendable () -> String?,
    whenAtOnce: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void = { _ in },
    exceeded: @escaping @Sendable () -> Duration? = { nil },
    decide: @escaping @Sendable (JobOutcome) -> Void = { _ in }
  ) {
    self.job = job
    self.timeout = timeout
    self.grace = grace
    self.lateness = lateness
    self.heartbeat = heartbeat
    self.progress = progress
    self.cancellation = cancellation
    self.whenAtOnce = whenAtOnce
    self.exceeded = exceeded
    self.decide = decide
  }
}

/// The end of a worker process before its handler had ended: a trap, an abort, a kill (T9).
public struct JobProcessCrash: Error, Sendable, Hashable, CustomStringConvertible {
  /// How it ended, in words: `signal 4 (SIGILL)`, `exit status 3` …
  public let status: String
  /// The last lines that it wrote to standard error, if any; at most 2 KiB.
  public let output: String

  /// A crash.
  public init(status: String, output: String = "") {
    self.status = status
    self.output = output
  }

  /// The status and the last words.
  public var description: String {
    "the worker process ended with \(status)" + (output.isEmpty ? "" : ": \(output)")
  }
}

/// An error that a handler threw in a worker process, in words, because errors do not cross processes; or the refusal of
/// a worker whose executable cannot run the job.
public struct JobProcessFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// The error's own description.
  public let description: String
  /// See ``JobFailure/detail``.
  public let detail: String?
  /// Why the job is parked, when the worker's executable cannot run it at all; nil for an error of the handler.
  public let parking: JobParking?

  /// An error of a handler, or a refusal.
  public init(_ description: String, detail: String? = nil, parking: JobParking? = nil) {
    self.description = description
    self.detail = detail
    self.parking = parking
  }
}
