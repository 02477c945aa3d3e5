import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension StoreConformance {
  static let durabilityChecks: [StoreConformanceCheck] = [
    StoreConformanceCheck("S1 whatever was acknowledged is there after a kill", needsReopening: true) { trial in
      let node = try await trial.node()
      try await trial.enqueue(20) { number, draft in
        draft.uniqueKey = "u\(number)"
        draft.start = number < 10 ? .now : .after(.seconds(60))
      }
      let failure = JobFailure(.error, "no", attempt: 1)
      let claims = try await node.claim(count: 4)
      try await node.settle([
        (claims[0], .completed(output: Data("1".utf8))), (claims[1], .discarded(failure)),
        (claims[2], .retry(after: .seconds(5), failure: failure, payload: nil)), (claims[3], .cancelled(reason: "c")),
      ])
      let before = try await trial.jobs()
      let counts = try await trial.counts()
      try await trial.reopen()
      try trial.equal(try await trial.jobs(), before)
      try trial.equal(try await trial.counts(), counts)
      try trial.equal(try await trial.store.failures(of: claims[2].job.id).map(\.message), ["no"])
      let draft = trial.draft { $0.uniqueKey = "u5" }
      try trial.equal(try await trial.store.enqueue([draft]), [.duplicate(before[5].id, .queued)])
      try trial.expect(try await trial.enqueue() > before[19].id, "an id was given twice")
    },
    StoreConformanceCheck("J10 queued jobs outlive everything, each in its queue and tenant", needsReopening: true) {
      trial in
      let lanes = [("acme", "mail"), ("acme", "default"), ("other", "mail"), ("other", "slow queue")]
      var ids: [JobID] = []
      for (partition, queue) in lanes {
        ids.append(try await trial.enqueue { ($0.partition, $0.queue) = (partition, queue) })
      }
      for _ in 0..<2 { try await trial.reopen() }
      let node = try await trial.node()
      for (id, (partition, queue)) in zip(ids, lanes) {
        let claims = try await node.claim(queue, count: 9, partitions: .only(partition))
        try trial.equal(claims.map(\.job.id), [id], "\(queue) of \(partition)")
        try await node.complete(claims[0])
      }
    },
    StoreConformanceCheck("T9 T12 a kill blames what had begun, and only that", needsReopening: true) { trial in
      let node = try await trial.node()
      let ids = try await trial.enqueue(3) { $1.maxAttempts = 1 }
      let claims = try await node.claim(count: 3)
      trial.store.began(claims[0].run)
      trial.store.began(claims[1].run)
      trial.store.ended(claims[1].run)
      try await trial.reopen()
      let heir = try await trial.node("heir")
      let again = try await heir.claim(count: 5)
      try trial.equal(Set(again.map(\.job.id)), Set(ids))
      let jobs = try await trial.jobs()
      try trial.equal(jobs.map(\.crashes), [1, 0, 0])
      try trial.equal(jobs.map(\.attempt), [2, 1, 1])
      try trial.equal(jobs.map(\.token), [2, 2, 2])
      try trial.equal(try await heir.complete(claims[0]), .stale, "a run of the dead process")
    },
    StoreConformanceCheck("E4 waiters outlive the process, and none is left waiting", needsReopening: true) { trial in
      let node = try await trial.node()
      let ids = try await trial.enqueue(5) { $1.executionKey = "a" }
      trial.store.began(try await node.claim(count: 5)[0].run)
      try await trial.reopen()
      let heir = try await trial.node("heir")
      var done: Set<JobID> = []
      while let claim = try await heir.claim(count: 5).first {
        try await heir.complete(claim)
        done.insert(claim.job.id)
      }
      try trial.equal(done, Set(ids))
    },
    StoreConformanceCheck("quarantine counts over processes", needsReopening: true) { trial in
      let id = try await trial.enqueue { $0.maxCrashes = 2 }
      for _ in 0..<2 {
        trial.store.began(try await trial.node().claim()[0].run)
        try await trial.reopen()
      }
      try trial.equal(try await trial.job(id).parking, .quarantined)
    },
  ]
}
