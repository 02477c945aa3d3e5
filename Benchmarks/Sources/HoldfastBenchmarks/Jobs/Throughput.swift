/// Enqueueing, and whole lives.
struct Throughput {
  let peers: JobPeers

  func enqueues() async throws {
    let bed = try await JobBed()
    let (rounds, raw, pace) = (JobRounds(bed: bed, pace: peers.pace), peers.raw, peers.pace)
    try await Versus(
      suite: JobsSuite.suite, metric: "durable enqueue, 1 caller",
      ours: { try await rounds.enqueue(callers: 1) },
      others: [
        raw.other("8 KiB written and fdatasync", pace.sync, .atLeastTimes(0.55)),
        // More than the disk does would be a commit that does not wait for it.
        raw.other("8 KiB written and fdatasync, as the most there can be", pace.sync, .share(1.1)),
        peers.huey.other("enqueue", "enqueue \(pace.transactions)", nil),
        peers.pgqueuer.other("enqueue", "enqueue \(pace.transactions)", nil),
      ]
    ).run()
    try await Versus(
      suite: JobsSuite.suite, metric: "durable enqueue, 64 callers",
      ours: { try await rounds.enqueue(callers: 64) },
      others: [raw.other("insert, 100 in a transaction", pace.insert(100), .atLeastTimes(0.4))]
    ).run()
    try await Versus(
      suite: JobsSuite.suite, metric: "bulk enqueue, 1000 in a call", ours: rounds.bulk,
      others: [
        raw.other("insert, 1000 in a transaction", pace.insert(1000), .atLeastTimes(0.6)),
        peers.pgqueuer.other("enqueue, 1000 in a call", "bulk 20000", nil),
      ]
    ).run()
    try await bed.end()
  }

  func lives() async throws {
    let bed = try await JobBed()
    let (rounds, raw, pace) = (JobRounds(bed: bed, pace: peers.pace), peers.raw, peers.pace)
    try await bed.serving {
      try await Versus(
        suite: JobsSuite.suite, metric: "whole life, 64 producers", ours: { try await rounds.lives() },
        others: [
          raw.other("life in three transactions of 100", pace.life(100), .atLeastTimes(0.8)),
          raw.other("life in three transactions of 1", pace.life(1), .atLeastTimes(20)),
          peers.pgqueuer.other("drain, two dequeuers of 1000", JobPeers.drain, .atLeastTimes(3.5)),
          peers.huey.other("process, at most once", "process \(pace.transactions)", nil),
        ]
      ).run()
      for producers in [1, 1000] {
        try await Versus(
          suite: JobsSuite.suite, metric: "whole life, \(producers) producers",
          ours: { try await rounds.lives(producers: producers) },
          others: [raw.other("life in three transactions of \(producers)", pace.life(producers), nil)]
        ).run()
      }
    }
    try await bed.end()
  }

  /// The cost of a job must not grow with the number of those that are there.
  func scaling() async throws {
    let bed = try await JobBed()
    let rounds = JobRounds(bed: bed, pace: peers.pace)
    let sizes = [1000, 10_000, 100_000]
    let medians = try await Turns.medians(
      5, sizes.map { size in .init(name: "\(size)") { [1e6 / (try await rounds.drain(size))] } }
    ).map { $0[0] }
    for (size, cost) in zip(sizes, medians) {
      try Result(
        suite: JobsSuite.suite, "drain of \(size) jobs", cost, "µs/job", runs: 5, than: "1000 jobs", medians[0],
        target: .share(2)
      ).emit()
    }
    try await bed.end()
  }
}
