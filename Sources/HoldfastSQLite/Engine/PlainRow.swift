import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A new job as a row, without what most jobs do not have: keys, a name, a timeout and an envelope.
struct PlainRow {
  private let id: JobID
  private let lane: Int64
  private let tenant: Int64
  private let kind: Int64
  private let version: Int
  private let priority: Int
  private let due: WallTime
  private let enqueued: WallTime
  private let maxAttempts: Int
  private let maxCrashes: Int
  private let payload: Data

  init(_ draft: JobDraft, _ id: JobID, _ lane: Lane, kind: Int64, due: WallTime, enqueued: WallTime) {
    (self.id, self.lane, self.kind, self.due, self.enqueued) = (id, lane.id, kind, due, enqueued)
    tenant = lane.tenant
    (version, priority, payload) = (draft.version, draft.priority, draft.payload)
    (maxAttempts, maxCrashes) = (draft.maxAttempts, draft.maxCrashes)
  }

  init(_ arrival: Arrivals.Arrival) {
    let (job, lane) = (arrival.row.record, arrival.row.lane)
    (id, self.lane, kind, due, enqueued) = (job.id, lane.id, arrival.kind, job.due, job.enqueued)
    tenant = lane.tenant
    (version, priority, payload) = (job.version, job.priority, job.payload)
    (maxAttempts, maxCrashes) = (job.maxAttempts, job.maxCrashes)
  }

  /// Binds the arguments of ``JobSQL/insertPlain``, and the first of ``JobSQL/insertTaken``.
  func bind(to insert: Statement, from first: Int32) {
    insert.bind(first, id.number)
    insert.bind(first + 1, lane)
    insert.bind(first + 2, tenant)
    insert.bind(first + 3, kind)
    insert.bind(first + 4, version)
    insert.bind(first + 5, -priority)
    insert.bind(first + 6, due.microseconds)
    insert.bind(first + 7, enqueued.microseconds)
    insert.bind(first + 8, maxAttempts)
    insert.bind(first + 9, maxCrashes)
    insert.bind(first + 10, payload)
  }
}
