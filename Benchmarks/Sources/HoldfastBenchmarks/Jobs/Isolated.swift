import Holdfast
import HoldfastPrograms

/// A job that does nothing in a worker process.
struct IsolatedNoOp: Job {
  static let kind = "isolated"
  static let policy = JobPolicy(isolation: .process)
  var text = String(repeating: "a", count: 80)
}

private struct Stopwatch: JobMiddleware {
  let took: Samples

  func run(_ context: JobContext, next: @escaping Next) async throws -> JobOutcome {
    let start = Clock.nanoseconds
    defer { took.add(Double(Clock.nanoseconds - start) / 1e6) }
    return try await next(context)
  }
}

/// Handlers in processes of their own: what one run takes on a worker that is warm.
struct Isolated {
  static let handlers = [JobHandler.on(IsolatedNoOp.self) { _, _ in }]

  func run() async throws {
    let bed = try await JobBed()
    let took = Samples()
    try await bed.serving(
      workers: 1, handlers: Self.handlers, middleware: [Stopwatch(took: took)], isolation: WorkerProcesses()
    ) {
      for number in 1...200 {
        try await bed.queue.enqueue(IsolatedNoOp())
        await took.reaches(number)
      }
    }
    // The first one starts the process.
    let warm = Array(took.take().dropFirst(10))
    for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
      try Result(
        suite: JobsSuite.suite, "process-isolated no-op on a warm worker, \(name)", warm.percentile(share), "ms",
        runs: warm.count, target: .atMost(5)
      ).emit()
    }
    try await bed.end()
  }
}
