import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension JobTables {
  /// Writes how a run ended, unless its token is stale (law 3).
  func settle(_ settlement: JobSettlement) throws -> JobSettled {
    if case .completed(let output) = settlement.verdict, let settled = try complete(settlement.run, output) {
      return settled
    }
    guard let row = try job(settlement.run.job) else {
      _ = settledElsewhere.take(settlement.run)
      return .stale
    }
    var record = row.record
    let ending = JobLifecycle.settle(&record, settlement, at: now)
    if ending.settled == .stale { return try settledBefore(settlement.run, row.record) }
    try write(row, record)
    if let failure = ending.failure { try self.record(failure, of: record) }
    return ending.settled
  }

  /// What a caller's own transaction wrote about this very run counts as the run's end.
  private func settledBefore(_ run: RunReference, _ job: JobRecord) throws -> JobSettled {
    // The word of it, from a worker's process perhaps, may not have been heard yet.
    if !settledElsewhere.contains(run.job), job.token == run.token { try readSignals() }
    return settledElsewhere.take(run) ? .accepted(job.state) : .stale
  }

  /// The short way for most jobs: one guarded update. Nil when it does not fit.
  private func complete(_ run: RunReference, _ output: Data?) throws -> JobSettled? {
    guard let running = running[run.job], running.token == run.token else { return nil }
    let update = try connection.statement(JobSQL.complete)
    update.bind(1, run.job.number)
    update.bind(2, run.token)
    update.bind(3, now.microseconds)
    update.bind(4, output)
    try update.run()
    guard update.changes == 1 else { return nil }
    completed(run.job, running.lane)
    if let key = running.executionKey { try rouse(running.lane.tenant, key) }
    return .accepted(.completed)
  }

  /// A run has ended as most do.
  func completed(_ job: JobID, _ lane: Lane) {
    count(job, lane, from: .executing, to: .completed)
    forget(job)
    lowestCompleted.note(job.number)
  }

  /// Writes what a run said of its progress.
  func report(_ report: JobReport) throws {
    let update = try connection.statement(JobSQL.report)
    update.bind(1, report.run.job.number)
    update.bind(2, report.run.token)
    update.bind(3, report.progress.fraction)
    update.bind(4, report.progress.note)
    update.bind(5, now.microseconds)
    try update.run()
  }
}
