#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Drafts from what a job, its policy and the options say.
extension JobDraft {
  /// What would be stored of a job. It is not checked yet (``validate()``), and belongs to no correlation but its own.
  ///
  /// - Parameters:
  ///   - job: The job.
  ///   - options: What they say wins over the job and its policy.
  ///   - partition: The tenant where the options name none. Default `default`.
  /// - Throws: ``JobRefused`` when the payload does not encode.
  public init<J: Job>(
    _ job: J, options: JobOptions = JobOptions(), partition: String = "default"
  ) throws(JobRefused) {
    do {
      self.init(kind: J.kind, payload: try PayloadCoding.encoder.encode(job))
    } catch {
      throw JobRefused("payload", "of '\(J.kind)' does not encode: \(error)")
    }
    version = J.version
    apply(J.policy)
    if let queue = job.queue { self.queue = queue }
    uniqueKey = job.uniqueKey
    executionKey = job.executionKey
    apply(options, partition)
  }

  /// What would be stored of a job whose kind is known at run time only; not checked yet.
  ///
  /// - Parameters:
  ///   - kind: The kind.
  ///   - payload: Taken as it is, JSON by convention.
  ///   - version: The version of its shape. Default 1.
  ///   - policy: What the kind's jobs do where the options say nothing.
  ///   - options: Everything else.
  ///   - partition: The tenant where the options name none. Default `default`.
  public init(
    kind: String, payload: Data, version: Int = 1, policy: JobPolicy, options: JobOptions = JobOptions(),
    partition: String = "default"
  ) {
    self.init(kind: kind, payload: payload)
    self.version = version
    apply(policy)
    apply(options, partition)
  }

  private mutating func apply(_ policy: JobPolicy) {
    queue = policy.queue
    priority = policy.priority
    maxAttempts = policy.maxAttempts
    maxCrashes = policy.maxCrashes
    timeout = policy.timeout
    executionLimit = policy.executionLimit
    uniqueUntil = policy.uniqueUntil
  }

  private mutating func apply(_ options: JobOptions, _ partition: String) {
    self.partition = options.partition ?? partition
    start = options.start
    name = options.name
    timeout = options.timeout ?? timeout
    executionKey = options.executionKey ?? executionKey
    if let queue = options.queue { self.queue = queue }
    if let priority = options.priority { self.priority = priority }
    if let maxAttempts = options.maxAttempts { self.maxAttempts = maxAttempts }
    switch options.unique {
    case .own: break
    case .key(let key): uniqueKey = key
    case .none: uniqueKey = nil
    }
    envelope = options.envelope ?? JobEnvelope()
  }
}
