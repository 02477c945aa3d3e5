import Foundation
import Holdfast
import HoldfastSQLite

/// A file with very many deliveries of the future, opened by a process of its own: how long the start takes, what it
/// costs in memory, and how late the first one is.
struct StoredDeliveries {
  private static let count = DeliveriesSuite.isBrief ? 100_000 : JobPeers.isLarge ? 10_000_000 : 1_000_000
  private static let variable = "HOLDFAST_STORED"

  func run() async throws {
    let bed = try await JobBed()
    let start = WallTime(Date()).advanced(by: .seconds(24 * 3600))
    let step = Duration.seconds(30 * 24 * 3600) / Self.count
    try await bed.appoint(Self.count) { start.advanced(by: step * $0) }
    await bed.store.close()
    setenv(Self.variable, bed.file.path, 1)
    let figures = try Probe.process("stored-deliveries", Self.count).figures("go")
    let what = "with \(Self.count) deliveries in the file"
    for (name, value, unit, limit) in [
      ("start", figures[0] * 1000, "ms", 1000.0), ("growth of resident memory", figures[1] / 1e6, "MB", 64),
      ("lateness of the first", figures[2], "ms", 5),
    ] {
      try Result(suite: DeliveriesSuite.suite, "\(name) \(what)", value, unit, runs: 1, target: .atMost(limit)).emit()
    }
    try await JobBed(bed.file).end()
  }

  /// What runs in the other process: opens the file, runs, and hands in one delivery that is due in two seconds.
  static func open() async throws -> [Double] {
    let path = ProcessInfo.processInfo.environment[variable] ?? ""
    let before = ProcessFacts.own.resident
    let began = Clock.nanoseconds
    let bed = try await JobBed(URL(filePath: path))
    let bell = Doorbell()
    return try await bed.serving(handlers: [bell.handler]) {
      try await bed.queue.enqueue(Appointment())
      await bell.lateness.reaches(1)
      let started = Double(Clock.nanoseconds - began) / 1e9
      _ = bell.lateness.take()
      let due = WallTime(Date()).advanced(by: .seconds(2))
      try await bed.appoint(1) { _ in due }
      await bell.lateness.reaches(2)
      return [started, ProcessFacts.own.resident - before, bell.lateness.take().first ?? .nan]
    }
  }
}
