#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What can happen to a stored job, as a table: one function an event, the record in, the record out.
///
/// Every store decides by it, the ones in SQL by mirroring it, and the conformance suite compares. It knows one job only:
/// keys, counters and indexes are the store's, which looks at the record before and after.
package enum JobLifecycle {
  /// What an end meant: for the node, and for the job's history.
  package struct Ending: Sendable, Hashable {
    /// What the node is told.
    package var settled: JobSettled
    /// What is kept beside the job; nil when nothing failed.
    package var failure: JobFailure?

    package init(_ settled: JobSettled, _ failure: JobFailure? = nil) {
      self.settled = settled
      self.failure = failure
    }
  }
}

// MARK: Claims

extension JobLifecycle {
  /// A node takes a queued job: a new token and a new attempt.
  package static func claim(_ job: inout JobRecord, by node: String, at now: WallTime) {
    job.state = .executing
    job.node = node
    job.attempt += 1
    job.token += 1
    job.started = now
  }

  /// The execution key of a candidate is taken: it waits, without a worker (E1).
  package static func wait(_ job: inout JobRecord) {
    job.state = .waiting
  }

  /// Its turn has come: it is queued with the due time it had, so it can be taken at once (E2).
  package static func rouse(_ job: inout JobRecord) {
    job.state = .queued
  }

  /// What a run said of its progress; false when its token is stale.
  package static func report(_ job: inout JobRecord, _ report: JobReport, at now: WallTime) -> Bool {
    guard job.isExecuting(report.run) else { return false }
    job.progress = report.progress
    job.progress?.at = now
    return true
  }
}

extension JobRecord {
  /// Whether this very run has the job: law 3's one test.
  package func isExecuting(_ run: RunReference) -> Bool {
    state == .executing && id == run.job && token == run.token
  }

  /// What its run must hear: that it shall stop; nil when nobody asked for that.
  package var cancellation: JobCancellation? {
    guard isCancelRequested, state == .executing else { return nil }
    let run = RunReference(job: id, token: token)
    return JobCancellation(run, reason: reason ?? "cancelled", isAtOnce: isCancelAtOnce)
  }

  /// Leaves `executing` for a state in which nobody has the job.
  mutating func leave(to state: JobState) {
    self.state = state
    node = nil
    isCancelRequested = false
    isCancelAtOnce = false
  }

  /// Waits for another try; the payload and the history stay.
  mutating func queue(due: WallTime) {
    leave(to: .queued)
    self.due = due
    reason = nil
    parking = nil
  }

  /// Another payload, perhaps of another shape; nil for what it has.
  mutating func replace(_ payload: Data?, _ version: Int?) {
    self.payload = payload ?? self.payload
    self.version = version ?? self.version
  }

  mutating func finish(_ state: JobState, reason: String?, at now: WallTime) {
    leave(to: state)
    finished = now
    self.reason = reason?.cut(toBytes: JobLimits.words)
    parking = nil
  }

  mutating func park(_ parking: JobParking, reason: String) {
    leave(to: .parked)
    self.parking = parking
    self.reason = reason.cut(toBytes: JobLimits.words)
  }
}
