/// What the disk, SQLite and the peers reach by themselves: the measure for everything about jobs.
struct JobLimits {
  static let suite = "jobs"

  let peers: JobPeers

  func run() async throws {
    let (raw, pace) = (peers.raw, peers.pace)
    try await limit(raw, "8 KiB written and fdatasync", pace.sync)
    for batch in [1, 100, 1000] { try await limit(raw, "insert, \(batch) in a transaction", pace.insert(batch)) }
    for batch in [1, 10, 100, 1000] {
      try await limit(raw, "life in three transactions of \(batch)", pace.life(batch))
    }
    try await limit(raw, "ends and next claim in one transaction of 100", pace.drain(100))
    try await limit(peers.huey, "enqueue", "enqueue \(pace.transactions)")
    try await limit(peers.huey, "process, at most once", "process \(pace.transactions)")
    try await limit(peers.pgqueuer, "enqueue", "enqueue \(pace.transactions)")
    try await limit(peers.pgqueuer, "enqueue, 1000 in a call", "bulk 20000")
    try await limit(peers.pgqueuer, "drain, two dequeuers of 1000", JobPeers.drain)
  }

  private func limit(_ peer: Rate, _ what: String, _ question: String) async throws {
    var result = Result(suite: Self.suite, metric: "limit: \(peer.name), \(what)", unit: "1/s", runs: 5)
    result.skipped = peer.missing
    if let side = peer.side(what, question) {
      result.value = try await Turns.medians(5, [side])[0][0].rounded(4)
    }
    try result.emit()
  }
}

/// What `raw` is asked: as many transactions as take a good third of a second on this disk.
struct Pace {
  /// Transactions in a round.
  let transactions: Int
  private static let mostRows = 60_000

  init(syncs: Double) { transactions = max(60, Int(syncs * 0.4)) }

  var sync: String { "sync \(transactions)" }
  func insert(_ batch: Int) -> String { "insert \(batch) \(rows(batch, transactions))" }
  func life(_ batch: Int) -> String { "life \(batch) \(rows(batch, transactions / 3))" }
  func drain(_ batch: Int) -> String { "drain \(batch) \(rows(batch, transactions))" }

  private func rows(_ batch: Int, _ transactions: Int) -> Int {
    batch * max(1, min(transactions, Self.mostRows / batch))
  }
}
