// A supervised tree inside a ServiceGroup. Run it from this folder:
//
//   swift run
//
// The pool dies every few seconds; its supervisor restarts it and, because the strategy is restForOne, the worker that
// depends on it. Stop it with Control-C: children end in reverse order.
import Holdfast
import Logging
import ServiceLifecycle

struct ConnectionLost: Error {}

/// Lives for three seconds, then loses its connection.
struct Pool: Service {
  func query() -> String { "42" }

  func run() async throws {
    try await Task.sleep(for: .seconds(3))
    throw ConnectionLost()
  }
}

/// Any service will do.
struct Metrics: Service {
  func run() async throws { try await gracefulShutdown() }
}

let logger = Logger(label: "app")
let pool = ChildHandle<Pool>("pool")

let app = Supervisor(
  "app", strategy: .restForOne,
  children: [
    Child("metrics") { Metrics() },
    Child("pool", handle: pool, backoff: .exponential(from: .milliseconds(200), to: .seconds(5), jitter: .full)) {
      Pool()
    },
    .task("worker") { context in
      context.ready()
      while true {
        let answer = try await pool.value(within: .seconds(10)).query()
        context.logger.info("the pool says \(answer)")
        try await context.timeline.sleep(for: .seconds(1))
      }
    },
  ])

try await ServiceGroup(services: [app], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger).run()
print(app.snapshot().text)
