import Holdfast

extension StoreConformance {
  static let limitChecks: [StoreConformanceCheck] = [
    StoreConformanceCheck("P6 a limit on running jobs holds over all nodes, in each scope") { trial in
      let scopes = [
        QueueScope.everything, QueueScope(queue: "default"), QueueScope(partition: "default"),
        QueueScope(partition: "default", queue: "default"),
      ]
      let one = try await trial.node("one")
      let two = try await trial.node("two")
      for scope in scopes {
        try await trial.store.perform(.set(QueueSettings(scope, running: 3)), by: "tester")
        try await trial.enqueue(10)
        var running = try await one.claim(count: 2) + two.claim(count: 9) + one.claim(count: 9)
        try trial.equal(running.count, 3, "\(scope)")
        var done = 0
        while let claim = running.popLast() {
          try await (claim.job.node == one.identity.id ? one : two).complete(claim)
          done += 1
          running += try await one.claim(count: 1) + two.claim(count: 1)
          try trial.expect(running.count == min(3, 10 - done), "\(running.count) running after \(done)")
        }
        try trial.equal(done, 10)
        try await trial.store.perform(.unset(scope), by: "tester")
      }
    },
    StoreConformanceCheck("P6 a limit that is set counts what runs already, and dead nodes do not leak it") { trial in
      let dead = try await trial.node("dead")
      try await trial.enqueue(10)
      try trial.equal(try await dead.claim(count: 4).count, 4)
      let node = try await trial.node()
      try await trial.store.perform(.set(QueueSettings(.everything, running: 5)), by: "tester")
      try trial.equal(try await node.claim(count: 9).count, 1)
      await dead.detach()
      try trial.equal(try await node.claim(count: 9).count, 4)
      try await trial.store.perform(.set(QueueSettings(.everything, running: 0)), by: "tester")
      try trial.equal(try await node.claim(count: 9), [])
    },
    StoreConformanceCheck("P6 the narrowest and the widest limit both hold") { trial in
      let node = try await trial.node()
      try await trial.store.perform(.set(QueueSettings(.everything, running: 3)), by: "tester")
      try await trial.store.perform(.set(QueueSettings(QueueScope(partition: "a"), running: 1)), by: "tester")
      for partition in ["a", "b"] { try await trial.enqueue(5) { $1.partition = partition } }
      let claims = try await node.claim(count: 9)
      try trial.equal(claims.count { $0.job.partition == "a" }, 1)
      try trial.equal(claims.count, 3)
    },
    StoreConformanceCheck("a rate lets a burst through, then one an interval, and says when") { trial in
      let node = try await trial.node(lease: .seconds(600))
      let scope = QueueScope(queue: "default")
      try await trial.store.perform(.set(QueueSettings(scope, rate: RateLimit(5, per: .seconds(1)))), by: "tester")
      try await trial.enqueue(20)
      try trial.equal(try await node.claim(count: 9).count, 5)
      for _ in 0..<3 {
        let reply = try await node.demand(count: 9)
        try trial.equal(reply.claims, [])
        try trial.equal(reply.next, trial.now.advanced(by: .milliseconds(200)))
        trial.time.advance(by: .milliseconds(200))
        try trial.equal(try await node.claim(count: 9).count, 1)
      }
      trial.time.advance(by: .seconds(60))
      try trial.equal(try await node.claim(count: 9).count, 5)
      try await trial.store.perform(.unset(scope), by: "tester")
      try trial.equal(try await node.claim(count: 9).count, 7)
    },
    StoreConformanceCheck("a rate blocks for a period at most when the clock is set back") { trial in
      let node = try await trial.node()
      let scope = QueueScope(queue: "default")
      try await trial.store.perform(.set(QueueSettings(scope, rate: RateLimit(2, per: .seconds(10)))), by: "tester")
      let start = trial.now.advanced(by: .seconds(-1_000_000))
      try await trial.enqueue(9) { $1.start = .at(start) }
      try trial.equal(try await node.claim(count: 9).count, 2)
      trial.time.stepWall(by: .seconds(-100_000))
      try trial.equal(try await node.claim(count: 9), [])
      trial.time.advance(by: .seconds(10))
      let count = try await node.claim(count: 9).count
      try trial.expect(count == 1 || count == 2, "\(count) after a period")
    },
    StoreConformanceCheck("a rate outlives the process", needsReopening: true) { trial in
      let scope = QueueScope(queue: "default")
      try await trial.store.perform(.set(QueueSettings(scope, rate: RateLimit(2, per: .seconds(10)))), by: "tester")
      try await trial.enqueue(9)
      try trial.equal(try await trial.node().claim(count: 9).count, 2)
      try await trial.reopen()
      let node = try await trial.node()
      try trial.equal(try await node.claim(count: 9), [])
      trial.time.advance(by: .seconds(5))
      try trial.equal(try await node.claim(count: 9).count, 1)
    },
  ]
}
