import Holdfast

extension StoreConformance {
  static let claimChecks: [StoreConformanceCheck] = [
    StoreConformanceCheck("claims come by priority, due time and id") { trial in
      let node = try await trial.node()
      let start = trial.now
      let wishes: [(priority: Int, due: Double)] = [(0, 2), (0, 1), (5, 3), (5, 3), (-1, 0), (0, 1)]
      let ids = try await trial.enqueue(wishes.count) { number, draft in
        draft.priority = wishes[number].priority
        draft.start = .at(start.advanced(by: .seconds(wishes[number].due)))
      }
      trial.time.advance(by: .seconds(5))
      let claims = try await node.claim(count: 10)
      try trial.equal(claims.map(\.job.id), [2, 3, 1, 5, 0, 4].map { ids[$0] })
    },
    StoreConformanceCheck("a claim is the whole record, with a new token and attempt") { trial in
      let node = try await trial.node()
      let id = try await trial.enqueue { $0.queue = "mail" }
      var expected = try await trial.job(id)
      var exchange = JobExchange()
      exchange.demands = [JobDemand(pool: 7, queue: "mail", partitions: .everyone, count: 1)]
      let claim = try await node.exchange(exchange).claims
      JobLifecycle.claim(&expected, by: node.identity.id, at: trial.now)
      try trial.equal(claim, [JobClaim(pool: 7, job: expected)])
      try trial.equal(try await trial.job(id), expected)
    },
    StoreConformanceCheck("a new priority and a new due time count at once") { trial in
      let node = try await trial.node()
      let ids = try await trial.enqueue(3)
      try trial.equal(try await trial.perform(.prioritize(10), ids[2]), .done(.queued))
      try trial.equal(try await trial.perform(.reschedule(trial.now.advanced(by: .seconds(9))), ids[0]), .done(.queued))
      try trial.equal(try await node.claim(count: 3).map(\.job.id), [ids[2], ids[1]])
      trial.time.advance(by: .seconds(9))
      try trial.equal(try await node.claim(count: 3).map(\.job.id), [ids[0]])
    },
    StoreConformanceCheck("P7 I2 no job is given to two nodes, each gets as many as it wants, and both are listed") {
      trial in
      let one = try await trial.node("one")
      let two = try await trial.node("two")
      try await trial.enqueue(10)
      let first = try await one.claim(count: 1)
      let second = try await two.claim(count: 4)
      try trial.equal(first.count, 1)
      try trial.equal(second.count, 4)
      try trial.equal(Set((first + second).map(\.job.id)).count, 5)
      let nodes = try await trial.store.nodes()
      try trial.equal(nodes.map(\.executing), [1, 4])
      try trial.equal(nodes.map(\.identity), [one.identity, two.identity])
    },
    StoreConformanceCheck("a demand gets only its queue and its tenants") { trial in
      let node = try await trial.node()
      for partition in ["a", "b", "c"] {
        for queue in ["x", "y"] { try await trial.enqueue { ($0.partition, $0.queue) = (partition, queue) } }
      }
      try trial.equal(try await node.claim("z", count: 9), [])
      try trial.equal(try await node.claim("x", count: 9, partitions: .only("b")).map(\.job.partition), ["b"])
      let rest = try await node.claim("x", count: 9, partitions: .all(except: ["a"]))
      try trial.equal(rest.map(\.job.partition), ["c"])
      try trial.equal(try await node.claim("y", count: 9).count, 3)
    },
    StoreConformanceCheck("ends and claims ride in one exchange") { trial in
      let node = try await trial.node()
      try await trial.enqueue(3) { $1.executionKey = "a" }
      var exchange = JobExchange()
      exchange.demands = [JobDemand(pool: 0, queue: "default", partitions: .everyone, count: 1)]
      var done = 0
      for _ in 0..<4 {
        let reply = try await node.exchange(exchange)
        try trial.expect(reply.settled.allSatisfy { $0 == .accepted(.completed) }, "\(reply.settled)")
        done += reply.settled.count
        exchange.settlements = reply.claims.map { JobSettlement($0.run, .completed(output: nil)) }
      }
      try trial.equal(done, 3)
    },
    StoreConformanceCheck("T11 a stale token is refused, and changes nothing") { trial in
      let node = try await trial.node()
      let id = try await trial.enqueue { $0.maxAttempts = 5 }
      let old = try await node.claim()[0]
      let failure = JobFailure(.error, "no", attempt: 1)
      try await node.settle(old, .retry(after: .zero, failure: failure, payload: nil))
      try trial.equal(try await node.complete(old), .stale, "settled twice")
      let new = try await node.claim()[0]
      try trial.equal(new.job.token, old.job.token + 1)
      let settled = try await node.settle([
        (old, .completed(output: nil)), (old, .cancelled(reason: "")), (old, .returned), (old, .discarded(failure)),
      ])
      try trial.equal(settled, [.stale, .stale, .stale, .stale])
      try trial.equal(try await trial.job(id), new.job)
      try trial.equal(try await node.complete(new), .accepted(.completed))
    },
    StoreConformanceCheck("T11 one stale end among good ones spoils none of them") { trial in
      let node = try await trial.node()
      try await trial.enqueue(3)
      let claims = try await node.claim(count: 3)
      try await node.complete(claims[1])
      let settled = try await node.settle(claims.map { ($0, .completed(output: nil)) })
      try trial.equal(settled, [.accepted(.completed), .stale, .accepted(.completed)])
      let gone = JobClaim(pool: 0, job: claims[0].job)
      _ = try await trial.perform(.delete, gone.job.id)
      try trial.equal(try await node.complete(gone), .stale, "a deleted job")
    },
    StoreConformanceCheck("P13 what was not begun comes back without an attempt used") { trial in
      let node = try await trial.node()
      let id = try await trial.enqueue { $0.start = .after(.seconds(1)) }
      let due = try await trial.job(id).due
      trial.time.advance(by: .seconds(2))
      let claim = try await node.claim()[0]
      try trial.equal(try await node.settle(claim, .returned), .accepted(.queued))
      let job = try await trial.job(id)
      try trial.equal([job.attempt, job.crashes], [0, 0])
      try trial.equal(job.due, due)
      try trial.equal(try await node.claim().first?.job.attempt, 1)
    },
  ]
}
