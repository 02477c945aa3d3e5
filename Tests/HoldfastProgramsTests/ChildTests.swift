import Holdfast
import Logging
import Testing

@testable import HoldfastPrograms

extension RealPrograms {
  /// Programs under a supervisor.
  struct Supervised {
    @Test func `a program is ready, restarted when killed, and stopped with its supervisor`() async throws {
      let monitor = ProgramMonitor()
      let supervisor = Supervisor(
        "app",
        children: [
          .program(
            "worker", ["/bin/sh", "-c", "echo up $$; exec sleep 600"], readiness: .line("up"), backoff: Backoff.none,
            monitor: monitor)
        ])
      let run = Task { try await supervisor.run() }
      let first = try await process(in: monitor, generation: 1)
      try monitor.send(.kill)
      let second = try await process(in: monitor, generation: 2)
      #expect(first != second)
      #expect(monitor.status.lastExit == .signalled(.kill, coreDumped: false))
      supervisor.stop()
      try await run.value
      #expect(!isAlive(second))
      #expect(monitor.status.process == nil)
      #expect(monitor.status.lastExit == .signalled(.terminate, coreDumped: false))
    }

    @Test func `a program that cannot start fails its supervisor with the reason`() async throws {
      let supervisor = Supervisor("app", children: [.program("worker", ["/no/such/tool"])])
      let error = await #expect(throws: (any Error).self) { try await supervisor.run() }
      #expect(String(describing: error).contains("worker: there is no /no/such/tool"))
    }

    @Test func `the shutdown allows for the whole stop sequence and two seconds`() {
      var program = Program(["true"])
      program.stop = [.signal(.terminate), .wait(.seconds(7)), .signal(.kill)]
      #expect(Child.program("a", program).options.shutdown.total == .seconds(9))
    }

    private func process(in monitor: ProgramMonitor, generation: Int) async throws -> Int32 {
      for await entry in monitor.log.follow(from: 1) {
        if case .line(let line) = entry, line.generation == generation {
          return try #require(Int32(line.text.dropFirst(3)))
        }
      }
      throw CancellationError()
    }
  }
}
