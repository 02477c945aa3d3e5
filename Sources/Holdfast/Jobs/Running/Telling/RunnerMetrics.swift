import Metrics

/// Metrics of one runner; free of cost unless the application bootstraps swift-metrics.
///
/// `holdfast.jobs.started`, `.ended` (with `outcome`), `.duration`, `.lateness`, `.abandoned`, `.hook_failures`, and the
/// gauge `.running`. Labels are the runner's name and, for ends, the eight outcomes: nothing that grows with the data.
struct RunnerMetrics: Sendable {
  private let started, abandoned, hookFailures: Counter
  private let completed, failed, discarded, snoozed, cancelled, parked, returned, stale: Counter
  private let duration, lateness: Metrics.Timer
  private let running: Gauge

  init(runner: String) {
    let dimensions = [("runner", runner)]
    let counter = { (name: String) in Counter(label: "holdfast.jobs.\(name)", dimensions: dimensions) }
    let ended = { (outcome: String) in
      Counter(label: "holdfast.jobs.ended", dimensions: dimensions + [("outcome", outcome)])
    }
    started = counter("started")
    abandoned = counter("abandoned")
    hookFailures = counter("hook_failures")
    completed = ended("completed")
    failed = ended("failed")
    discarded = ended("discarded")
    snoozed = ended("snoozed")
    cancelled = ended("cancelled")
    parked = ended("parked")
    returned = ended("returned")
    stale = ended("stale")
    duration = Metrics.Timer(label: "holdfast.jobs.duration", dimensions: dimensions)
    lateness = Metrics.Timer(label: "holdfast.jobs.lateness", dimensions: dimensions)
    running = Gauge(label: "holdfast.jobs.running", dimensions: dimensions)
  }

  func began(lateness: Duration) {
    started.increment()
    self.lateness.recordNanoseconds(lateness.wholeNanoseconds)
  }

  func busy(_ count: Int) { running.record(count) }

  func hookFailed() { hookFailures.increment() }

  func lostWorker() { abandoned.increment() }

  func ended(_ conclusion: RunnerEffects.Conclusion) {
    if let time = conclusion.duration { duration.recordNanoseconds(time.wholeNanoseconds) }
    counter(conclusion.outcome).increment()
  }

  private func counter(_ outcome: JobVerdict?) -> Counter {
    switch outcome {
    case nil: stale
    case .cancelled: cancelled
    case .completed: completed
    case .retry, .crashed: failed
    case .discarded: discarded
    case .snoozed: snoozed
    case .parked: parked
    case .returned: returned
    }
  }
}
