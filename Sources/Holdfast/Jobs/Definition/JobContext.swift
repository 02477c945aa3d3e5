public import Logging

/// What a running handler knows of its attempt and says about it.
///
/// What it says carries the attempt's fencing token: after the attempt was abandoned or its lease was lost, nothing of
/// it reaches the job.
public struct JobContext: Sendable {
  /// The job as it was taken.
  public var job: JobRecord { box.job }
  /// The runner's logger, with job, kind, queue and attempt as metadata.
  public var logger: Logger {
    var logger = base
    logger[metadataKey: "job"] = "\(id)"
    logger[metadataKey: "kind"] = "\(box.job.kind)"
    logger[metadataKey: "queue"] = "\(box.job.queue)"
    logger[metadataKey: "attempt"] = "\(attempt)"
    return logger
  }
  /// The clock that this runner lives by.
  public let timeline: any Timeline
  /// When the attempt times out; nil without a timeout.
  public let deadline: Instant?
  /// How long after its due time the attempt began; ≥ 0 (SC1).
  public let lateness: Duration

  let box: JobBox
  let base: Logger
  let channel: any JobChannel

  package init(
    job: JobRecord, logger: Logger, timeline: any Timeline, deadline: Instant?, lateness: Duration,
    channel: any JobChannel
  ) {
    self.init(
      box: JobBox(job), logger: logger, timeline: timeline, deadline: deadline, lateness: lateness, channel: channel)
  }

  init(
    box: JobBox, logger: Logger, timeline: any Timeline, deadline: Instant?, lateness: Duration,
    channel: any JobChannel
  ) {
    self.box = box
    self.base = logger
    self.timeline = timeline
    self.deadline = deadline
    self.lateness = lateness
    self.channel = channel
  }

  /// The context of the handler that runs in this task.
  @TaskLocal public static var current: JobContext?

  /// The job's number.
  public var id: JobID { box.job.id }
  /// 1 for the first attempt (T4 counts from 0).
  public var attempt: Int { box.job.attempt }
  /// Whether this is the last attempt before the job is discarded.
  public var isLastAttempt: Bool { box.job.attempt - box.job.crashes >= box.job.maxAttempts }
  /// The fencing token: pass it to whatever must refuse a late write.
  public var token: Int64 { box.job.token }
  /// Whether the attempt began later than a moment (50 ms) after its due time.
  public var isLate: Bool { lateness > .milliseconds(50) }

  /// Why the attempt shall stop, once somebody said so; its task is cancelled at the same time.
  public var cancellation: String? { channel.cancellation }

  /// Says that the handler is alive; needed only with ``JobPolicy/heartbeat``.
  public func heartbeat() { channel.heartbeat() }

  /// Says how far the handler is; written with the next commit, newest wins. Counts as a heartbeat.
  ///
  /// - Parameters:
  ///   - fraction: 0…1; nil when only the note is known.
  ///   - note: In words; at most 1 KiB.
  public func progress(_ fraction: Double? = nil, _ note: String? = nil) {
    channel.report(JobProgress(fraction, note: note))
  }

  /// The envelope for a job that this one causes: same correlation, this job as the cause (MS1).
  public func caused(metadata: [String: String] = [:]) -> JobEnvelope {
    JobEnvelope(
      metadata: metadata, correlation: box.job.envelope.correlation ?? id.description, causation: id.description)
  }
}

/// How a context reaches what runs the attempt: the runner itself, or the parent of a worker process.
package protocol JobChannel: Sendable {
  var cancellation: String? { get }
  /// How long the attempt was allowed, once it was stopped for taking longer.
  var exceeded: Duration? { get }
  func heartbeat()
  func report(_ progress: JobProgress)
  /// Says what becomes of the job if the attempt loses its worker before it ends.
  func decide(_ outcome: JobOutcome)
}

/// A channel that knows of no time limit.
extension JobChannel {
  package var exceeded: Duration? { nil }
  package func decide(_ outcome: JobOutcome) {}
}
