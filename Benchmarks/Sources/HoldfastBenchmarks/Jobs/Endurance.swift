import Foundation
import Holdfast

/// What a store and a runner cost over time, measured in a process of their own.
struct Endurance {
  private static let count = JobPeers.isLarge ? 5_000_000 : 500_000

  func memory() async throws {
    let figures = try Probe.process("jobs", Self.count).figures("go")
    let what = "while \(Self.count) jobs pass through"
    try Result(
      suite: JobsSuite.suite, "growth of resident memory after the first \(JobProbe.warmth), \(what)", figures[0] / 1e6,
      "MB",
      runs: 1, target: .atMost(32)
    ).emit()
    try Result(suite: JobsSuite.suite, "resident memory, \(what)", figures[1] / 1e6, "MB", runs: 1).emit()
    try Result(suite: JobsSuite.suite, "whole lives, \(what)", figures[2], "1/s", runs: 1).emit()
  }

  func idle() async throws {
    let process = try Probe.process("idle-jobs", 1000)
    _ = try process.figures("go")
    // Threads of the pool that have nothing to do end after five seconds.
    try await Task.sleep(for: .seconds(8))
    try await Footprint.wakeUps(process.facts, "a runner without work", suite: JobsSuite.suite)
  }
}

/// What runs in the other process.
enum JobProbe {
  /// Jobs until every cache is full.
  static let warmth = 200_000

  /// Lives one after the other: how far memory grew once it was warm, what it was at most, and the rate.
  static func endure(_ count: Int) async throws -> [Double] {
    let bed = try await JobBed()
    var (base, most) = (0.0, 0.0)
    let took = try await bed.serving {
      try await microseconds {
        for slice in 0..<100 {
          let goal = bed.ran.number + count / 100
          try await bed.enqueue(count / 100, callers: 64)
          await bed.ran.reaches(goal)
          let resident = ProcessFacts.own.resident
          if slice * count / 100 <= warmth { base = resident }
          most = max(most, resident)
        }
      }
    }
    try await bed.end()
    return [most - base, most, Double(count) / (took / 1e6)]
  }

  /// A runner that has done its work, with as many jobs in the distant future; stays until the process ends.
  static func idle(_ count: Int) async throws -> [Double] {
    let bed = try await JobBed()
    for _ in 0..<count { try await bed.queue.enqueue(NoOp(), starting: .after(.seconds(24 * 3600))) }
    Task { try await bed.serving { try await Task.sleep(for: .seconds(1_000_000)) } }
    try await bed.enqueue(100, callers: 10)
    await bed.ran.reaches(100)
    return [0]
  }
}
