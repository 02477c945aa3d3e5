import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What the file says of one schedule: when which job is enqueued.
struct ScheduleEntry: Equatable, Sendable {
  var name: String
  var rule: Recurrence
  /// The kind of job, under `jobs:`.
  var job: String
  /// JSON. Default `{}`.
  var payload = "{}"
  /// Default the newest late occurrence fires, however late.
  var misfire = Misfire.latest()
  /// Default an occurrence is skipped while the one before it is not finished.
  var overlap = ScheduleOverlap.skip
  /// Default none.
  var jitter = Duration.zero
  /// The earliest and the latest nominal time. Default none.
  var start: Date?
  var end: Date?
  /// Occurrences in all, ≥ 1. Default no limit.
  var count: Int?
  /// From when on it fires late: `schedule.late(<name>)` is set then. > 0. Default 5 s.
  var late = Duration.seconds(5)
  /// Whether it is paused when it is stored for the first time; later `schedules pause` and `resume` decide.
  var paused = false
}

extension Configuration {
  /// Who declares the schedules of the file, in the store.
  static let scheduleSource = "file"

  /// A schedule of the file, as the library has it.
  ///
  /// - Throws: A ``Failure`` that names what does not fit.
  func schedule(_ entry: ScheduleEntry) throws(Failure) -> Schedule {
    let draft = try draft(for: EnqueueRequest(kind: entry.job, payload: entry.payload))
    do {
      var schedule = try Schedule(entry.name, entry.rule, draft)
      (schedule.misfire, schedule.overlap, schedule.jitter) = (entry.misfire, entry.overlap, entry.jitter)
      (schedule.start, schedule.end) = (entry.start.map { WallTime($0) }, entry.end.map { WallTime($0) })
      schedule.count = entry.count
      try schedule.validate()
      return schedule
    } catch {
      throw Failure(.usage, "\(error.field) \(error.reason)")
    }
  }
}
