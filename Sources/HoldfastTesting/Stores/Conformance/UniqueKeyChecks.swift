import Holdfast

extension StoreConformance {
  static let uniqueKeyChecks: [StoreConformanceCheck] = [
    StoreConformanceCheck("Q1 of 100 concurrent callers with one key exactly one gets in, per partition") { trial in
      let store = trial.store
      let draft = trial.draft { $0.uniqueKey = "u" }
      let receipts = try await withThrowingTaskGroup(of: JobReceipt.self) { group in
        for _ in 0..<100 { group.addTask { try await store.enqueue([draft])[0] } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      try trial.equal(receipts.count { !$0.isDuplicate }, 1, "new jobs")
      let id = receipts.first { !$0.isDuplicate }?.id
      try trial.expect(receipts.allSatisfy { $0.id == id }, "a duplicate named another job: \(receipts)")
      try await trial.enqueue { ($0.uniqueKey, $0.partition) = ("u", "other") }
    },
    StoreConformanceCheck("Q1 within one batch, and across queues of a partition") { trial in
      let receipts = try await trial.store.enqueue([
        trial.draft { $0.uniqueKey = "u" },
        trial.draft { $0.uniqueKey = "u" },
        trial.draft { ($0.uniqueKey, $0.queue) = ("u", "mail") },
        trial.draft(),
      ])
      let first = receipts[0].id
      try trial.equal(receipts[1], .duplicate(first, .queued))
      try trial.equal(receipts[2], .duplicate(first, .queued))
      try trial.expect(!receipts[3].isDuplicate, "the batch's last job was not stored")
      try trial.equal(try await trial.jobs().count, 2, "jobs")
    },
    StoreConformanceCheck("Q2 held while running") { trial in
      let node = try await trial.node()
      let id = try await trial.enqueue { $0.uniqueKey = "u" }
      _ = try await node.claim()
      let receipt = try await trial.store.enqueue([trial.draft { $0.uniqueKey = "u" }])
      try trial.equal(receipt, [.duplicate(id, .executing)])
    },
    StoreConformanceCheck("Q3 freed by every final state, in the same transaction") { trial in
      let node = try await trial.node()
      let failure = JobFailure(.error, "no", attempt: 1)
      for verdict in [JobVerdict.completed(output: nil), .discarded(failure), .cancelled(reason: "no")] {
        let id = try await trial.enqueue { $0.uniqueKey = "u" }
        let claims = try await node.claim()
        try await node.settle(claims[0], verdict)
        try trial.expect(try await trial.state(id).isFinal, "\(verdict) is not final")
      }
      for command in [JobCommand.cancel(reason: ""), .discard(reason: "")] {
        let id = try await trial.enqueue { $0.uniqueKey = "u" }
        _ = try await trial.perform(command, id)
      }
      try await trial.enqueue { $0.uniqueKey = "u" }
    },
    StoreConformanceCheck("Q4 held in the retry's wait and while parked; a retried run frees no newer job's key") {
      trial in
      let node = try await trial.node()
      let id = try await trial.enqueue { $0.uniqueKey = "u" }
      let failure = JobFailure(.error, "no", attempt: 1)
      var claim = try await node.claim()[0]
      try await node.settle(claim, .retry(after: .seconds(60), failure: failure, payload: nil))
      let draft = trial.draft { $0.uniqueKey = "u" }
      try trial.equal(try await trial.store.enqueue([draft]), [.duplicate(id, .queued)])
      trial.time.advance(by: .seconds(60))
      claim = try await node.claim()[0]
      try await node.settle(claim, .parked(.undecodable, reason: "no"))
      try trial.equal(try await trial.store.enqueue([draft]), [.duplicate(id, .parked)])
      _ = try await trial.perform(.cancel(reason: ""), id)
      let newer = try await trial.enqueue { $0.uniqueKey = "u" }
      try trial.equal(try await trial.perform(.retry(payload: nil), id), .refused(.cancelled), "the key is another's")
      _ = try await node.settle(claim, .completed(output: nil))
      try trial.equal(try await trial.store.enqueue([draft]), [.duplicate(newer, .queued)])
    },
    StoreConformanceCheck("Q4 a key may be freed at the first start instead") { trial in
      let node = try await trial.node()
      let first = try await trial.enqueue { ($0.uniqueKey, $0.uniqueUntil) = ("u", .started) }
      let claim = try await node.claim()[0]
      let second = try await trial.enqueue { ($0.uniqueKey, $0.uniqueUntil) = ("u", .started) }
      try await node.settle(claim, .retry(after: .zero, failure: JobFailure(.error, "no", attempt: 1), payload: nil))
      try await node.complete(try await node.claim(count: 2)[0])
      let draft = trial.draft { $0.uniqueKey = "u" }
      let states = [try await trial.state(first), try await trial.state(second)]
      try trial.expect(states.contains(.completed), "neither was completed")
      try trial.expect(try await !trial.store.enqueue([draft])[0].isDuplicate, "both were started, the key is held")
    },
    StoreConformanceCheck("Q5 a purge frees the keys") { trial in
      for _ in 0..<3 {
        try await trial.enqueue { ($0.uniqueKey, $0.name) = ("u", "n") }
        try trial.equal(try await trial.store.perform(.purge(.everything), by: "tester"), 1)
      }
    },
    StoreConformanceCheck("Q7 jobs without a key are not limited") { trial in
      let node = try await trial.node()
      try await trial.enqueue(100)
      try trial.equal(try await node.claim(count: 100).count, 100)
    },
    StoreConformanceCheck("SC4 a name belongs to one retained job of a partition") { trial in
      let node = try await trial.node()
      let id = try await trial.enqueue { $0.name = "n" }
      try await node.complete(try await node.claim()[0])
      let draft = trial.draft { $0.name = "n" }
      try trial.equal(try await trial.store.enqueue([draft]), [.duplicate(id, .completed)])
      try trial.equal(try await trial.jobs { ($0.name, $0.partition) = ("n", "default") }.map(\.id), [id])
      try await trial.enqueue { ($0.name, $0.partition) = ("n", "other") }
      try trial.equal(try await trial.perform(.delete, id), .done(.completed))
      try await trial.enqueue { $0.name = "n" }
    },
  ]
}
