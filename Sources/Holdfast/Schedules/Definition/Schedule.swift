#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// A durable recurrence: at each moment of its rule, its nominal times, a job is enqueued.
///
/// ```swift
/// try Schedule(
///   "nightly-report", .cron("30 2 * * *", in: "Europe/London"), NightlyReport(),
///   misfire: .latest(within: .seconds(6 * 3600)), overlap: .skip)
/// ```
///
/// It is a value. ``Schedules`` stores it, a ``Scheduler`` fires it. <doc:Schedules> explains each policy.
public struct Schedule: Sendable, Hashable, Codable {
  /// What it is called, and where its history is kept; 1 to 128 bytes.
  public var name: String
  /// When.
  public var rule: Recurrence
  /// What is enqueued each time, with ``JobDraft/start`` at `now` and no name of its own.
  public var job: JobDraft
  /// What becomes of late occurrences. Default the newest fires.
  public var misfire = Misfire.latest()
  /// What becomes of an occurrence while an earlier one is not finished. Default it is skipped.
  public var overlap = ScheduleOverlap.skip
  /// Each occurrence is due later than its nominal time by up to this, and never as late as the next one: by how much
  /// is chosen by name and nominal time, so that it is the same everywhere and many schedules spread. ≥ 0; default none.
  public var jitter = Duration.zero
  /// The earliest nominal time. Default none; occurrences from before the schedule was stored never fire.
  public var start: WallTime?
  /// The latest nominal time. Default none.
  public var end: WallTime?
  /// How many occurrences are handed out, ≥ 1, those found overlapped included. Default no limit.
  public var count: Int?

  /// A schedule of a draft, with every policy at its default.
  ///
  /// - Throws: ``ScheduleError`` for whatever does not fit.
  public init(_ name: String, _ rule: Recurrence, _ job: JobDraft) throws(ScheduleError) {
    self.name = name
    self.rule = rule
    self.job = job
    try validate()
  }

  /// A schedule of a job.
  ///
  /// - Parameters:
  ///   - name: What it is called; 1 to 128 bytes.
  ///   - rule: When.
  ///   - job: What is enqueued each time.
  ///   - misfire: What becomes of late occurrences. Default the newest fires.
  ///   - overlap: What becomes of an occurrence while an earlier one is not finished. Default it is skipped.
  ///   - jitter: How much later than its nominal time an occurrence may be due; ≥ 0. Default none.
  ///   - start: The earliest nominal time. Default none.
  ///   - end: The latest nominal time. Default none.
  ///   - count: How many occurrences are handed out, ≥ 1. Default no limit.
  ///   - options: How the job is enqueued; without a start or a name. Default as its policy says.
  /// - Throws: ``ScheduleError`` for whatever does not fit, ``JobRefused`` when the job does not encode.
  public init(
    _ name: String, _ rule: Recurrence, _ job: some Job,
    misfire: Misfire = .latest(), overlap: ScheduleOverlap = .skip, jitter: Duration = .zero, start: Date? = nil,
    end: Date? = nil, count: Int? = nil, options: JobOptions = JobOptions()
  ) throws {
    self.name = name
    self.rule = rule
    self.job = try JobDraft(job, options: options)
    self.misfire = misfire
    self.overlap = overlap
    self.jitter = jitter
    self.start = start.map { WallTime($0) }
    self.end = end.map { WallTime($0) }
    self.count = count
    try validate()
  }
}
