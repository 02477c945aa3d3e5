import Holdfast

extension StoreConformance {
  static let propertyChecks: [StoreConformanceCheck] = (1...6 as ClosedRange<UInt64>).map { seed in
    StoreConformanceCheck("whatever happens, in any order, the laws of a store hold (seed \(seed))") { trial in
      var life = try await RandomStoreLife(trial, seed: seed)
      try await life.play(moves: 120)
      try await life.drain()
    }
  }
}

/// Random jobs, nodes and operators; what must always be true is looked at after each move.
private struct RandomStoreLife {
  private let trial: StoreTrial
  private let seed: UInt64
  private var random: SplitMix64
  private var nodes: [ScriptedNode] = []
  private var running: [(node: ScriptedNode, claim: JobClaim)] = []
  /// Jobs stored and not deleted by anybody.
  private var retained = 0
  private let queues = ["q0", "q1"]
  private let partitions = ["p0", "p1", "p2"]

  init(_ trial: StoreTrial, seed: UInt64) async throws {
    self.trial = trial
    self.seed = seed
    random = SplitMix64(seed: seed)
    for number in 0..<2 { nodes.append(try await trial.node("n\(number)", lease: .seconds(30))) }
  }

  mutating func play(moves: Int) async throws {
    for move in 0..<moves {
      try await self.move()
      try await check("seed \(seed), move \(move)")
    }
  }

  private mutating func move() async throws {
    switch Int.random(in: 0..<13, using: &random) {
    case 0...2: try await enqueue()
    case 3...5: try await claim()
    case 6...7: try await settle()
    case 8: try await command()
    case 9: try await commandQueue()
    case 10: try await replaceNode()
    case 11: try await prune()
    default:
      let delay = Duration.milliseconds(Int.random(in: 0...4000, using: &random))
      trial.time.advance(by: delay)
      for node in nodes { try await node.beat() }
    }
  }

  private mutating func pick<Item>(_ items: [Item]) -> Item? { items.randomElement(using: &random) }
  private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

  // MARK: Moves

  private mutating func enqueue() async throws {
    let drafts = (0..<Int.random(in: 1...6, using: &random)).map { _ in draft() }
    retained += try await trial.store.enqueue(drafts).count { !$0.isDuplicate }
  }

  private mutating func draft() -> JobDraft {
    var draft = trial.draft()
    draft.queue = pick(queues) ?? "q0"
    draft.partition = pick(partitions) ?? "p0"
    draft.priority = Int.random(in: -2...2, using: &random)
    draft.maxCrashes = 2
    if chance(2) { draft.executionKey = "e\(Int.random(in: 0..<3, using: &random))" }
    if draft.executionKey == "e2" { draft.executionLimit = 2 }
    if chance(4) { draft.uniqueKey = "u\(Int.random(in: 0..<5, using: &random))" }
    if chance(4) { draft.uniqueUntil = .started }
    if chance(3) { draft.start = .after(.milliseconds(Int.random(in: 0...3000, using: &random))) }
    return draft
  }

  private mutating func claim() async throws {
    guard let node = pick(nodes), let queue = pick(queues) else { return }
    let count = Int.random(in: 0...4, using: &random)
    let ahead = Int.random(in: 0...2, using: &random)
    let sets: [PartitionSet] = [.everyone, .only("p1"), .all(except: ["p0"])]
    let partitions = pick(sets) ?? .everyone
    let reply = try await node.demand(
      queue, count: count, ahead: ahead, lookahead: .seconds(1), partitions: partitions)
    let pauses = try await trial.store.pauses()
    for claim in reply.claims {
      let job = claim.job
      let isPaused = pauses.contains { $0.scope.contains(partition: job.partition, queue: job.queue) }
      let isWanted = job.queue == queue && partitions.contains(job.partition)
      let isDue = job.due <= trial.now.advanced(by: .seconds(1))
      try trial.expect(!isPaused && isWanted && isDue, "seed \(seed): took \(job), paused \(isPaused)")
      if chance(2) { trial.store.began(claim.run) }
      running.append((node, claim))
    }
    let due = reply.claims.count { $0.job.due <= trial.now }
    try trial.expect(due <= count + ahead && reply.claims.count <= count + ahead, "seed \(seed): took too much")
  }

  private mutating func settle() async throws {
    guard !running.isEmpty else { return }
    let (node, claim) = running.remove(at: Int.random(in: 0..<running.count, using: &random))
    let failure = JobFailure(.error, "no", attempt: claim.job.attempt)
    let verdicts: [JobVerdict] = [
      .completed(output: nil), .completed(output: nil), .discarded(failure), .cancelled(reason: "c"), .returned,
      .retry(after: .milliseconds(500), failure: failure, payload: nil), .snoozed(for: .milliseconds(700)),
      .parked(.undecodable, reason: "p"), .crashed(retryAfter: .milliseconds(300), failure: failure),
    ]
    try await node.settle(claim, pick(verdicts) ?? .returned)
  }

  private mutating func command() async throws {
    let ids = try await trial.jobs().map(\.id)
    guard let id = pick(ids) else { return }
    let commands: [JobCommand] = [
      .cancel(reason: "c"), .cancel(reason: "c"), .retry(payload: nil), .discard(reason: "d"), .delete,
      .reschedule(trial.now.advanced(by: .milliseconds(Int.random(in: -900...900, using: &random)))),
      .prioritize(Int.random(in: -3...3, using: &random)),
    ]
    let command = pick(commands) ?? .delete
    let result = try await trial.perform(command, id)
    if case (.delete, .done) = (command, result) { retained -= 1 }
  }

  private mutating func commandQueue() async throws {
    let scope = QueueScope(partition: chance(2) ? pick(partitions) : nil, queue: chance(2) ? pick(queues) : nil)
    let commands: [QueueCommand] = [
      .pause(scope, note: nil), .resume(scope), .resume(scope), .unset(scope),
      .set(QueueSettings(scope, running: Int.random(in: 0...4, using: &random))),
      .purge(QueueScope(partition: pick(partitions), queue: pick(queues))),
    ]
    let command = pick(commands) ?? .resume(scope)
    let count = try await trial.store.perform(command, by: "tester")
    if case .purge = command { retained -= count }
  }

  private mutating func replaceNode() async throws {
    let index = Int.random(in: 0..<nodes.count, using: &random)
    let gone = nodes[index]
    await gone.detach()
    running.removeAll { $0.node === gone }
    nodes[index] = try await trial.node("n", lease: .seconds(30))
  }

  private mutating func prune() async throws {
    var retention = JobRetention()
    retention.completed = .seconds(2)
    retention.others = .seconds(2)
    retained -= try await trial.store.prune(retention, limit: 3)
  }

  // MARK: Laws

  private func check(_ what: String) async throws {
    let jobs = try await trial.jobs()
    try trial.equal(jobs.count, retained, "\(what): jobs")
    try await checkCounts(jobs, what)
    try checkKeys(jobs, what)
    for (_, claim) in running {
      let job = jobs.first { $0.id == claim.job.id }
      try trial.expect(job?.isExecuting(claim.run) == true, "\(what): a run lost its job \(claim.job.id)")
    }
    try trial.equal(jobs.count { $0.state == .executing }, running.count, "\(what): executing")
  }

  private func checkCounts(_ jobs: [JobRecord], _ what: String) async throws {
    var recount: [QueueScope: [JobState: Int]] = [:]
    for job in jobs {
      recount[QueueScope(partition: job.partition, queue: job.queue), default: [:]][job.state, default: 0] += 1
    }
    for status in try await trial.store.queues() {
      let scope = QueueScope(partition: status.partition, queue: status.queue)
      try trial.equal(status.counts, recount.removeValue(forKey: scope) ?? [:], "\(what): counts of \(scope)")
    }
    try trial.equal(recount, [:], "\(what): queues left out")
  }

  private func checkKeys(_ jobs: [JobRecord], _ what: String) throws {
    let unique = jobs.filter(\.holdsUniqueKey).map { [$0.partition, $0.uniqueKey] }
    try trial.equal(Set(unique).count, unique.count, "\(what): holders of unique keys")
    let keyed = Dictionary(grouping: jobs.filter { $0.executionKey != nil }) { [$0.partition, $0.executionKey] }
    for (key, jobs) in keyed {
      let holders = jobs.count { $0.state == .executing }
      let limit = jobs.map(\.executionLimit).max() ?? 1
      try trial.expect(holders <= limit, "\(what): \(holders) holders of \(key)")
      for waiter in jobs where waiter.state == .waiting && holders == 0 {
        let hasTurn = jobs.contains { $0.state == .queued && $0.queue == waiter.queue && $0.due <= trial.now }
        try trial.expect(hasTurn, "\(what): job \(waiter.id) waits for nobody")
      }
    }
  }

  // MARK: The end

  /// Whatever was done, everything that lives can be brought to its end.
  mutating func drain() async throws {
    for pause in try await trial.store.pauses() { try await trial.store.perform(.resume(pause.scope), by: "tester") }
    for partition in partitions + [nil] {
      for queue in queues + [nil] {
        try await trial.store.perform(.unset(QueueScope(partition: partition, queue: queue)), by: "tester")
      }
    }
    for (node, claim) in running { try await node.complete(claim) }
    trial.time.advance(by: .seconds(10))
    var idle = 0
    while idle < 3 {
      var ended = 0
      for queue in queues {
        let claims = try await nodes[0].claim(queue, count: 10)
        if !claims.isEmpty { try await nodes[0].settle(claims.map { ($0, .completed(output: nil)) }) }
        ended += claims.count
      }
      idle = ended == 0 ? idle + 1 : 0
    }
    let left = try await trial.jobs().filter { !$0.state.isFinal && $0.state != .parked }
    try trial.expect(left.isEmpty, "seed \(seed): never ran: \(left)")
  }
}
