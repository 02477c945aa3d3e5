import Foundation
import Holdfast
import HoldfastSQLite

/// The same with very many finished and future jobs in the file.
struct History {
  let peers: JobPeers
  private static let (finished, future) = JobPeers.isLarge ? (10_000_000, 1_000_000) : (1_000_000, 100_000)

  func run() async throws {
    let what = "with \(Self.finished) finished and \(Self.future) future jobs"
    guard let full = try await Self.filled() else {
      return try Result(suite: JobsSuite.suite, metric: what, unit: "1/s", skipped: peers.raw.missing).emit()
    }
    let empty = try await JobBed()
    let (there, here) = (JobRounds(bed: full, pace: peers.pace), JobRounds(bed: empty, pace: peers.pace))
    // Lives first: what the others enqueue stays due.
    try await full.serving {
      try await empty.serving {
        try await compare("whole life, 64 producers, \(what)", { try await there.lives() }, { try await here.lives() })
      }
    }
    let parts: [(String, (JobRounds) async throws -> Double)] = [
      ("durable enqueue, 64 callers", { try await $0.enqueue(callers: 64) }),
      ("bulk enqueue, 1000 in a call", { try await $0.bulk() }),
    ]
    for (name, round) in parts {
      try await compare("\(name), \(what)", { try await round(there) }, { try await round(here) })
    }
    try await full.end()
    try await empty.end()
  }

  private func compare(
    _ name: String, _ ours: @escaping () async throws -> Double, _ other: @escaping () async throws -> Double
  ) async throws {
    try await Versus(
      suite: JobsSuite.suite, metric: name, ours: ours,
      others: [.init(side: .init(name: "an empty file") { [try await other()] }, target: .atLeastTimes(0.75))]
    ).run()
  }

  /// A store whose file was filled while it was closed; says how long opening took afterwards.
  private static func filled() async throws -> JobBed? {
    guard let program = JobPeers.program else { return nil }
    let bed = try await JobBed()
    try await bed.queue.enqueue(NoOp(), starting: .after(.seconds(365 * 24 * 3600)))
    _ = try await JobRounds(bed: bed, pace: Pace(syncs: 0)).drain(1)
    await bed.store.close()
    let fill = try Process.run(
      URL(filePath: program), arguments: ["fill", bed.file.path, "\(finished)", "\(future)"])
    fill.waitUntilExit()
    var full: JobBed?
    let took = try await microseconds { full = try await JobBed(bed.file) }
    try Result(
      suite: JobsSuite.suite, "opening with \(finished) finished and \(future) future jobs", took / 1000, "ms", runs: 1
    ).emit()
    return full
  }
}
