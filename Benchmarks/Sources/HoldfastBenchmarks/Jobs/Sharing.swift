import Holdfast
import Synchronization

/// A job that may have an execution key.
struct Keyed: Job {
  static let kind = "keyed"
  var key: String?
  var text = String(repeating: "a", count: 80)
  var executionKey: String? { key }
}

/// Execution keys, and tenants that want the same workers.
struct Sharing {
  let peers: JobPeers

  /// Many jobs over few keys, at most one of a key at a time, beside the same without keys.
  func keys() async throws {
    let bed = try await JobBed()
    let plain = try await JobBed()
    try await Versus(
      suite: JobsSuite.suite, metric: "whole life, 100000 jobs over 1000 execution keys", runs: 3,
      ours: { try await Self.life(100_000, keys: 1000, bed) },
      others: [
        .init(
          side: .init(name: "without keys") { [try await Self.life(100_000, keys: nil, plain)] },
          target: .atLeastTimes(0.5))
      ]
    ).run()
    try await bed.end()
    try await plain.end()
  }

  /// Everything is enqueued before anything runs, so that nearly all have to wait for their key.
  private static func life(_ count: Int, keys: Int?, _ bed: JobBed) async throws -> Double {
    let goal = bed.ran.number + count
    let ran = bed.ran
    let took = try await microseconds {
      for first in stride(from: 0, to: count, by: 1000) {
        try await bed.queue.enqueue(
          contentsOf: (first..<first + 1000).map { number in Keyed(key: keys.map { "key-\(number % $0)" }) })
      }
      try await bed.serving(handlers: [JobHandler.on(Keyed.self) { _, _ in ran.add() }]) {
        await ran.reaches(goal)
        try await bed.settles()
      }
    }
    return Double(count) / (took / 1e6)
  }

  /// 200 tenants whose weights are 1 to 4 and whose backlogs differ five times more; all have work until the end.
  func partitions() async throws {
    let tenants = 200
    let bed = try await JobBed()
    let started = Mutex([Int](repeating: 0, count: tenants))
    let goal = tenants * 250
    let weight = { (tenant: Int) in Double(tenant % 4 + 1) }
    for tenant in 0..<tenants {
      let name = "tenant-\(tenant)"
      try await bed.queue.set(QueueSettings(QueueScope(partition: name), weight: weight(tenant)))
      var options = JobOptions()
      options.partition = name
      let backlog = Int(100 * weight(tenant) * (1.5 + Double(tenant * 7 % 10) / 2))
      try await bed.queue.enqueue(contentsOf: [NoOp](repeating: NoOp(), count: backlog), options: options)
    }
    let reached = Count()
    let handler = JobHandler.on(NoOp.self) { _, context in
      let tenant = Int(context.job.partition.dropFirst(7)) ?? 0
      guard reached.number < goal else { return }
      started.withLock { $0[tenant] += 1 }
      reached.add()
    }
    try await bed.serving(handlers: [handler]) { await reached.reaches(goal) }
    let counts = started.withLock { $0 }
    let all = Double(counts.reduce(0, +))
    let weights = (0..<tenants).map(weight)
    let deviations = zip(counts, weights).map { count, weight in
      abs(Double(count) / (all * weight / weights.reduce(0, +)) - 1) * 100
    }
    try Result(
      suite: JobsSuite.suite, "largest deviation from its share, 200 partitions of uneven load and weight",
      deviations.max() ?? .nan, "%", runs: 1, target: .atMost(10)
    ).emit()
    try await bed.end()
  }
}
