import Holdfast

/// Follows what happens to jobs, over all runners.
extension JobService {
  /// Tells each event of the jobs that match, until the task is cancelled or `tell` throws.
  func tail(_ query: JobQuery, _ tell: @escaping @Sendable (JobEventReport) async throws -> Void) async throws {
    try await withThrowingDiscardingTaskGroup { group in
      for await runner in runners() {
        group.addTask {
          for await item in runner.events() {
            switch item {
            case .dropped(let count): try await tell(.dropped(count, at: self.store.clock.wallTime))
            case .item(let event) where query.selects(event): try await tell(JobEventReport(event))
            case .item: break
            }
          }
        }
      }
    }
  }
}

extension JobQuery {
  /// Whether an event is about a job that matches, as far as an event tells.
  func selects(_ event: JobEvent) -> Bool {
    (kind ?? event.jobKind) == event.jobKind && (queue ?? event.queue) == event.queue
      && (partition ?? event.partition) == event.partition && (ids?.contains(event.job) ?? true)
  }
}

extension JobEventReport {
  init(_ event: JobEvent) {
    self.init(
      time: event.at.date, event: event.name, job: event.job, kind: event.jobKind, partition: event.partition,
      queue: event.queue, attempt: event.attempt, message: event.words)
  }
}

extension JobEvent {
  /// What there is to say beyond the event's name.
  fileprivate var words: String? {
    switch kind {
    case .started(let lateness) where lateness > .milliseconds(50): "\(Timestamp.span(lateness.inSeconds)) late"
    case .failed(let failure, let delay): "again in \(Timestamp.span(delay.inSeconds)): \(failure.message)"
    case .snoozed(let duration): "for \(Timestamp.span(duration.inSeconds))"
    case .progress(let progress): JobTable.words(progress.fraction, progress.note)
    default: reason
    }
  }
}
