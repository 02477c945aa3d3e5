import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Configuration {
  /// What is stored for a request; nothing is stored yet.
  ///
  /// - Throws: A ``Failure`` that names what does not fit: the kind, the queue, the payload, a key.
  func draft(for request: EnqueueRequest) throws(Failure) -> JobDraft {
    guard let job = job(request.kind) else {
      let hint = Suggestion.text(for: request.kind, among: jobs.map(\.kind))
      throw Failure(
        .notFound, "there is no kind of job `\(request.kind)`\(hint.isEmpty ? ";" : hint) see `jobs:` in the file")
    }
    let queue = request.queue ?? job.queue
    guard queueNames.contains(queue) else {
      let hint = Suggestion.text(for: queue, among: queueNames)
      throw Failure(.notFound, "there is no queue `\(queue)`\(hint.isEmpty ? ";" : hint) see `queues:` in the file")
    }
    let (text, payload) = try Self.payload(request)
    var draft = job.draft(payload: text)
    draft.queue = queue
    draft.uniqueKey = request.uniqueKey
    draft.executionKey = request.executionKey
    if draft.uniqueKey == nil { draft.uniqueKey = try job.key(job.uniqueKey, "uniqueKey", payload) }
    if draft.executionKey == nil { draft.executionKey = try job.key(job.executionKey, "executionKey", payload) }
    request.fill(&draft)
    draft.timeout = draft.timeout ?? self.queue(queue, partition: draft.partition)?.timeout
    do {
      try draft.validate()
    } catch {
      throw Failure(.usage, error.description)
    }
    return draft
  }

  private static func payload(_ request: EnqueueRequest) throws(Failure) -> (Data, JSONValue) {
    let text = Data((request.payload ?? "{}").utf8)
    guard let payload = JSONValue(text) else {
      throw Failure(.usage, "the payload is not JSON: write it as in '{\"album\": \"holiday\"}'")
    }
    return (text, payload)
  }
}

extension JobConfiguration {
  fileprivate func draft(payload: Data) -> JobDraft {
    var draft = JobDraft(kind: kind, payload: payload)
    let policy = policy
    draft.priority = priority
    draft.maxAttempts = policy.maxAttempts
    draft.maxCrashes = crashes
    draft.timeout = timeout
    draft.uniqueUntil = uniqueUntil
    draft.executionLimit = executionLimit
    return draft
  }

  fileprivate func key(_ template: KeyTemplate?, _ name: String, _ payload: JSONValue) throws(Failure) -> String? {
    guard let template else { return nil }
    do {
      return try template.key(for: payload)
    } catch {
      throw Failure(.usage, "\(name) `\(template.text)` of \(kind) \(error.reason)")
    }
  }
}

extension EnqueueRequest {
  /// Writes what was asked for over what the kind says.
  fileprivate func fill(_ draft: inout JobDraft) {
    draft.partition = partition ?? draft.partition
    draft.priority = priority ?? draft.priority
    draft.maxAttempts = attempts ?? draft.maxAttempts
    draft.timeout = timeout.map { .seconds($0) } ?? draft.timeout
    draft.name = name
    draft.start = at.map(JobStart.at) ?? delay.map { .after(.seconds($0)) } ?? .now
    draft.envelope = JobEnvelope(metadata: metadata ?? [:], correlation: correlation, causation: causation)
  }
}
