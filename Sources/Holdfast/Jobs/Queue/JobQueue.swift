#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Where code hands in jobs and asks after them: a store, seen from one tenant and one author.
///
/// ```swift
/// let queue = JobQueue(store)
/// try await queue.enqueue(SendWelcome(user: id), starting: .after(.seconds(300)), unique: .key("welcome-\(id)"))
/// ```
///
/// A call that returns has committed. Everything is checked before any effect: what does not fit is refused as
/// ``JobRefused``; what the store cannot do is a ``StoreError``. A duplicate is neither: it is an answer.
public struct JobQueue: Sendable {
  /// Where the jobs are.
  public let store: any JobStore
  /// The tenant of jobs whose options name none.
  public let partition: String
  /// Who is written in the audit for what this queue changes.
  public let actor: String

  /// A queue of a store.
  ///
  /// - Parameters:
  ///   - store: Where the jobs are.
  ///   - partition: The tenant. Default `default`.
  ///   - actor: Who is asking. Default `application`.
  public init(_ store: any JobStore, partition: String = "default", actor: String = "application") {
    self.store = store
    self.partition = partition
    self.actor = actor
  }
}

// MARK: - Drafts

extension JobQueue {
  /// What ``enqueue(_:starting:unique:options:)`` would store: for transactions that insert it themselves.
  ///
  /// - Throws: ``JobRefused`` for whatever does not fit, a payload that does not encode included.
  public func draft(for job: some Job, options: JobOptions = JobOptions()) throws(JobRefused) -> JobDraft {
    try draft(for: job, options: options, using: PayloadCoding.encoder)
  }

  func draft<J: Job>(
    for job: J, options: JobOptions, using encoder: JSONEncoder
  ) throws(JobRefused) -> JobDraft {
    let payload: Data
    do {
      payload = try encoder.encode(job)
    } catch {
      throw JobRefused("payload", "of '\(J.kind)' does not encode: \(error)")
    }
    var draft = JobDraft(kind: J.kind, payload: payload)
    draft.version = J.version
    apply(J.policy, to: &draft)
    if let queue = job.queue { draft.queue = queue }
    draft.uniqueKey = job.uniqueKey
    draft.executionKey = job.executionKey
    apply(options, to: &draft)
    try draft.validate()
    return draft
  }

  /// A draft for a kind that is known at run time only; the payload is taken as it is, JSON by convention.
  ///
  /// The policy says what the kind's jobs do where the options say nothing.
  ///
  /// - Throws: ``JobRefused`` for whatever does not fit.
  public func draft(
    kind: String, payload: Data, version: Int = 1, policy: JobPolicy = JobPolicy(), options: JobOptions = JobOptions()
  ) throws(JobRefused) -> JobDraft {
    var draft = JobDraft(kind: kind, payload: payload)
    draft.version = version
    apply(policy, to: &draft)
    apply(options, to: &draft)
    try draft.validate()
    return draft
  }

  private func apply(_ policy: JobPolicy, to draft: inout JobDraft) {
    draft.queue = policy.queue
    draft.priority = policy.priority
    draft.maxAttempts = policy.maxAttempts
    draft.maxCrashes = policy.maxCrashes
    draft.timeout = policy.timeout
    draft.executionLimit = policy.executionLimit
    draft.uniqueUntil = policy.uniqueUntil
  }

  private func apply(_ options: JobOptions, to draft: inout JobDraft) {
    draft.partition = options.partition ?? partition
    draft.start = options.start
    draft.name = options.name
    draft.timeout = options.timeout ?? draft.timeout
    draft.executionKey = options.executionKey ?? draft.executionKey
    if let queue = options.queue { draft.queue = queue }
    if let priority = options.priority { draft.priority = priority }
    if let maxAttempts = options.maxAttempts { draft.maxAttempts = maxAttempts }
    switch options.unique {
    case .own: break
    case .key(let key): draft.uniqueKey = key
    case .none: draft.uniqueKey = nil
    }
    draft.envelope = envelope(options.envelope)
  }

  /// What is not given comes from the job whose handler enqueues this one (MS1).
  private func envelope(_ given: JobEnvelope?) -> JobEnvelope {
    var envelope = given ?? JobEnvelope()
    if let cause = JobContext.current?.caused() {
      envelope.correlation = envelope.correlation ?? cause.correlation
      envelope.causation = envelope.causation ?? cause.causation
    }
    JobTracing.inject(into: &envelope.metadata)
    return envelope
  }
}
