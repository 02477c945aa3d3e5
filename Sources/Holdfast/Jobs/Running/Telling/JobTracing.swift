import Tracing

/// Traces cross the store in a job's metadata: each attempt is a span of its own, linked to what enqueued the job.
///
/// A runner keeps what was in force when it began to run, because its attempts run in tasks that inherit nothing.
struct JobTracing: Sendable {
  private let instrument: any Instrument

  /// What the application bootstrapped, or scoped around the caller; nil without a tracer.
  init?() {
    instrument = InstrumentationSystem.instrument
    if instrument is NoOpInstrument { return nil }
  }

  /// Adds the current trace context to metadata, if there is one.
  static func inject(into metadata: inout [String: String]) {
    guard let context = InstrumentationContext.current else { return }
    InstrumentationSystem.instrument.inject(context, into: &metadata, using: Carrier())
  }

  /// The same for every job of a change.
  static func inject(into change: inout RecordChange) {
    for index in change.jobs.indices { inject(into: &change.jobs[index].envelope.metadata) }
  }

  /// Nobody's call enqueues the jobs of a schedule, so its firing is a span for them to be linked to.
  static func fire(_ schedule: String, _ change: inout RecordChange) {
    guard !change.jobs.isEmpty, JobTracing() != nil else { return }
    withSpan("schedule \(schedule)", context: .topLevel, ofKind: .producer) { span in
      span.updateAttributes { $0["schedule.jobs"] = change.jobs.count }
      inject(into: &change)
    }
  }

  /// Runs an attempt in a span.
  func span(around body: JobMiddleware.Next, _ context: JobContext) async throws -> JobOutcome {
    guard let tracer = instrument as? any Tracer else { return try await attempt(body, context) }
    return try await withTracer(tracer) { try await attempt(body, context) }
  }

  private func attempt(_ body: JobMiddleware.Next, _ context: JobContext) async throws -> JobOutcome {
    var origin = InstrumentationContext.topLevel
    instrument.extract(context.box.job.envelope.metadata, into: &origin, using: Carrier())
    let link = SpanLink(context: origin, attributes: [:])
    return try await withSpan("job \(context.box.job.kind)", context: .topLevel, ofKind: .consumer) { span in
      span.addLink(link)
      span.updateAttributes { attributes in
        attributes["job.id"] = context.id.number
        attributes["job.queue"] = context.box.job.queue
        attributes["job.attempt"] = context.attempt
      }
      return try await body(context)
    }
  }

  private struct Carrier: Injector, Extractor {
    func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
    func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
  }
}
