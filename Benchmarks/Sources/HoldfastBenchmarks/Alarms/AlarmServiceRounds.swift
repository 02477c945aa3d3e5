import Foundation
import Holdfast
import HoldfastSQLite
import Synchronization

/// The service around the engine: reads beside events, from an event to its remedy, from an event to the disk.
struct AlarmServiceRounds {
  let raw: Rate
  private static let alarms = 10_000
  private static let reads = 2_000_000
  private static let events = 300

  /// Two threads read, while a hundred events come every ten milliseconds.
  func reads() async throws {
    let alarms = try Alarms(MemoryStore())
    let ids = try (0..<Self.alarms).map { try AlarmID("link.down", $0) }
    try await Self.serving(alarms) {
      try await alarms.clear(ids[0])
      for id in ids { alarms.report(.clear(id)) }
      let flow = Task.detached { await Self.flow(alarms, ids) }
      try await Comparison(
        suite: AlarmSuite.suite,
        metrics: [
          .init(name: "states read by two threads beside 10000 events/s", unit: "1/s", target: .atLeast(10_000_000))
        ],
        ours: { [await Self.readRate(alarms, ids)] }
      ).run()
      flow.cancel()
      await flow.value
    }
  }

  private static func flow(_ alarms: Alarms, _ ids: [AlarmID]) async {
    var number = 0
    while !Task.isCancelled {
      for _ in 0..<100 {
        let id = ids[(number / 2) % ids.count]
        alarms.report(number.isMultiple(of: 2) ? .set(id) : .clear(id))
        number += 1
      }
      try? await Task.sleep(for: .milliseconds(10))
    }
  }

  private static func readRate(_ alarms: Alarms, _ ids: [AlarmID]) async -> Double {
    let done = Count()
    let known = Atomic(0)
    let start = ContinuousClock.now
    for thread in 0..<2 {
      // Threads of their own: the events need those of the pool.
      Thread.detachNewThread {
        var count = 0
        for number in 0..<Self.reads where alarms.state(of: ids[(number + thread * 4999) % ids.count]) != .unknown {
          count += 1
        }
        known.add(count, ordering: .relaxed)
        done.add()
      }
    }
    await done.reaches(2)
    return Double(known.load(ordering: .relaxed)) / ((ContinuousClock.now - start) / .seconds(1))
  }

  /// From before the report to the first line of the remedy, on a store in a file.
  func remedies() async throws {
    let bed = try await JobBed()
    let took = Samples()
    let began = Mutex(Int64(0))
    let down = try AlarmID("link.down")
    var configuration = AlarmConfiguration()
    configuration.remedies = [
      down: .run { _ in took.add(Double(Clock.nanoseconds - began.withLock { $0 }) / 1e6) }
    ]
    let alarms = try Alarms(bed.store, configuration)
    try await Self.serving(alarms) {
      try await alarms.clear(down)
      for number in 1...Self.events {
        began.withLock { $0 = Clock.nanoseconds }
        alarms.report(.set(down))
        await took.reaches(number)
        while try await alarms.remedies().contains(where: { $0.state != .waitingToRetry }) { await Task.yield() }
        try await alarms.clear(down)
        try await Task.sleep(for: .milliseconds(10))
      }
    }
    try emit("event to the start of its remedy", took.take(), nil, [("p50", 0.5, nil), ("p99", 0.99, .atMost(2))])
    try await bed.end()
  }

  /// From before the call to its return, at no more than 100 a second.
  func durable() async throws {
    let bed = try await JobBed()
    let alarms = try Alarms(bed.store)
    let down = try AlarmID("link.down")
    var took: [Double] = []
    try await Self.serving(alarms) {
      for number in 0..<Self.events {
        try await Task.sleep(for: .milliseconds(10))
        let start = Clock.nanoseconds
        if number.isMultiple(of: 2) { try await alarms.set(down) } else { try await alarms.clear(down) }
        took.append(Double(Clock.nanoseconds - start) / 1e6)
      }
    }
    let disk = try await raw.side("", "pace \(Self.events)")?.round()
    try emit("event to durable at 100/s", took, disk, [("p50", 0.5, .more(1)), ("p99", 0.99, .more(2))])
    try await bed.end()
  }

  private func emit(
    _ name: String, _ took: [Double], _ disk: [Double]?, _ rows: [(name: String, share: Double, target: Target?)]
  ) throws {
    for (index, row) in rows.enumerated() {
      try Result(
        suite: AlarmSuite.suite, "\(name), \(row.name)", took.percentile(row.share), "ms", runs: took.count,
        than: disk.map { _ in "the disk's own fdatasync at that pace, \(row.name)" }, disk?[index], target: row.target
      ).emit()
    }
  }

  private static func serving(_ alarms: Alarms, _ body: () async throws -> Void) async throws {
    let run = Task { try await alarms.run() }
    defer { run.cancel() }
    try await body()
    run.cancel()
    _ = await run.result
  }
}
