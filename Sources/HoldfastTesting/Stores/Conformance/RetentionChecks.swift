import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension StoreConformance {
  static let retentionChecks: [StoreConformanceCheck] = [
    StoreConformanceCheck("finished jobs go when they are old enough, in slices; nothing else goes") { trial in
      let node = try await trial.node()
      try await trial.enqueue(12)
      let failure = JobFailure(.error, "no", attempt: 1)
      let verdicts: [JobVerdict] = [
        .completed(output: nil), .completed(output: nil), .completed(output: nil), .cancelled(reason: ""),
        .discarded(failure), .parked(.undecodable, reason: ""), .retry(after: .zero, failure: failure, payload: nil),
      ]
      try await node.settle(zip(try await node.claim(count: 7), verdicts).map { ($0, $1) })
      var retention = JobRetention()
      retention.completed = .seconds(10)
      retention.others = .seconds(100)
      try trial.equal(try await trial.store.prune(retention, limit: 100), 0)
      trial.time.advance(by: .seconds(11))
      try trial.equal(try await trial.store.prune(retention, limit: 2), 2)
      try trial.equal(try await trial.store.prune(retention, limit: 2), 1)
      try trial.equal(try await trial.store.prune(retention, limit: 2), 0)
      trial.time.advance(by: .seconds(100))
      try trial.equal(try await trial.store.prune(retention, limit: 100), 2)
      try trial.equal(try await trial.counts(), [.queued: 6, .parked: 1])
    },
    StoreConformanceCheck("T5 the oldest discarded jobs beyond a number go, queue by queue") { trial in
      let node = try await trial.node()
      for queue in ["a", "b"] {
        try await trial.enqueue(5) { $1.queue = queue }
        for claim in try await node.claim(queue, count: 5) {
          trial.time.advance(by: .seconds(1))
          try await node.settle(claim, .discarded(JobFailure(.error, "no", attempt: 1)))
        }
      }
      var retention = JobRetention()
      retention.maxDiscarded = 3
      retention.scope = QueueScope(queue: "a")
      try trial.equal(try await trial.store.prune(retention, limit: 100), 2)
      try trial.equal(try await trial.jobs().map(\.id), [3, 4, 5, 6, 7, 8, 9, 10])
      try trial.equal(try await trial.store.failures(of: 1), [], "failures of a deleted job")
    },
    StoreConformanceCheck("a scope keeps its own time") { trial in
      let node = try await trial.node()
      for queue in ["a", "b"] {
        try await trial.enqueue { ($0.queue, $0.name) = (queue, "name-\(queue)") }
        try await node.complete(try await node.claim(queue)[0])
      }
      trial.time.advance(by: .seconds(60))
      var retention = JobRetention()
      retention.scope = QueueScope(queue: "b")
      retention.completed = .seconds(1)
      try trial.equal(try await trial.store.prune(retention, limit: 100), 1)
      try trial.equal(try await trial.jobs().map(\.queue), ["a"])
      try await trial.enqueue { $0.name = "name-b" }
    },
    StoreConformanceCheck("a job that was retried is finished later, and stays longer") { trial in
      let node = try await trial.node()
      let id = try await trial.enqueue()
      try await node.complete(try await node.claim()[0])
      trial.time.advance(by: .seconds(60))
      _ = try await trial.perform(.retry(payload: nil), id)
      var retention = JobRetention()
      retention.completed = .seconds(30)
      try trial.equal(try await trial.store.prune(retention, limit: 100), 0)
      try await node.complete(try await node.claim()[0])
      try trial.equal(try await trial.store.prune(retention, limit: 100), 0)
      trial.time.advance(by: .seconds(31))
      try trial.equal(try await trial.store.prune(retention, limit: 100), 1)
    },
  ]

  static let refusalChecks: [StoreConformanceCheck] = [
    StoreConformanceCheck("an oversized batch is refused whole") { trial in
      let drafts = Array(repeating: trial.draft(), count: JobLimits.batch + 1)
      try await trial.refused(.invalid) { _ = try await trial.store.enqueue(drafts) }
      try trial.equal(try await trial.jobs(), [])
      try trial.equal(try await trial.store.enqueue([]), [])
    },
    StoreConformanceCheck("settings that make no sense are refused") { trial in
      let queue = QueueScope(queue: "q")
      let tenant = QueueScope(partition: "p")
      let wrong: [QueueSettings] = [
        QueueSettings(queue, workers: -1), QueueSettings(queue, running: -1), QueueSettings(tenant, workers: 1),
        QueueSettings(tenant, rate: RateLimit(1, per: .seconds(1))), QueueSettings(queue, weight: 1),
        QueueSettings(queue, rate: RateLimit(0, per: .seconds(1))),
        QueueSettings(queue, rate: RateLimit(1, per: .zero)),
        QueueSettings(tenant, weight: 0), QueueSettings(tenant, weight: -1), QueueSettings(tenant, weight: .nan),
        QueueSettings(tenant, weight: .infinity), QueueSettings(tenant, weight: 1e-9),
        QueueSettings(tenant, weight: 1e9), QueueSettings(queue, workers: .max),
        QueueSettings(QueueScope(queue: ""), running: 1),
      ]
      for settings in wrong {
        try await trial.refused(.invalid) { try await trial.store.perform(.set(settings), by: "tester") }
      }
      try trial.equal(try await trial.store.queues(), [])
      try trial.equal(try await trial.store.audit(limit: 10), [])
    },
    StoreConformanceCheck("commands and queries out of bounds are refused") { trial in
      let id = try await trial.enqueue()
      try await trial.refused(.invalid) { _ = try await trial.perform(.prioritize(101), id) }
      let huge = Data(count: JobLimits.payload + 1)
      try await trial.refused(.invalid) { _ = try await trial.perform(.retry(payload: huge), id) }
      try await trial.refused(.invalid) { _ = try await trial.perform(.retry(payload: nil, version: 0), id) }
      for limit in [0, -1, 1001] {
        var query = JobQuery()
        query.limit = limit
        try await trial.refused(.invalid) { _ = try await trial.store.jobs(query) }
      }
      try trial.equal(try await trial.state(id), .queued)
    },
  ]
}
