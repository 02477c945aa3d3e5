/// Durable jobs on the embedded store, beside SQLite itself and two job queues.
struct JobsSuite {
  static let suite = JobLimits.suite

  func run(only part: String?) async throws {
    let peers = try await JobPeers()
    let parts: [(String, () async throws -> Void)] = [
      ("limits", JobLimits(peers: peers).run), ("enqueue", Throughput(peers: peers).enqueues),
      ("life", Throughput(peers: peers).lives), ("scaling", Throughput(peers: peers).scaling),
      ("pickup", Pickup(peers: peers).run), ("history", History(peers: peers).run),
      ("keys", Sharing(peers: peers).keys), ("partitions", Sharing(peers: peers).partitions),
      ("memory", Endurance().memory), ("idle", Endurance().idle), ("isolated", Isolated().run),
    ]
    for (name, run) in parts where part == nil || part == name { try await run() }
  }
}
