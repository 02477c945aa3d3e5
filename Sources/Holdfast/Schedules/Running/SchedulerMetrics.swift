import Metrics

/// Metrics of one scheduler; free of cost unless the application bootstraps swift-metrics.
///
/// `holdfast.schedules.fired`, `.overlapped`, `.coalesced`, `.skipped` (with `reason`) and `.lateness`. Labels are the
/// scheduler's name and the reasons for skipping: nothing that grows with the data.
struct SchedulerMetrics: Sendable {
  private let fired, overlapped, coalesced: Counter
  private let skipped: [SkipReason: Counter]
  private let lateness: Metrics.Timer

  init(scheduler: String) {
    let dimensions = [("scheduler", scheduler)]
    fired = Counter(label: "holdfast.schedules.fired", dimensions: dimensions)
    overlapped = Counter(label: "holdfast.schedules.overlapped", dimensions: dimensions)
    coalesced = Counter(label: "holdfast.schedules.coalesced", dimensions: dimensions)
    skipped = Dictionary(
      uniqueKeysWithValues: SkipReason.allCases.map { reason in
        (reason, Counter(label: "holdfast.schedules.skipped", dimensions: dimensions + [("reason", reason.rawValue)]))
      })
    lateness = Metrics.Timer(label: "holdfast.schedules.lateness", dimensions: dimensions)
  }

  func count(_ event: ScheduleEvent) {
    switch event.kind {
    case .fired: fired.increment()
    case .overlapped: overlapped.increment()
    case .coalesced(let range): coalesced.increment(by: range.count)
    case .skipped(let range, let reason): skipped[reason]?.increment(by: range.count)
    default: break
    }
  }

  func wrote(_ plan: SchedulePlan, at now: WallTime) {
    for late in plan.lateness(at: now) { lateness.recordNanoseconds(late.wholeNanoseconds) }
  }
}
