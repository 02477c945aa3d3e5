public import Logging

/// What a handler and a response know of the attempt to deliver a message.
public struct DeliveryContext: Sendable {
  /// The attempt, as every job has it: logger, clock, deadline, fencing token.
  public let job: JobContext

  init(_ job: JobContext) {
    self.job = job
  }

  /// The delivery as it was taken.
  public var delivery: Delivery { Delivery(job.job) }
  /// The caller's id, or the number.
  public var id: String { delivery.id }
  /// Attempts, this one included: 1 at the first (SC7).
  public var attempts: Int { job.attempt }
  /// When it was due.
  public var due: WallTime { job.job.due }
  /// How long after its due time the attempt began; ≥ 0.
  public var lateness: Duration { job.lateness }
  /// Whether it was overdue when it was handed in already, or began more than 50 ms after its due time (SC1).
  public var isLate: Bool { due < job.job.enqueued || job.isLate }
  /// The words that travel with the message.
  public var assigns: [String: String] { delivery.assigns }
  /// What it belongs to (MS1).
  public var correlation: String { delivery.correlation }
  /// What caused it (MS1).
  public var causation: String { delivery.causation }
  /// With the delivery's job, kind, queue and attempt as metadata.
  public var logger: Logger { job.logger }
}
