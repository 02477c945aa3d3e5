/// Something that happened to a job on a node; made only when somebody listens.
public struct JobEvent: Sendable, Hashable, Codable, CustomStringConvertible {
  /// What happened.
  public enum Kind: Sendable, Hashable, Codable {
    /// An attempt began so long after its due time.
    case started(lateness: Duration)
    /// It said how far it is.
    case progress(JobProgress)
    /// The job is done.
    case completed
    /// An attempt failed; the next one comes after so long.
    case failed(JobFailure, retryAfter: Duration)
    /// The last attempt failed.
    case discarded(JobFailure)
    /// It waits for so long, without having failed.
    case snoozed(Duration)
    /// Somebody cancelled it, or its handler did.
    case cancelled(reason: String)
    /// This binary cannot run it.
    case parked(JobParking, reason: String)
    /// It went back unbegun, or because the runner stopped.
    case returned
    /// It was asked to stop.
    case stopping(reason: String)
    /// Its task did not stop in time and lost its worker.
    case abandoned(reason: String)
    /// An abandoned task ended after all.
    case endedLate
    /// Its lease was lost: what it returned was refused.
    case stale
  }

  /// What happened.
  public let kind: Kind
  /// The job.
  public let job: JobID
  /// Its kind.
  public let jobKind: String
  /// Its tenant.
  public let partition: String
  /// Its queue.
  public let queue: String
  /// The attempt.
  public let attempt: Int
  /// When, by the store's clock.
  public let at: WallTime

  init(_ kind: Kind, _ job: JobRecord, at: WallTime) {
    self.kind = kind
    self.job = job.id
    jobKind = job.kind
    partition = job.partition
    queue = job.queue
    attempt = job.attempt
    self.at = at
  }

  /// The event's name, stable for logs, JSON and metrics: `started`, `completed` …
  public var name: String {
    switch kind {
    case .started: "started"
    case .progress: "progress"
    case .completed: "completed"
    case .failed: "failed"
    case .discarded: "discarded"
    case .snoozed: "snoozed"
    case .cancelled: "cancelled"
    case .parked: "parked"
    case .returned: "returned"
    case .stopping: "stopping"
    case .abandoned: "abandoned"
    case .endedLate: "endedLate"
    case .stale: "stale"
    }
  }

  /// Why, if there is a why.
  public var reason: String? {
    switch kind {
    case .failed(let failure, _), .discarded(let failure): failure.message
    case .cancelled(let reason), .parked(_, let reason), .stopping(let reason), .abandoned(let reason): reason
    default: nil
    }
  }

  /// One line.
  public var description: String {
    "job \(job) (\(jobKind)) attempt \(attempt): \(name)" + (reason.map { ": \($0)" } ?? "")
  }
}

extension JobEvent.Kind {
  /// What became of a run, when the store has acknowledged it.
  init(_ conclusion: RunnerEffects.Conclusion) {
    self =
      switch conclusion.outcome {
      case nil: .stale
      case .completed: .completed
      case .retry(let delay, let failure, _, _), .crashed(let delay, let failure): .failed(failure, retryAfter: delay)
      case .discarded(let failure): .discarded(failure)
      case .snoozed(let duration): .snoozed(duration)
      case .cancelled(let reason): .cancelled(reason: reason)
      case .parked(let parking, let reason): .parked(parking, reason: reason)
      case .returned: .returned
      }
  }
}
