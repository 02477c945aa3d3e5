import Holdfast

/// From before `enqueue` to the handler's first line, at 100 jobs a second.
struct Pickup {
  /// Knows when it was made.
  struct Stamped: Job {
    static let kind = "stamped"
    var made: Int64
  }

  let peers: JobPeers
  private static let count = 300

  func run() async throws {
    let bed = try await JobBed()
    let took = Samples()
    let handler = JobHandler.on(Stamped.self) { job, _ in took.add(Double(Clock.nanoseconds - job.made) / 1e6) }
    var (ours, disk): ([Double], [[Double]]) = ([], [])
    try await bed.serving(handlers: [handler]) {
      for number in 1...5 {
        ours += try await round(bed, took, number)
        if let side = peers.raw.side("", "pace \(Self.count)") { disk.append(try await side.round()) }
      }
    }
    for (index, (name, share, limit)) in [("p50", 0.5, 1.0), ("p99", 0.99, 2.0)].enumerated() {
      try Result(
        suite: JobsSuite.suite, "pickup at 100 jobs/s, \(name)", ours.percentile(share), "ms", runs: ours.count,
        than: peers.raw.missing ?? "the disk's own fdatasync at that pace, \(name)",
        disk.isEmpty ? nil : disk.map { $0[index] }.median, target: .atMost(limit)
      ).emit()
    }
    try await bed.end()
  }

  private func round(_ bed: JobBed, _ took: Samples, _ number: Int) async throws -> [Double] {
    for _ in 0..<Self.count {
      try await Task.sleep(for: .milliseconds(10))
      try await bed.queue.enqueue(Stamped(made: Clock.nanoseconds))
    }
    await took.reaches(number * Self.count)
    return took.take()
  }
}
