#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Doing what was not done.
extension Schedules {
  /// The occurrences that one call may enqueue.
  static let backfillLimit = 100_000

  /// Enqueues the jobs of past occurrences, in slices of 1,000.
  ///
  /// They run one after another, in order, unless the schedule's overlap policy is ``ScheduleOverlap/allowAll``. An
  /// occurrence whose job is still stored is a duplicate: asking twice enqueues once, as long as finished jobs are kept.
  /// One that is still to be decided, because the schedule is paused or nobody fires it, will be found overlapped later.
  ///
  /// - Parameters:
  ///   - name: Which.
  ///   - start: Occurrences after this moment,
  ///   - end: and not after this one, which has passed.
  /// - Throws: ``ScheduleError`` when there is no such schedule, the end is to come, or there are more than 100,000
  ///   occurrences; ``StoreError``, and earlier slices stay then.
  @discardableResult
  public func backfill(_ name: String, after start: Date, through end: Date) async throws -> ScheduleBackfill {
    let state = try await existing(name).state
    let (start, end) = (WallTime(start), WallTime(end))
    try check(state, start, end)
    var result = ScheduleBackfill()
    var last = start
    while let plan = state.backfilling(after: last, through: end, at: now, by: actor) {
      var change = RecordChange()
      try plan.add(to: &change, expecting: nil)
      guard let receipts = try await write(change), let range = plan.notes.first?.kind.occurrences else { break }
      result.duplicates += receipts.count(where: \.isDuplicate)
      result.enqueued += receipts.count { !$0.isDuplicate }
      last = range.last
    }
    return result
  }

  private func check(_ state: ScheduleState, _ start: WallTime, _ end: WallTime) throws(ScheduleError) {
    let name = state.schedule.name
    guard end <= now else {
      throw ScheduleError(.invalid, name, "backfill", "ends at \(end.text), which is to come; end it now or earlier")
    }
    let count = state.schedule.range(after: start, through: end)?.count ?? 0
    guard count <= Self.backfillLimit else {
      throw ScheduleError(
        .invalid, name, "backfill", "has \(count) occurrences, over \(Self.backfillLimit); do it in parts")
    }
  }
}

/// What a backfill did.
public struct ScheduleBackfill: Sendable, Hashable, Codable {
  /// Jobs that were enqueued.
  public var enqueued = 0
  /// Occurrences whose jobs were there already.
  public var duplicates = 0
}
