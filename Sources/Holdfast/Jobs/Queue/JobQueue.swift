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
    try finish(try JobDraft(job, options: options, partition: partition))
  }

  /// A draft for a kind that is known at run time only; the payload is taken as it is, JSON by convention.
  ///
  /// The policy says what the kind's jobs do where the options say nothing.
  ///
  /// - Throws: ``JobRefused`` for whatever does not fit.
  public func draft(
    kind: String, payload: Data, version: Int = 1, policy: JobPolicy = JobPolicy(), options: JobOptions = JobOptions()
  ) throws(JobRefused) -> JobDraft {
    try finish(
      JobDraft(kind: kind, payload: payload, version: version, policy: policy, options: options, partition: partition))
  }

  /// What is not given comes from the job whose handler enqueues this one (MS1).
  private func finish(_ draft: JobDraft) throws(JobRefused) -> JobDraft {
    var draft = draft
    if let cause = JobContext.current?.caused() {
      draft.envelope.correlation = draft.envelope.correlation ?? cause.correlation
      draft.envelope.causation = draft.envelope.causation ?? cause.causation
    }
    JobTracing.inject(into: &draft.envelope.metadata)
    try draft.validate()
    return draft
  }
}
