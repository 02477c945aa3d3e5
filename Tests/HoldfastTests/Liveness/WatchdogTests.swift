import HoldfastTesting
import Synchronization
import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct WatchdogTests {
  private func at(_ seconds: Int64) -> Instant { .zero.advanced(by: .seconds(seconds)) }

  @Test func `a pool that answers in time is not reported`() {
    var machine = WatchdogMachine(threshold: .seconds(2))
    for second in 0..<5 as Range<Int64> {
      #expect(machine.ticked(at: at(second)) == .probe(UInt64(second) + 1))
      #expect(machine.ran(UInt64(second) + 1, at: at(second)) == nil)
    }
  }

  @Test func `a starved pool is reported once, asked no more, and reported when it works again`() {
    var machine = WatchdogMachine(threshold: .seconds(2))
    #expect(machine.ticked(at: at(0)) == .probe(1))
    #expect(machine.ticked(at: at(1)) == nil)
    #expect(machine.ticked(at: at(2)) == .starved(.seconds(2)))
    #expect(machine.ticked(at: at(3)) == nil)
    #expect(machine.ran(1, at: at(4)) == .recovered(.seconds(4)))
    #expect(machine.ticked(at: at(5)) == .probe(2))
    #expect(machine.ran(1, at: at(5)) == nil)
  }

  @Test func `its own thread notices, tells, and ends with its service`() async throws {
    let held = Mutex<[@Sendable () -> Void]>([])
    let reports = AsyncStream<Watchdog.Report>.makeStream()
    let watchdog = Watchdog(
      threshold: .milliseconds(5), interval: .milliseconds(5), timeline: .system,
      probe: { action in held.withLock { $0.append(action) } }, onReport: { reports.continuation.yield($0) })
    let app = Supervisor("app", children: [Child("watchdog") { watchdog }])
    let run = Task { try await app.run() }
    var iterator = reports.stream.makeAsyncIterator()
    #expect(await iterator.next().map(name) == "starved")
    for action in held.withLock({ $0 }) { action() }
    #expect(await iterator.next().map(name) == "recovered")
    app.stop()
    try await run.value
  }

  private func name(_ report: Watchdog.Report) -> String {
    switch report {
    case .starved: "starved"
    case .recovered: "recovered"
    }
  }

  @Test func `the real probe runs in the pool`() async throws {
    let watchdog = Watchdog { _ in }
    watchdog.start()
    watchdog.start()
    watchdog.stop()
    watchdog.stop()
  }
}
