import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension StoreConformance {
  /// Records and jobs in one transaction.
  static let recordJobChecks: [StoreConformanceCheck] = [
    StoreConformanceCheck("jobs of a change are stored with it, and nodes are served at once") { trial in
      let node = try await trial.node()
      let result = try await trial.write { change in
        change.puts = [trial.putting("a", "1")]
        change.jobs = [trial.draft { $0.name = "one" }, trial.draft { $0.name = "two" }]
      }
      let jobs = try await trial.jobs()
      let receipts = try trial.written(result).jobs
      try trial.equal(receipts, jobs.map { .enqueued($0.id) })
      try trial.equal(jobs.map(\.name), ["one", "two"])
      try trial.equal(try await node.claim(count: 5).map(\.job.id), jobs.map(\.id))
    },
    StoreConformanceCheck("a duplicate is an answer, and no reason to refuse the rest") { trial in
      let id = try await trial.enqueue { $0.name = "n" }
      let result = try await trial.write { change in
        change.puts = [trial.putting("a", "1")]
        change.jobs = [trial.draft { $0.name = "n" }, trial.draft()]
      }
      let receipts = try trial.written(result).jobs
      try trial.equal(receipts[0], .duplicate(id, .queued))
      try trial.expect(!receipts[1].isDuplicate, "\(receipts)")
      try trial.equal(try await trial.things(), ["a 1"])
    },
    StoreConformanceCheck("cancellations come before the jobs, and free their unique keys") { trial in
      let old = try await trial.enqueue { ($0.name, $0.uniqueKey) = ("old", "u") }
      let result = try await trial.write { change in
        change.cancellations = [NamedCancellation(partition: "default", name: "old", reason: "replaced")]
        change.jobs = [trial.draft { ($0.name, $0.uniqueKey) = ("new", "u") }]
      }
      let receipts = try trial.written(result).jobs
      try trial.expect(!receipts[0].isDuplicate, "\(receipts)")
      try trial.equal(try await trial.job(old).state, .cancelled)
      try trial.equal(try await trial.job(old).reason, "replaced")
    },
    StoreConformanceCheck("a cancellation by name asks a running job, and passes over dead and unknown ones") { trial in
      let node = try await trial.node()
      try await trial.enqueue { $0.name = "run" }
      let claim = try await node.claim()[0]
      let done = try await trial.enqueue { $0.name = "done" }
      try await node.complete(try await node.claim()[0])
      let result = try await trial.write { change in
        change.cancellations = ["run", "done", "unknown"].map {
          NamedCancellation(partition: "default", name: $0, reason: "enough")
        }
        change.cancellations.append(NamedCancellation(partition: "other", name: "run", reason: "not this"))
      }
      try trial.equal(result, .written(revisions: [], jobs: []))
      try trial.equal(try await node.beat().cancellations, [JobCancellation(claim.run, reason: "enough")])
      try trial.equal(try await trial.state(done), .completed)
      try trial.equal(try await node.settle(claim, .returned), .overruled(reason: "enough"))
    },
  ]
}
