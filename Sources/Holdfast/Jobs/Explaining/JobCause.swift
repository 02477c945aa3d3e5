#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// One reason why a job is where it is.
public enum JobCause: Sendable, Hashable, Codable {
  /// It runs: on which node, and for how long.
  case running(node: String?, since: Duration)
  /// Its run was asked to stop.
  case stopping(reason: String?)
  /// It is due in the future, and was not tried yet.
  case scheduled(until: WallTime, in: Duration)
  /// It failed, or snoozed, and is tried again.
  case retrying(at: WallTime, in: Duration, attempt: Int, of: Int, because: String?)
  /// Somebody stopped its queue, its tenant, or everything.
  case paused(QueuePause)
  /// It waits for an execution key that another job holds, or will hold first; so do others of its queue before it, more
  /// than are counted where that is more than ``JobExplanation/lineLimit``.
  case behind(JobID, key: String, others: Int)
  /// Nobody is known to be before it in the line for an execution key.
  case turn(key: String)
  /// As many jobs of the scope run as may.
  case runningLimit(QueueScope, limit: Int)
  /// Only so many may start in a period.
  case rateLimit(QueueScope, RateLimit)
  /// No runner that is known here serves its queue.
  case unserved(queue: String)
  /// Its queue's pool has no workers, or too many abandoned tasks.
  case idlePool(queue: String, abandoned: Int)
  /// All workers of its queue are busy; the one that has run longest, if it is known.
  case busyPool(queue: String, workers: Int, longest: JobID?, since: Duration?)
  /// No node that is attached has a handler for its kind.
  case noHandler(kind: String)
  /// It is parked.
  case parked(JobParking?, reason: String?)
  /// It is over.
  case finished(JobState, reason: String?)
  /// Nothing stands in its way.
  case next
}

extension JobCause: CustomStringConvertible {
  /// One clause, in words.
  public var description: String {
    switch self {
    case .running(let node, let since):
      "has been running for \(since.rounded)" + (node.map { " on node \($0)" } ?? "")
    case .stopping(let reason): "was asked to stop" + because(reason)
    case .scheduled(let time, let wait): "is due at \(time.words), in \(wait.rounded)"
    case .retrying(let time, let wait, let attempt, let most, let reason):
      "is tried again at \(time.words), in \(wait.rounded), as attempt \(attempt) of \(most)" + because(reason)
    case .paused(let pause):
      "is paused: \(pause.scope) by \(pause.by) at \(pause.at.words)" + because(pause.note)
    case .behind(let job, let key, let others): "waits behind job \(job) of key '\(key)'" + line(others)
    case .turn(let key): "waits for its turn with key '\(key)'"
    case .runningLimit(let scope, let limit): "waits: the limit of \(limit) running for \(scope) is reached"
    case .rateLimit(let scope, let rate):
      "may wait for the rate limit of \(scope): \(rate.count) in \(rate.period.rounded)"
    case .unserved(let queue): "waits: no runner here serves queue '\(queue)'"
    case .idlePool(let queue, 0): "waits: queue '\(queue)' has no workers; scale it up"
    case .idlePool(let queue, let abandoned):
      "waits: \(abandoned) jobs of queue '\(queue)' did not stop when told, so it takes no more; restart the node"
    case .busyPool(let queue, let workers, let job, let since): busy(queue, workers, job, since)
    case .noHandler(let kind): "waits: no node has a handler for kind '\(kind)'; deploy one"
    case .parked(_, let reason): "is parked" + because(reason) + "; retry it when that is mended"
    case .finished(let state, let reason): "is \(state.name)" + because(reason)
    case .next: "starts as soon as a worker takes it"
    }
  }

  private func because(_ reason: String?) -> String { reason.map { ": \($0)" } ?? "" }

  private func line(_ others: Int) -> String {
    switch others {
    case 0: ""
    case 1: " (1 other before it)"
    case ...JobExplanation.lineLimit: " (\(others) others before it)"
    default: " (more than \(JobExplanation.lineLimit) others before it)"
    }
  }

  private func busy(_ queue: String, _ workers: Int, _ job: JobID?, _ since: Duration?) -> String {
    let text = "waits: all \(workers) workers of queue '\(queue)' are busy"
    guard let job, let since else { return text }
    return text + ", job \(job) for \(since.rounded)"
  }
}

extension WallTime {
  /// As people write it: `2026-08-24T02:30:00Z`.
  var words: String { date.formatted(.iso8601) }
}
