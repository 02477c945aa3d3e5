import Holdfast

extension StoreConformance {
  static let leaseChecks: [StoreConformanceCheck] = [
    StoreConformanceCheck("TM6 TM8 a silent node's jobs are taken over when its lease ends, not before") { trial in
      let silent = try await trial.node("silent", lease: .seconds(10))
      let other = try await trial.node("other")
      let id = try await trial.enqueue()
      let claim = try await silent.claim()[0]
      trial.store.began(claim.run)
      trial.time.advance(by: .seconds(9))
      let early = try await other.demand()
      try trial.equal(early.claims, [])
      try trial.equal(early.next, trial.now.advanced(by: .seconds(1)), "the end of the lease")
      trial.time.advance(by: .seconds(1))
      let next = try await other.claim()
      try trial.equal(next.map(\.job.id), [id])
      try trial.equal(try await silent.complete(claim), .stale, "the late result")
      try trial.equal(try await trial.store.failures(of: id).map(\.kind), [.crash])
      try trial.equal(try await other.complete(next[0]), .accepted(.completed))
    },
    StoreConformanceCheck("M1 the list of nodes has those that live: no dead one after its lease, until it is heard") {
      trial in
      let silent = try await trial.node("silent", lease: .seconds(10))
      try await trial.enqueue()
      trial.store.began(try await silent.claim()[0].run)
      let other = try await trial.node("other")
      trial.time.advance(by: .seconds(9))
      _ = try await other.demand(count: 0)
      try trial.equal(try await trial.store.nodes().map(\.identity.name).sorted(), ["other", "silent"])
      trial.time.advance(by: .seconds(1))
      let claim = try await other.claim()[0]
      let nodes = try await trial.store.nodes()
      try trial.equal(nodes.map(\.identity.name), ["other"])
      try trial.equal(nodes.map(\.executing), [1])
      try trial.equal(nodes.map(\.seen), [trial.now])
      _ = try await silent.demand()
      try trial.equal(
        try await trial.store.nodes().map(\.identity.name).sorted(), ["other", "silent"], "it was heard again")
      try await other.complete(claim)
      await other.detach()
      try trial.equal(try await trial.store.nodes().map(\.identity.name), ["silent"])
    },
    StoreConformanceCheck("a node that is heard keeps its jobs") { trial in
      let node = try await trial.node("busy", lease: .seconds(10))
      let other = try await trial.node("other")
      try await trial.enqueue()
      let claim = try await node.claim()[0]
      for _ in 0..<5 {
        trial.time.advance(by: .seconds(9))
        try await node.beat()
        try trial.equal(try await other.claim(), [])
      }
      try trial.equal(try await node.complete(claim), .accepted(.completed))
    },
    StoreConformanceCheck("a lone node keeps its jobs however long it was silent") { trial in
      let node = try await trial.node("lone", lease: .seconds(10))
      try await trial.enqueue()
      let claim = try await node.claim()[0]
      trial.time.advance(by: .seconds(1000))
      try trial.equal(try await node.complete(claim), .accepted(.completed))
    },
    StoreConformanceCheck("a wall clock that is set forward ends no lease") { trial in
      let silent = try await trial.node("silent", lease: .seconds(10))
      let other = try await trial.node("other")
      try await trial.enqueue()
      let claim = try await silent.claim()[0]
      for step in [86_400, -172_800] {
        trial.time.stepWall(by: .seconds(step))
        try trial.equal(try await other.claim(), [], "after a step of \(step) s")
      }
      try trial.equal(try await silent.complete(claim), .accepted(.completed))
    },
    StoreConformanceCheck("a node that leaves gives back what it had: begun is a crash, the rest is not") { trial in
      let node = try await trial.node()
      let ids = try await trial.enqueue(3)
      let claims = try await node.claim(count: 3)
      trial.store.began(claims[0].run)
      trial.store.began(claims[1].run)
      trial.store.ended(claims[1].run)
      await node.detach()
      let jobs = try await trial.jobs()
      try trial.equal(jobs.map(\.id), ids)
      try trial.equal(jobs.map(\.state), [.queued, .queued, .queued])
      try trial.equal(jobs.map(\.crashes), [1, 0, 0])
      try trial.equal(jobs.map(\.attempt), [1, 0, 0])
      try trial.equal(jobs.map(\.node), [nil, nil, nil])
      try trial.equal(try await trial.store.failures(of: ids[0]).map(\.kind), [.crash])
      try trial.equal(try await trial.store.failures(of: ids[1]), [])
      try trial.equal(try await trial.store.nodes(), [])
      let heir = try await trial.node("heir")
      try trial.equal(try await heir.claim(count: 5).map(\.job.token), [2, 2, 2])
    },
    StoreConformanceCheck("too many crashes park a job, and a person can bring it back") { trial in
      let id = try await trial.enqueue { $0.maxCrashes = 2 }
      for crash in 1...2 {
        let node = try await trial.node("victim")
        trial.store.began(try await node.claim()[0].run)
        await node.detach()
        try trial.equal(try await trial.job(id).crashes, crash)
      }
      let job = try await trial.job(id)
      try trial.equal(job.state, .parked)
      try trial.equal(job.parking, .quarantined)
      let node = try await trial.node()
      try trial.equal(try await node.claim(), [], "a quarantined job ran")
      try trial.equal(try await trial.perform(.retry(payload: nil), id), .done(.queued))
      let claim = try await node.claim()[0]
      try trial.equal([claim.job.attempt, claim.job.crashes], [1, 0])
      try trial.equal(claim.job.token, 3)
    },
    StoreConformanceCheck("T9 crashes of a run and of its node count together, and no attempts") { trial in
      let id = try await trial.enqueue { ($0.maxCrashes, $0.maxAttempts) = (3, 1) }
      let first = try await trial.node("victim")
      trial.store.began(try await first.claim()[0].run)
      await first.detach()
      let node = try await trial.node()
      for crash in 2...3 {
        let claim = try await node.claim()[0]
        let failure = JobFailure(.crash, "trap \(crash)", attempt: crash)
        let settled = try await node.settle(claim, .crashed(retryAfter: .zero, failure: failure))
        try trial.equal(settled, .accepted(crash == 3 ? .parked : .queued))
        try trial.equal(try await trial.job(id).crashes, crash)
      }
      let job = try await trial.job(id)
      try trial.equal(job.parking, .quarantined)
      try trial.expect(job.reason?.contains("3 times") == true && job.reason?.contains("trap 3") == true, "\(job)")
      try trial.equal(try await trial.store.failures(of: id).map(\.kind), [.crash, .crash, .crash])
    },
    StoreConformanceCheck("what was parked for want of a handler runs again when a node has one") { trial in
      let old = try await trial.node("old", handles: [:])
      try await trial.enqueue(4) { number, draft in draft.version = number == 3 ? 1 : 2 }
      let claims = try await old.claim(count: 4)
      let parkings: [JobParking] = [.unknownKind, .newerVersion, .undecodable, .unknownKind]
      try await old.settle(zip(claims, parkings).map { ($0, .parked($1, reason: "no")) })
      let middle = try await trial.node("middle", handles: ["job": 1])
      try trial.equal(try await middle.claim(count: 9).map(\.job.id), [claims[3].job.id])
      let new = try await trial.node("new", handles: ["job": 2])
      let revived = try await new.claim(count: 9)
      try trial.equal(revived.map(\.job.id), [claims[0].job.id, claims[1].job.id])
      try trial.equal(revived.map(\.job.attempt), [1, 1])
      try trial.equal(try await trial.job(claims[2].job.id).parking, .undecodable)
    },
    StoreConformanceCheck("an id attaches once, and a node that left hears no more") { trial in
      let node = try await trial.node()
      try await trial.refused(.invalid) { try await node.attach() }
      await node.detach()
      try await trial.enqueue()
      try trial.equal(try await trial.state(1), .queued)
      try await node.attach()
      try trial.equal(try await node.claim().count, 1)
    },
  ]
}
