import Holdfast

extension StoreConformance {
  static let timeChecks: [StoreConformanceCheck] = [
    StoreConformanceCheck("SC1 a job is taken when it is due, not before, and the store says when that is") { trial in
      let node = try await trial.node()
      try await trial.enqueue { $0.start = .after(.seconds(7)) }
      let id = try await trial.enqueue { $0.start = .at(trial.now.advanced(by: .seconds(5))) }
      let reply = try await node.demand(count: 5)
      try trial.equal(reply.claims, [])
      try trial.equal(reply.now, trial.now)
      try trial.equal(reply.next, trial.now.advanced(by: .seconds(5)))
      trial.time.advance(by: .seconds(5))
      let due = try await node.demand(count: 5)
      try trial.equal(due.claims.map(\.job.id), [id])
      try trial.equal(due.next, trial.now.advanced(by: .seconds(2)))
    },
    StoreConformanceCheck("an empty store has nothing to wait for") { trial in
      let node = try await trial.node()
      try trial.equal(try await node.demand().next, nil)
      try await trial.enqueue { $0.queue = "other" }
      try trial.equal(try await node.demand().next, nil, "another queue's job")
    },
    StoreConformanceCheck("SC1 the look-ahead takes a bounded number of jobs before they are due") { trial in
      let node = try await trial.node()
      let ids = try await trial.enqueue(5) { number, draft in draft.start = .after(.milliseconds(100 * (number + 1))) }
      let far = try await trial.enqueue { $0.start = .after(.seconds(60)) }
      let reply = try await node.demand(count: 5, ahead: 3, lookahead: .seconds(1))
      try trial.equal(reply.claims.map(\.job.id), Array(ids[..<3]))
      try trial.equal(reply.next, trial.now.advanced(by: .milliseconds(400)), "the next one is due")
      let rest = try await node.demand(count: 0, ahead: 3, lookahead: .seconds(1))
      try trial.equal(rest.claims.map(\.job.id), Array(ids[3...]))
      try trial.equal(rest.next, trial.now.advanced(by: .seconds(59)), "the next one comes within the look-ahead")
      trial.time.advance(by: .seconds(59))
      let last = try await node.demand(count: 0, ahead: 1, lookahead: .seconds(1))
      try trial.equal(last.claims.map(\.job.id), [far])
    },
    StoreConformanceCheck("due jobs go before those of the look-ahead, whatever their priority") { trial in
      let node = try await trial.node()
      let soon = try await trial.enqueue { ($0.start, $0.priority) = (.after(.milliseconds(500)), 100) }
      let due = try await trial.enqueue()
      let reply = try await node.demand(count: 2, ahead: 2, lookahead: .seconds(1))
      try trial.equal(reply.claims.map(\.job.id), [due, soon])
    },
    StoreConformanceCheck("SC8 the look-ahead is served whatever is overdue, but for what may share a key with it") {
      trial in
      let node = try await trial.node()
      let overdue = try await trial.enqueue(3) { number, draft in
        (draft.priority, draft.executionKey) = (number, number == 1 ? "key" : nil)
      }
      try await trial.enqueue { ($0.start, $0.executionKey) = (.after(.milliseconds(100)), "key") }
      let coming = try await trial.enqueue(3) { number, draft in draft.start = .after(.milliseconds(200 + number)) }
      trial.time.advance(by: .milliseconds(50))
      let reply = try await node.demand(count: 0, ahead: 2, lookahead: .seconds(1))
      try trial.equal(reply.claims.map(\.job.id), Array(coming[..<2]))
      let more = try await node.demand(count: 1, ahead: 9, lookahead: .seconds(1))
      try trial.equal(more.claims.map(\.job.id), [overdue[2], coming[2]])
      try trial.equal(try await node.demand(count: 9).claims.map(\.job.id), [overdue[1], overdue[0]])
      trial.time.advance(by: .milliseconds(50))
      try trial.equal(try await node.claim(), [], "its key is held")
    },
    StoreConformanceCheck("a job whose time has passed runs at once, and keeps the time it was due") { trial in
      let node = try await trial.node()
      let due = trial.now.advanced(by: .seconds(-100))
      try await trial.enqueue { $0.start = .at(due) }
      try trial.equal(try await node.claim().first?.job.due, due)
    },
    StoreConformanceCheck("a clock that is set back makes due jobs wait again, and one set forward makes them run") {
      trial in
      let node = try await trial.node()
      let id = try await trial.enqueue { $0.start = .after(.seconds(10)) }
      trial.time.stepWall(by: .seconds(20))
      try await trial.enqueue { $0.queue = "other" }
      trial.time.stepWall(by: .seconds(-20))
      let reply = try await node.demand()
      try trial.equal(reply.claims, [])
      try trial.equal(reply.next, trial.now.advanced(by: .seconds(10)))
      trial.time.stepWall(by: .seconds(10))
      try trial.equal(try await node.claim().map(\.job.id), [id])
    },
    StoreConformanceCheck("T3 a retry comes to the same queue, with its priority, when its wait is over") { trial in
      let node = try await trial.node()
      let id = try await trial.enqueue { ($0.queue, $0.priority, $0.maxAttempts) = ("mail", 42, 3) }
      let failure = JobFailure(.error, "no", attempt: 1)
      let claim = try await node.claim("mail")[0]
      try await node.settle(claim, .retry(after: .seconds(10), failure: failure, payload: nil))
      try trial.equal(try await node.demand("mail").next, trial.now.advanced(by: .seconds(10)))
      let job = try await trial.job(id)
      try trial.equal(job.view(at: trial.now), .retrying)
      trial.time.advance(by: .seconds(10))
      let again = try await node.claim("mail")[0]
      try trial.equal(again.job.priority, 42)
      try trial.equal(again.job.attempt, 2)
    },
    StoreConformanceCheck("a snooze gives the attempt back") { trial in
      let node = try await trial.node()
      try await trial.enqueue()
      for _ in 0..<5 {
        let claim = try await node.claim()[0]
        try trial.equal(claim.job.attempt, 1)
        try await node.settle(claim, .snoozed(for: .seconds(10)))
        try trial.equal(try await node.claim(), [])
        trial.time.advance(by: .seconds(10))
      }
    },
    StoreConformanceCheck("deliveries beyond all reason neither trap nor run") { trial in
      let node = try await trial.node()
      try await trial.enqueue { $0.start = .at(.distantFuture) }
      try await trial.enqueue { $0.start = .after(.seconds(Int64.max)) }
      let old = try await trial.enqueue { $0.start = .at(.distantPast) }
      try trial.equal(try await node.demand(count: 9, ahead: 9, lookahead: .seconds(1)).claims.map(\.job.id), [old])
    },
  ]
}
