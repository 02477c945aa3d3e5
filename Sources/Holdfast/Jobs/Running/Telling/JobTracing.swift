import Tracing

/// Traces cross the store in a job's metadata: each attempt is a span of its own, linked to what enqueued the job.
enum JobTracing {
  /// Whether the application has bootstrapped a tracer.
  static var isOn: Bool { !(InstrumentationSystem.instrument is NoOpInstrument) }

  /// Adds the current trace context to metadata, if there is one.
  static func inject(into metadata: inout [String: String]) {
    guard let context = InstrumentationContext.current else { return }
    InstrumentationSystem.instrument.inject(context, into: &metadata, using: Carrier())
  }

  /// Runs an attempt in a span.
  static func span(around body: JobMiddleware.Next, _ context: JobContext) async throws -> JobOutcome {
    var origin = InstrumentationContext.topLevel
    InstrumentationSystem.instrument.extract(context.box.job.envelope.metadata, into: &origin, using: Carrier())
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
