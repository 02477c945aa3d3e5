import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What is done many at a time is done to each as if it were alone.
extension StoreConformance {
  static let crowdChecks: [StoreConformanceCheck] = [
    StoreConformanceCheck("of a crowd in one call each job is stored as it is") { trial in
      let start = trial.now
      let ids = try await trial.enqueue(75) { number, draft in
        draft.payload = Data(#"{"number":\#(number)}"#.utf8)
        draft.kind = number % 3 == 0 ? "job" : "other"
        draft.queue = number % 5 == 0 ? "mail" : "default"
        (draft.version, draft.priority) = (1 + number % 2, number % 7)
        (draft.maxAttempts, draft.maxCrashes) = (1 + number, 2 + number)
        draft.start = .at(start.advanced(by: .milliseconds(number)))
        if number % 11 == 10 { draft.uniqueKey = "key \(number)" }
      }
      try trial.equal(ids, ids.sorted { $0.number < $1.number })
      let jobs = try await trial.jobs()
      try trial.equal(jobs.map(\.id), ids)
      for (number, job) in jobs.enumerated() {
        try trial.equal(job.payload, Data(#"{"number":\#(number)}"#.utf8))
        try trial.equal(
          [job.kind, job.queue], [number % 3 == 0 ? "job" : "other", number % 5 == 0 ? "mail" : "default"])
        try trial.equal([job.version, job.priority], [1 + number % 2, number % 7])
        try trial.equal([job.maxAttempts, job.maxCrashes, job.attempt, job.crashes], [1 + number, 2 + number, 0, 0])
        try trial.equal([job.due, job.enqueued], [start.advanced(by: .milliseconds(number)), start])
        try trial.equal(job.uniqueKey, number % 11 == 10 ? "key \(number)" : nil)
      }
    },
    StoreConformanceCheck("T11 of a crowd that ends at once each gets its own answer") { trial in
      let node = try await trial.node()
      try await trial.enqueue(150) { number, draft in if number % 50 == 40 { draft.executionKey = "shared" } }
      let claims = try await node.claim(count: 150)
      try trial.equal(claims.count, 148, "two wait for the key of a third")
      // Far apart, so that there are crowds with and without them.
      try trial.equal(try await trial.perform(.cancel(reason: "enough"), claims[45].job.id), .requested)
      try await node.complete(claims[70])
      var ends = claims.map { ($0, JobVerdict.completed(output: nil)) }
      ends[100].1 = .completed(output: Data("out".utf8))
      ends.insert(ends[120], at: 130)
      let settled = try await node.settle(ends)
      var expected = Array(repeating: JobSettled.accepted(.completed), count: 149)
      (expected[45], expected[70], expected[130]) = (.overruled(reason: "enough"), .stale, .stale)
      try trial.equal(settled, expected)
      try trial.equal(try await trial.counts(), [.completed: 147, .cancelled: 1, .queued: 1, .waiting: 1])
      let output = try await trial.job(claims[100].job.id).output
      try trial.equal(output, Data("out".utf8))
      let jobs = try await trial.jobs().filter { $0.state == .completed }
      try trial.expect(jobs.allSatisfy { $0.finished == trial.now && $0.attempt == 1 }, "a half written end")
      try trial.equal(try await trial.store.nodes().map(\.executing), [0])
      try trial.equal(try await node.claim(count: 9).count, 1, "the next holder of the key")
    },
  ]
}
