/// What the disk, SQLite and the peers reach by themselves: the measure for everything about jobs.
struct JobLimits {
  static let suite = "jobs"

  let peers: JobPeers

  func run() async throws {
    for (name, question) in [
      ("8 KiB written and fdatasync", Question.sync), ("insert, 1 in a transaction", .insert(1)),
      ("insert, 100 in a transaction", .insert(100)), ("insert, 1000 in a transaction", .insert(1000)),
      ("life in three transactions, 1 job in each", .life(1)), ("life in three transactions, 10 jobs", .life(10)),
      ("life in three transactions, 100 jobs", .life(100)), ("life in three transactions, 1000 jobs", .life(1000)),
      ("drain, ends and next claim in one transaction, 100 jobs", .drain(100)),
    ] { try await limit(peers.raw, name, question.line) }
    try await limit(peers.huey, "enqueue", "enqueue 500")
    try await limit(peers.huey, "process, at most once", "process 500")
    try await limit(peers.pgqueuer, "enqueue", "enqueue 500")
    try await limit(peers.pgqueuer, "enqueue, 1000 in a call", "bulk 20000")
    try await limit(peers.pgqueuer, "drain, two dequeuers of 1000", "drain 20000")
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

/// What `raw` is asked; the counts take half a second or so each.
struct Question {
  let line: String

  static let sync = Question(line: "sync 500")
  static func insert(_ batch: Int) -> Question { Question(line: "insert \(batch) \(count(batch, 200))") }
  static func life(_ batch: Int) -> Question { Question(line: "life \(batch) \(count(batch, 60))") }
  static func drain(_ batch: Int) -> Question { Question(line: "drain \(batch) \(count(batch, 100))") }

  /// Whole transactions: small ones are bound by the disk, large ones by the statements.
  private static func count(_ batch: Int, _ transactions: Int) -> Int {
    batch * max(1, min(transactions, 50_000 / batch))
  }
}
