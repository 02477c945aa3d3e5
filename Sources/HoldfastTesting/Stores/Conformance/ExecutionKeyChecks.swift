import Holdfast

extension StoreConformance {
  static let executionKeyChecks: [StoreConformanceCheck] = [
    StoreConformanceCheck("E1 50 jobs wait behind one without keeping other keys from running") { trial in
      let node = try await trial.node()
      try await trial.enqueue(51) { $1.executionKey = "a" }
      let others = try await trial.enqueue(2) { number, draft in draft.executionKey = "b\(number)" }
      let claims = try await node.claim(count: 3)
      try trial.equal(claims.count, 3, "claims")
      try trial.equal(claims.dropFirst().map(\.job.id), others, "other keys")
      try trial.equal(try await trial.counts(), [.waiting: 50, .executing: 3])
    },
    StoreConformanceCheck("E1 more waiters than one claim looks at delay others, but never for good") { trial in
      let node = try await trial.node()
      try await trial.enqueue(1000) { $1.executionKey = "a" }
      let other = try await trial.enqueue { $0.executionKey = "b" }
      var claimed: [JobID] = []
      for _ in 0..<100 where !claimed.contains(other) {
        let reply = try await node.demand()
        claimed += reply.claims.map(\.job.id)
        if reply.claims.isEmpty { try trial.equal(reply.next, trial.now, "there is more to take") }
      }
      try trial.expect(claimed.contains(other), "job \(other) never came: \(claimed)")
      try trial.equal(claimed.count, 2, "claims")
    },
    StoreConformanceCheck("E2 E3 one at a time, first in first out, until none is left") { trial in
      let node = try await trial.node()
      let ids = try await trial.enqueue(51) { $1.executionKey = "a" }
      var order: [JobID] = []
      while let claim = try await node.claim(count: 5).first {
        order.append(claim.job.id)
        try trial.equal(try await node.claim(count: 5), [], "a second holder")
        try trial.equal(try await trial.store.holders(of: "a", partition: "default").map(\.id), [claim.job.id])
        try await node.complete(claim)
      }
      try trial.equal(order, ids, "order")
      try trial.equal(try await trial.store.holders(of: "a", partition: "default"), [])
    },
    StoreConformanceCheck("E2 every end of the holder lets the next one run") { trial in
      let node = try await trial.node()
      let failure = JobFailure(.error, "no", attempt: 1)
      let verdicts: [JobVerdict] = [
        .completed(output: nil), .discarded(failure), .cancelled(reason: ""), .parked(.unknownKind, reason: ""),
        .retry(after: .seconds(5), failure: failure, payload: nil), .snoozed(for: .seconds(5)),
        .crashed(retryAfter: .seconds(5), failure: failure),
      ]
      let ids = try await trial.enqueue(verdicts.count + 1) { $1.executionKey = "a" }
      for (number, verdict) in verdicts.enumerated() {
        let claim = try await node.claim(count: 2)
        try trial.equal(claim.map(\.job.id), [ids[number]], "before \(verdict)")
        try await node.settle(claim[0], verdict)
      }
      try trial.equal(try await node.claim(count: 2).map(\.job.id), [ids[verdicts.count]])
    },
    StoreConformanceCheck("E3 an older waiter goes before a newer job that is queued") { trial in
      let node = try await trial.node()
      let ids = try await trial.enqueue(3) { $1.executionKey = "a" }
      let holder = try await node.claim(count: 3)[0]
      let urgent = try await trial.enqueue { ($0.executionKey, $0.priority) = ("a", 100) }
      try await node.complete(holder)
      var order: [JobID] = []
      while let claim = try await node.claim().first {
        order.append(claim.job.id)
        try await node.complete(claim)
      }
      try trial.equal(order, [ids[1], ids[2], urgent], "order")
    },
    StoreConformanceCheck("E3 who waits for a key in a queue before a job, the first first") { trial in
      let node = try await trial.node()
      let ids = try await trial.enqueue(6) { number, draft in
        draft.executionKey = number == 3 ? "b" : "a"
      }
      let other = try await trial.enqueue { ($0.executionKey, $0.queue) = ("a", "other") }
      let claims = try await node.claim(count: 6)
      try trial.equal(claims.count, 2, "claims")
      let waiting = ids.filter { id in !claims.contains { $0.job.id == id } }
      func before(_ job: JobID, _ limit: Int = 100, key: String = "a", queue: String = "default") async throws
        -> [JobID]
      {
        try await trial.store.waiting(for: key, partition: "default", queue: queue, before: job, limit: limit)
      }
      try trial.equal(try await before(waiting[3]), Array(waiting[..<3]), "before the last")
      try trial.equal(try await before(waiting[3], 2), Array(waiting[..<2]), "no more than asked for")
      try trial.equal(try await before(waiting[0]), [], "before the first")
      try trial.equal(try await before(other, key: "b"), [], "of another key")
      try trial.equal(try await before(other, queue: "none"), [], "of another queue")
      try await node.complete(claims.first { $0.job.executionKey == "a" } ?? claims[0])
      try trial.equal(try await before(waiting[3]), Array(waiting[1..<3]), "when it is the turn of the first")
    },
    StoreConformanceCheck("E4 10,000 pairs over 50 keys leave none waiting") { trial in
      let node = try await trial.node()
      for _ in 0..<10 { try await trial.enqueue(2000) { $1.executionKey = "k\($0 % 50)" } }
      var exchange = JobExchange()
      exchange.demands = [JobDemand(pool: 0, queue: "default", partitions: .everyone, count: 100)]
      var done = 0
      var idle = 0
      while done < 20_000, idle < 1000 {
        let reply = try await node.exchange(exchange)
        exchange.settlements = reply.claims.map { JobSettlement($0.run, .completed(output: nil)) }
        try trial.expect(Set(reply.claims.map(\.job.executionKey)).count == reply.claims.count, "a key was held twice")
        done += reply.claims.count
        idle = reply.claims.isEmpty ? idle + 1 : 0
      }
      _ = try await node.exchange(exchange)
      try trial.equal(try await trial.counts(), [.completed: 20_000])
    },
    StoreConformanceCheck("E4 the turn goes on when the job whose turn it is goes away") { trial in
      let node = try await trial.node()
      let later = trial.now.advanced(by: .seconds(3600))
      for command in [JobCommand.cancel(reason: ""), .discard(reason: ""), .reschedule(later)] {
        let ids = try await trial.enqueue(3) { $1.executionKey = "a" }
        let holder = try await node.claim(count: 2)[0]
        try trial.equal(holder.job.id, ids[0])
        try await node.complete(holder)
        try trial.equal(try await trial.state(ids[1]), .queued, "its turn")
        _ = try await trial.perform(command, ids[1])
        let next = try await node.claim(count: 2)
        try trial.equal(next.map(\.job.id), [ids[2]], "after \(command)")
        try await node.complete(next[0])
      }
    },
    StoreConformanceCheck("E4 a paused queue does not keep the key from another queue") { trial in
      let node = try await trial.node()
      try await trial.enqueue { $0.executionKey = "a" }
      let holder = try await node.claim()[0]
      try await trial.enqueue { $0.executionKey = "a" }
      let other = try await trial.enqueue { ($0.executionKey, $0.queue) = ("a", "other") }
      _ = try await node.claim()
      _ = try await node.claim("other")
      try await trial.store.perform(.pause(QueueScope(queue: "default"), note: nil), by: "tester")
      try await node.complete(holder)
      try trial.equal(try await node.claim("other").map(\.job.id), [other])
    },
    StoreConformanceCheck("E5 the key comes free within the lease of a node that died") { trial in
      let dead = try await trial.node("dead", lease: .seconds(10))
      let alive = try await trial.node("alive")
      let ids = try await trial.enqueue(2) { $1.executionKey = "a" }
      trial.store.began(try await dead.claim()[0].run)
      try trial.equal(try await alive.claim(), [])
      trial.time.advance(by: .seconds(10))
      try trial.equal(try await alive.claim(count: 2).map(\.job.id).count, 1, "holders")
      try trial.equal(try await trial.job(ids[0]).crashes, 1)
    },
    StoreConformanceCheck("E6 cancelling a waiter does not free the holder's key") { trial in
      let node = try await trial.node()
      let ids = try await trial.enqueue(3) { $1.executionKey = "a" }
      let holder = try await node.claim(count: 3)[0]
      try trial.equal(try await trial.perform(.cancel(reason: ""), ids[1]), .done(.cancelled))
      try trial.equal(try await node.claim(count: 3), [])
      try await node.complete(holder)
      try trial.equal(try await node.claim(count: 3).map(\.job.id), [ids[2]])
    },
    StoreConformanceCheck("E7 both keys on one job") { trial in
      let node = try await trial.node()
      let first = try await trial.enqueue { ($0.uniqueKey, $0.executionKey) = ("u1", "a") }
      let second = try await trial.enqueue { ($0.uniqueKey, $0.executionKey) = ("u2", "a") }
      let holder = try await node.claim(count: 2)
      try trial.equal(holder.map(\.job.id), [first])
      let again = trial.draft { ($0.uniqueKey, $0.executionKey) = ("u2", "a") }
      try trial.equal(try await trial.store.enqueue([again]), [.duplicate(second, .waiting)])
      try await node.complete(holder[0])
      let next = try await node.claim(count: 2)
      try trial.equal(next.map(\.job.id), [second])
      try await node.complete(next[0])
      try trial.expect(try await !trial.store.enqueue([again])[0].isDuplicate, "the unique key is held by nobody")
    },
    StoreConformanceCheck("E8 the key is free during a retry's wait") { trial in
      let node = try await trial.node()
      let ids = try await trial.enqueue(2) { $1.executionKey = "a" }
      let claim = try await node.claim(count: 2)[0]
      let failure = JobFailure(.error, "no", attempt: 1)
      try await node.settle(claim, .retry(after: .seconds(1), failure: failure, payload: nil))
      trial.time.advance(by: .seconds(1))
      let sibling = try await node.claim(count: 2)
      try trial.equal(sibling.map(\.job.id), [ids[1]])
      try await node.complete(sibling[0])
      try trial.equal(try await node.claim(count: 2).map(\.job.id), [ids[0]])
    },
    StoreConformanceCheck("E9 one key across queues and nodes, but each partition for itself") { trial in
      let one = try await trial.node("one")
      let two = try await trial.node("two")
      try await trial.enqueue { $0.executionKey = "a" }
      try await trial.enqueue { ($0.executionKey, $0.queue) = ("a", "other") }
      let elsewhere = try await trial.enqueue { ($0.executionKey, $0.queue, $0.partition) = ("a", "other", "p") }
      try trial.equal(try await one.claim().count, 1)
      try trial.equal(try await two.claim("other", count: 5).map(\.job.id), [elsewhere])
    },
    StoreConformanceCheck("E9 a key may have several holders, never more") { trial in
      let node = try await trial.node()
      try await trial.enqueue(7) { ($1.executionKey, $1.executionLimit) = ("a", 3) }
      var holders = try await node.claim(count: 10)
      try trial.equal(holders.count, 3, "holders")
      var done = 0
      while let holder = holders.popLast() {
        try await node.complete(holder)
        done += 1
        holders += try await node.claim(count: 10)
        try trial.expect(holders.count == min(3, 7 - done), "\(holders.count) holders after \(done)")
      }
      try trial.equal(done, 7)
    },
  ]
}
