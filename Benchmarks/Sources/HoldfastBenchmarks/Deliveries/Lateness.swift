import Foundation
import Holdfast

/// From the due time to the handler's first line: 10,000 deliveries spread over 10 s, idle and with both cores busy, beside
/// what the machine can do at all and OTP's timers.
struct Lateness {
  let otp: OTP
  private static let count = DeliveriesSuite.isBrief ? 1000 : 10_000
  /// Milliseconds until the first one is due.
  private static let lead = 2000

  func run() async throws {
    for isBusy in [false, true] {
      let load = isBusy ? try Load(ProcessInfo.processInfo.activeProcessorCount) : nil
      try await compare(isBusy ? "both cores busy" : "idle", isBusy)
      load?.end()
    }
  }

  private func compare(_ what: String, _ isBusy: Bool) async throws {
    let ours = try await deliveries()
    let floors: [(String, [Double]?)] = [
      ("a re-armed sleep", try await Self.sleeps()), ("a nanosleep thread", await Self.thread()),
      ("\(OTP.name) receive after", try await otp.side("", "lateness \(Self.count) \(Self.lead)")?.round()),
    ]
    let metrics: [(String, Int, Target?)] = [
      ("p50", 0, isBusy ? nil : .atMost(0.3)), ("p99", 1, .atMost(isBusy ? 5 : 1)), ("p99.9", 2, nil),
      ("earliest", 3, .atLeast(0)),
    ]
    for (name, index, target) in metrics {
      for (floor, figures) in floors {
        var result = Result(
          suite: DeliveriesSuite.suite, "lateness of \(Self.count) deliveries, \(what), \(name)", ours[index], "ms",
          runs: 1, than: floor, figures?[index], target: target)
        if figures == nil { result.skipped = OTP.missing }
        try result.emit()
      }
    }
  }

  /// The figures of some lateness: p50, p99, p99.9 and the least.
  private static func figures(_ values: [Double]) -> [Double] {
    [0.5, 0.99, 0.999].map(values.percentile) + [values.min() ?? .nan]
  }

  private func deliveries() async throws -> [Double] {
    let bed = try await JobBed()
    let bell = Doorbell()
    try await bed.serving(handlers: [bell.handler]) {
      let start = WallTime(Date()).advanced(by: .milliseconds(Self.lead))
      try await bed.appoint(Self.count) { start.advanced(by: .milliseconds($0)) }
      await bell.lateness.reaches(Self.count)
    }
    try await bed.end()
    return Self.figures(bell.lateness.take())
  }

  /// One task that sleeps until each moment.
  private static func sleeps() async throws -> [Double] {
    let start = ContinuousClock.now + .milliseconds(10)
    var late: [Double] = []
    for number in 0..<count {
      let due = start + .milliseconds(number)
      try await Task.sleep(until: due, clock: .continuous)
      late.append((ContinuousClock.now - due) / .milliseconds(1))
    }
    return figures(late)
  }

  /// A thread of its own that sleeps until each moment.
  private static func thread() async -> [Double] {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        let start = Clock.nanoseconds + 10_000_000
        let late = (0..<count).map { number in
          let due = start + Int64(number) * 1_000_000
          var time = timespec(tv_sec: Int(due / 1_000_000_000), tv_nsec: Int(due % 1_000_000_000))
          clock_nanosleep(CLOCK_MONOTONIC, Int32(TIMER_ABSTIME), &time, nil)
          return Double(Clock.nanoseconds - due) / 1e6
        }
        continuation.resume(returning: figures(late))
      }
    }
  }
}

/// Keeps cores busy, for a minute of their time at most when nobody is left to end it.
final class Load {
  private let processes: [Process]

  init(_ cores: Int) throws {
    processes = try (0..<cores).map { _ in
      try Process.run(URL(filePath: "/bin/sh"), arguments: ["-c", "ulimit -t 60; while :; do :; done"])
    }
  }

  func end() {
    for process in processes {
      // Not SIGTERM: a process that was started from a task inherits it blocked.
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
  }
}
