#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension JobLifecycle {
  /// Somebody wants something of a job; a refusal changes nothing.
  ///
  /// ``JobCommand/delete`` answers with the state that the job had; the store then forgets it. Before
  /// ``JobCommand/retry(payload:)`` the store checks that the unique key is free (``JobRecord/holdsUniqueKey``).
  package static func perform(
    _ command: JobCommand, on job: inout JobRecord, at now: WallTime
  ) -> JobCommandResult {
    switch command {
    case .cancel(let reason, let atOnce): return cancel(&job, reason, atOnce: atOnce, at: now)
    case .retry(let payload, let version): return retry(&job, payload, version, at: now)
    case .discard(let reason):
      guard !job.state.isFinal, job.state != .executing else { return .refused(job.state) }
      job.finish(.discarded, reason: reason, at: now)
    case .reschedule(let due):
      guard job.state == .queued else { return .refused(job.state) }
      job.due = due
    case .prioritize(let priority):
      guard job.state == .queued || job.state == .waiting else { return .refused(job.state) }
      job.priority = priority
    case .delete:
      guard job.state.isFinal || job.state == .parked else { return .refused(job.state) }
    }
    return .done(job.state)
  }

  /// The first reason to stop a running attempt is the one that counts; a later word can only be more urgent.
  private static func cancel(
    _ job: inout JobRecord, _ reason: String, atOnce: Bool, at now: WallTime
  ) -> JobCommandResult {
    guard !job.state.isFinal else { return .refused(job.state) }
    guard job.state == .executing else {
      job.finish(.cancelled, reason: reason, at: now)
      return .done(.cancelled)
    }
    if !job.isCancelRequested {
      job.isCancelRequested = true
      job.reason = reason.cut(toBytes: JobLimits.words)
    }
    job.isCancelAtOnce = job.isCancelAtOnce || atOnce
    return .requested
  }

  /// What the node of a running job must hear, once it is asked to stop or asked more urgently; nil for no news.
  package static func cancellation(from old: JobRecord, to new: JobRecord) -> JobCancellation? {
    let isNews = new.isCancelRequested && !old.isCancelRequested || new.isCancelAtOnce && !old.isCancelAtOnce
    return isNews ? new.cancellation : nil
  }

  private static func retry(
    _ job: inout JobRecord, _ payload: Data?, _ version: Int?, at now: WallTime
  ) -> JobCommandResult {
    guard job.state != .executing, job.state != .waiting else { return .refused(job.state) }
    job.queue(due: now)
    job.replace(payload, version)
    job.attempt = 0
    job.crashes = 0
    job.started = nil
    job.finished = nil
    job.output = nil
    job.progress = nil
    return .done(.queued)
  }

  /// A node came that can run what was parked: it is queued again, with the attempts it had.
  ///
  /// - Parameter handles: The newest payload version that the node can run, by kind.
  /// - Returns: Whether it was.
  package static func revive(_ job: inout JobRecord, for handles: [String: Int]) -> Bool {
    guard job.parking == .unknownKind || job.parking == .newerVersion else { return false }
    guard let newest = handles[job.kind], newest >= job.version else { return false }
    job.queue(due: job.due)
    return true
  }
}
