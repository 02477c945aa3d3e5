import Holdfast
import Logging
import ServiceLifecycle
import UnixSignals

private struct ConnectionPool: Service {
  func run() async throws { try await gracefulShutdown() }
}

private struct Events {
  mutating func next() async throws -> Int? { nil }
}

private func connect() async throws -> Events { Events() }
private func handle(_ event: Int) async throws {}
private func warmUp() async throws {}

/// The README's example between the marks, word for word; ``ShownCodeTests`` compares them.
func readmeExample(logger: Logger) async throws {
  // The article begins
  let app = Supervisor(
    "app", strategy: .restForOne,
    children: [
      // Any Service, made anew for each generation.
      Child("pool", shutdown: .within(.seconds(10))) { ConnectionPool() },
      .task("ingest", backoff: .exponential(from: .milliseconds(200), to: .seconds(30), jitter: .full)) { context in
        var events = try await connect()
        context.ready()  // only now the next child starts
        while let event = try await events.next() { try await handle(event) }
      },
      .task("warm-cache", restart: .transient) { try await warmUp() },  // ends when it is done
    ])

  try await ServiceGroup(services: [app], gracefulShutdownSignals: [.sigterm], logger: logger).run()
  // The article ends
}
