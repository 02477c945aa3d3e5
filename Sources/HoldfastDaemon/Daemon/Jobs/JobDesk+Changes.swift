import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Changing jobs, one by one or all that match.
extension JobDesk {
  /// Jobs in one transaction of a change of all that match.
  private static let slice = 500
  /// Jobs that a preview counts.
  private static let countLimit = 100_000

  /// Changes the jobs that were named, and tells of each.
  ///
  /// - Throws: A ``Failure`` at the end when one was unknown, or when its state did not allow the change.
  func change(_ change: JobChange, _ tell: (JobChangeReport) async throws -> Void) async throws {
    let command = try command(change)
    var worst: ExitStatus = .ok
    for name in change.jobs ?? [] {
      let report: JobChangeReport
      do {
        let id = try await record(name).id
        let result = try await told { () async throws(StoreError) in
          try await store.perform(command, on: [id], by: actor)
        }
        report = JobChangeReport(name, change.action, result.first ?? .unknown)
        if !report.ok { worst = max(worst, result.first == .unknown ? .notFound : .failed) }
      } catch let failure as Failure where failure.status == .notFound {
        report = JobChangeReport(job: name, ok: false, result: "is unknown")
        worst = .notFound
      }
      try await tell(report)
    }
    if worst != .ok { throw Failure(worst, "\(change.action.rawValue) did not work for all of them") }
  }

  /// What a change of all that match would concern.
  func preview(_ query: JobQuery) async throws -> BulkPreview {
    let now = now
    var (query, count, sample): (JobQuery, Int, [JobDetails]) = (query, 0, [])
    query.enqueuedBefore = min(now, query.enqueuedBefore ?? now)
    query.after = nil
    query.limit = 1000
    repeat {
      let page = try await told { [query] () async throws(StoreError) in try await store.jobs(query) }
      count += page.jobs.count
      if sample.count < 5 { sample += page.jobs.prefix(5 - sample.count).map { JobDetails($0, at: now) } }
      query.after = page.next
    } while query.after != nil && count < Self.countLimit
    return BulkPreview(count: count, isMore: query.after != nil, sample: sample, before: query.enqueuedBefore ?? now)
  }

  /// Changes all that match, slice by slice, and tells how far it is.
  ///
  /// What was enqueued after the preview is not touched, because the query ends there.
  func changeAll(_ change: JobChange, _ tell: (BulkReport) async throws -> Void) async throws {
    let command = try command(change)
    guard var query = change.query else { return }
    var report = BulkReport(changed: 0, refused: 0, finished: false)
    query.limit = Self.slice
    repeat {
      let page = try await told { [query] () async throws(StoreError) in try await store.jobs(query) }
      let ids = page.jobs.map(\.id)
      let results = try await told { () async throws(StoreError) in
        ids.isEmpty ? [] : try await store.perform(command, on: ids, by: actor)
      }
      let done = results.count { JobChangeReport("", change.action, $0).ok }
      (report.changed, report.refused) = (report.changed + done, report.refused + results.count - done)
      query.after = page.next
      report.finished = page.next == nil
      try await tell(report)
    } while !report.finished
  }

  private func command(_ change: JobChange) throws(Failure) -> JobCommand {
    switch change.action {
    case .cancel: return .cancel(reason: change.reason ?? "cancelled by \(actor)")
    case .discard: return .discard(reason: change.reason ?? "discarded by \(actor)")
    case .delete: return .delete
    case .retry: return .retry(payload: try payload(change.payload))
    case .reschedule:
      guard let at = change.at else { throw Failure(.usage, "a time is missing: say when the job shall run") }
      return .reschedule(at)
    case .prioritize:
      guard let priority = change.priority, JobLimits.priorities.contains(priority) else {
        throw Failure(.usage, "a priority from -100 to 100 is missing")
      }
      return .prioritize(priority)
    }
  }

  private func payload(_ text: String?) throws(Failure) -> Data? {
    guard let data = text.map({ Data($0.utf8) }) else { return nil }
    guard JSONValue(data) != nil else {
      throw Failure(.usage, "the payload is not JSON: write it as in '{\"album\": \"holiday\"}'")
    }
    guard data.count <= JobLimits.payload else {
      throw Failure(.usage, "the payload has \(data.count) bytes, over \(JobLimits.payload)")
    }
    return data
  }
}

extension JobChangeReport {
  init(_ job: String, _ action: JobChange.Action, _ result: JobCommandResult) {
    switch result {
    case .done(let state): self.init(job: job, ok: true, result: Self.words(action, state))
    case .requested: self.init(job: job, ok: true, result: "runs, and was asked to stop")
    case .refused(.cancelled) where action == .cancel: self.init(job: job, ok: true, result: "is cancelled already")
    case .refused(.discarded) where action == .discard: self.init(job: job, ok: true, result: "is discarded already")
    case .refused(let state): self.init(job: job, ok: false, result: "is \(state.name), so it cannot be \(action.done)")
    case .unknown: self.init(job: job, ok: false, result: "is unknown")
    }
  }

  private static func words(_ action: JobChange.Action, _ state: JobState) -> String {
    action == .retry ? "is queued again" : action.done
  }
}

extension JobChange.Action {
  /// What a job is after it.
  var done: String {
    switch self {
    case .cancel: "cancelled"
    case .retry: "retried"
    case .discard: "discarded"
    case .delete: "deleted"
    case .reschedule: "rescheduled"
    case .prioritize: "prioritized"
    }
  }
}

extension ExitStatus: Comparable {
  static func < (lhs: ExitStatus, rhs: ExitStatus) -> Bool { lhs.rawValue < rhs.rawValue }
}
