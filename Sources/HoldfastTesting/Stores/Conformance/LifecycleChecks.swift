import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension StoreTrial {
  /// A fresh job in a state, and the run that has it when that is `executing`.
  func job(in state: JobState, _ node: ScriptedNode) async throws -> (id: JobID, claim: JobClaim?) {
    if state == .waiting {
      let ids = try await enqueue(2) { $1.executionKey = "busy" }
      let claims = try await node.claim(count: 2)
      try await node.complete(claims[0])
      _ = try await enqueue { ($0.executionKey, $0.priority) = ("busy", 100) }
      _ = try await node.claim(count: 1)
      return (ids[1], nil)
    }
    let id = try await enqueue()
    guard state != .queued else { return (id, nil) }
    let claims = try await node.claim(count: 10)
    guard let claim = claims.first(where: { $0.job.id == id }) else { return (id, nil) }
    switch state {
    case .completed: try await node.complete(claim)
    case .cancelled: try await node.settle(claim, .cancelled(reason: "c"))
    case .discarded: try await node.settle(claim, .discarded(JobFailure(.error, "d", attempt: 1)))
    case .parked: try await node.settle(claim, .parked(.undecodable, reason: "p"))
    default: return (id, claim)
    }
    return (id, nil)
  }
}

extension StoreConformance {
  static let lifecycleChecks: [StoreConformanceCheck] = [
    StoreConformanceCheck("J5 everything of a draft is kept") { trial in
      let draft = trial.draft {
        ($0.kind, $0.version, $0.payload) = ("other", 3, Data([0, 1, 255]))
        ($0.partition, $0.queue, $0.priority) = ("tenant ü", "mail", -7)
        ($0.maxAttempts, $0.maxCrashes, $0.timeout) = (8, 2, .milliseconds(1500))
        ($0.name, $0.uniqueKey, $0.uniqueUntil) = ("n", "u", .started)
        ($0.executionKey, $0.executionLimit, $0.start) = ("e", 4, .after(.milliseconds(2500)))
        $0.envelope = JobEnvelope(metadata: ["a": "b"], correlation: "c", causation: "d")
      }
      let id = try await trial.store.enqueue([draft])[0].id
      let due = trial.now.advanced(by: .milliseconds(2500))
      let expected = JobRecord(id: id, draft: draft, due: due, enqueued: trial.now)
      try trial.equal(try await trial.job(id), expected)
    },
    StoreConformanceCheck("J9 ids grow and are never given twice") { trial in
      var last: JobID = 0
      for _ in 0..<5 {
        let ids = try await trial.enqueue(3)
        try trial.expect(ids[0] > last && ids == ids.sorted() && Set(ids).count == 3, "\(ids) after \(last)")
        last = ids[2]
        _ = try await trial.store.perform(.purge(.everything), by: "tester")
      }
    },
    StoreConformanceCheck("J2 each job has an id of its own, and the name that it was given, which finds it") { trial in
      let ids = try await trial.enqueue(3)
      try trial.equal(Set(ids).count, 3)
      let named = try await trial.enqueue { $0.name = "invoice-7" }
      try trial.expect(!ids.contains(named), "an id was given twice")
      let found = try await trial.jobs { ($0.name, $0.partition) = ("invoice-7", "default") }
      try trial.equal(found.map(\.id), [named])
      let again = try await trial.store.enqueue([trial.draft { $0.name = "invoice-7" }])
      try trial.equal(again, [.duplicate(named, .queued)])
    },
    StoreConformanceCheck("J9 the queue that a caller chose stays: through a retry, a wait for a key, a snooze") {
      trial in
      let node = try await trial.node()
      let ids = try await trial.enqueue(2) { number, draft in
        (draft.queue, draft.executionKey, draft.maxAttempts) = (number == 0 ? "urgent" : "slow", "k", 3)
      }
      let enqueued = trial.now
      let failure = JobFailure(.error, "no", attempt: 1)
      let first = try await node.claim("urgent", count: 5)
      try trial.equal(first.map(\.job.id), [ids[0]])
      try trial.equal(try await node.claim("slow", count: 5), [], "its key is held")
      try trial.equal(try await trial.state(ids[1]), .waiting)
      try await node.settle(first[0], .retry(after: .seconds(5), failure: failure, payload: nil))
      let second = try await node.claim("slow", count: 5)
      try trial.equal(second.map(\.job.id), [ids[1]])
      try await node.settle(second[0], .snoozed(for: .seconds(60)))
      trial.time.advance(by: .seconds(60))
      for (queue, id) in [("urgent", ids[0]), ("slow", ids[1])] {
        let claims = try await node.claim(queue, count: 5)
        try trial.equal(claims.map(\.job.id), [id], "after its wait")
        try trial.equal(claims.map(\.job.enqueued), [enqueued])
        try await node.complete(claims[0])
      }
    },
    StoreConformanceCheck("T4 T5 each verdict leads to its state, as the lifecycle says") { trial in
      let node = try await trial.node()
      let failure = JobFailure(.timeout, "slow", detail: "Test.Slow(seconds: 9)", attempt: 1)
      let verdicts: [JobVerdict] = [
        .completed(output: nil), .completed(output: Data("[1]".utf8)), .discarded(failure), .cancelled(reason: "c"),
        .retry(after: .seconds(3600), failure: failure, payload: nil), .snoozed(for: .seconds(3600)),
        .retry(after: .seconds(3600), failure: failure, payload: Data("[2]".utf8)),
        .retry(after: .seconds(3600), failure: failure, payload: Data("[2]".utf8), version: 2),
        .parked(.undecodable, reason: "p"), .parked(.quarantined, reason: "q"),
        .crashed(retryAfter: .seconds(3600), failure: JobFailure(.crash, "trap", attempt: 1)),
      ]
      for verdict in verdicts {
        let (id, claim) = try await trial.job(in: .executing, node)
        guard let claim else { return try trial.expect(false, "job \(id) was not claimed") }
        var expected = try await trial.job(id)
        trial.time.advance(by: .seconds(1))
        let ending = JobLifecycle.settle(&expected, JobSettlement(claim.run, verdict), at: trial.now)
        try trial.equal(try await node.settle(claim, verdict), ending.settled)
        try trial.equal(try await trial.job(id), expected, "\(verdict)")
        let failures = try await trial.store.failures(of: id)
        try trial.equal(failures, [ending.failure].compactMap(\.self), "failures of \(verdict)")
      }
    },
    StoreConformanceCheck("C6 each command in each state, as the lifecycle says") { trial in
      let commands: [JobCommand] = [
        .cancel(reason: "c"), .retry(payload: nil), .retry(payload: Data("[3]".utf8)), .discard(reason: "d"),
        .retry(payload: Data("[3]".utf8), version: 3),
        .reschedule(trial.now.advanced(by: .seconds(99))), .prioritize(9), .delete,
      ]
      for state in JobState.allCases where state != .waiting {
        for command in commands {
          let node = try await trial.node()
          let (id, _) = try await trial.job(in: state, node)
          var expected = try await trial.job(id)
          try trial.equal(expected.state, state, "the job before \(command)")
          trial.time.advance(by: .seconds(1))
          let result = JobLifecycle.perform(command, on: &expected, at: trial.now)
          try trial.equal(try await trial.perform(command, id), result, "\(command) of \(state)")
          let found = try await trial.jobs { $0.ids = [id] }
          if case (.delete, .done) = (command, result) {
            try trial.equal(found, [], "\(command) of \(state)")
          } else {
            try trial.equal(found, [expected], "\(command) of \(state)")
          }
          await node.detach()
          _ = try await trial.store.perform(.purge(.everything), by: "tester")
        }
      }
    },
    StoreConformanceCheck("C6 commands on a waiting job") { trial in
      let node = try await trial.node()
      let ids = try await trial.enqueue(4) { $1.executionKey = "a" }
      _ = try await node.claim(count: 4)
      let commands: [(JobCommand, JobCommandResult)] = [
        (.retry(payload: nil), .refused(.waiting)), (.reschedule(trial.now), .refused(.waiting)),
        (.delete, .refused(.waiting)), (.prioritize(5), .done(.waiting)),
      ]
      for (command, result) in commands { try trial.equal(try await trial.perform(command, ids[1]), result) }
      try trial.equal(try await trial.job(ids[1]).priority, 5)
      try trial.equal(try await trial.perform(.cancel(reason: ""), ids[1]), .done(.cancelled))
      try trial.equal(try await trial.perform(.discard(reason: ""), ids[2]), .done(.discarded))
      try trial.equal(
        try await trial.counts(), [.waiting: 1, .executing: 1, .cancelled: 1, .discarded: 1])
    },
    StoreConformanceCheck("B3 the newest ten failures are kept, newest first") { trial in
      let node = try await trial.node()
      let id = try await trial.enqueue { $0.maxAttempts = 20 }
      for attempt in 1...12 {
        let claim = try await node.claim()[0]
        try trial.equal(claim.job.attempt, attempt)
        let failure = JobFailure(.error, "no \(attempt)", attempt: attempt)
        try await node.settle(claim, .retry(after: .zero, failure: failure, payload: nil))
      }
      let failures = try await trial.store.failures(of: id)
      try trial.equal(failures.map(\.attempt), Array((3...12).reversed()))
      try trial.expect(failures.allSatisfy { $0.at == trial.now }, "the store fills in the time")
    },
    StoreConformanceCheck("progress is kept, also the last word of a run that ends") { trial in
      let node = try await trial.node()
      let id = try await trial.enqueue()
      let claim = try await node.claim()[0]
      var exchange = JobExchange()
      exchange.reports = [JobReport(claim.run, JobProgress(0.25, note: "quarter"))]
      _ = try await node.exchange(exchange)
      try trial.equal(try await trial.job(id).progress, JobProgress(0.25, note: "quarter", at: trial.now))
      exchange.reports = [JobReport(claim.run, JobProgress(1, note: "all"))]
      exchange.settlements = [JobSettlement(claim.run, .completed(output: nil))]
      _ = try await node.exchange(exchange)
      try trial.equal(try await trial.job(id).progress, JobProgress(1, note: "all", at: trial.now))
      exchange.reports = [JobReport(claim.run, JobProgress(0.5, note: "late"))]
      exchange.settlements = []
      _ = try await node.exchange(exchange)
      try trial.equal(try await trial.job(id).progress?.note, "all", "a late report")
    },
  ]
}
