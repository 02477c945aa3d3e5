/// Durable jobs on the embedded store, beside SQLite itself and two job queues.
struct JobsSuite {
  static let suite = JobLimits.suite

  func run(only part: String?) async throws {
    let peers = try JobPeers()
    let parts: [(String, () async throws -> Void)] = [("limits", JobLimits(peers: peers).run)]
    for (name, run) in parts where part == nil || part == name { try await run() }
  }
}
