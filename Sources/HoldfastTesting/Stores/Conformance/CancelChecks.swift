import Holdfast

extension StoreConformance {
  static let cancelChecks: [StoreConformanceCheck] = [
    StoreConformanceCheck("C1 an unknown id has an answer of its own, and leaves nothing behind") { trial in
      for command in [JobCommand.cancel(reason: ""), .retry(payload: nil), .discard(reason: ""), .delete] {
        try trial.equal(try await trial.perform(command, 4711), .unknown)
      }
      try trial.equal(try await trial.jobs(), [])
    },
    StoreConformanceCheck("C2 a cancelled job never runs, and one node that handles its kind hears of it once") {
      trial in
      let stranger = try await trial.node("stranger", handles: [:])
      let node = try await trial.node()
      _ = try await node.beat()
      let id = try await trial.enqueue()
      try trial.equal(try await trial.perform(.cancel(reason: "enough"), id), .done(.cancelled))
      try trial.equal(try await trial.perform(.cancel(reason: "again"), id), .refused(.cancelled))
      try trial.equal(try await node.claim(), [])
      try trial.equal(try await stranger.beat().cancelled, [], "told to a node that does not handle it")
      let job = try await trial.job(id)
      try trial.equal(job.reason, "enough")
      try trial.equal(job.finished, trial.now)
    },
    StoreConformanceCheck("C2 the node hears of it even when it comes later") { trial in
      let id = try await trial.enqueue()
      _ = try await trial.perform(.cancel(reason: "enough"), id)
      let node = try await trial.node()
      let one = try await node.beat()
      let two = try await node.beat()
      try trial.equal(one.cancelled.map(\.id), [id])
      try trial.equal(one.cancelled.first?.reason, "enough")
      try trial.equal(two.cancelled.map(\.id), [])
    },
    StoreConformanceCheck("C4 a running job's node is told, and the first reason counts") { trial in
      let node = try await trial.node()
      let id = try await trial.enqueue()
      let claim = try await node.claim()[0]
      try trial.equal(try await trial.perform(.cancel(reason: "enough"), id), .requested)
      try trial.equal(try await trial.perform(.cancel(reason: "again"), id), .requested)
      try trial.equal(try await node.beat().cancellations, [JobCancellation(claim.run, reason: "enough")])
      try trial.equal(try await node.beat().cancellations, [])
      try trial.expect(try await trial.job(id).isCancelRequested, "the request is not kept")
      try trial.equal(try await node.settle(claim, .cancelled(reason: "enough")), .accepted(.cancelled))
    },
    StoreConformanceCheck("C4 a node is told that a run has no grace period, also when it was asked mildly before") {
      trial in
      let node = try await trial.node()
      let ids = try await trial.enqueue(2)
      let runs = try await node.claim(count: 2).map(\.run)
      _ = try await trial.perform(.cancel(reason: "mildly"), ids[0])
      try trial.equal(try await node.beat().cancellations, [JobCancellation(runs[0], reason: "mildly")])
      try trial.equal(try await trial.perform(.cancel(reason: "now", atOnce: true), ids[0]), .requested)
      try trial.equal(try await trial.perform(.cancel(reason: "now", atOnce: true), ids[1]), .requested)
      try trial.equal(try await trial.perform(.cancel(reason: "again", atOnce: true), ids[1]), .requested)
      try trial.equal(
        try await node.beat().cancellations,
        [
          JobCancellation(runs[0], reason: "mildly", isAtOnce: true),
          JobCancellation(runs[1], reason: "now", isAtOnce: true),
        ])
      try trial.equal(try await trial.jobs().map(\.isCancelAtOnce), [true, true])
      let queued = try await trial.enqueue()
      try trial.equal(try await trial.perform(.cancel(reason: "now", atOnce: true), queued), .done(.cancelled))
      try trial.equal(try await trial.job(queued).isCancelAtOnce, false)
    },
    StoreConformanceCheck("C4 a request for a run that has ended reaches nobody") { trial in
      let node = try await trial.node()
      let id = try await trial.enqueue()
      let claim = try await node.claim()[0]
      _ = try await trial.perform(.cancel(reason: "enough"), id)
      var exchange = JobExchange()
      exchange.settlements = [JobSettlement(claim.run, .cancelled(reason: "own"))]
      try trial.equal(try await node.exchange(exchange).cancellations, [])
    },
    StoreConformanceCheck("C5 whatever the run says, a requested cancellation wins") { trial in
      let node = try await trial.node()
      let failure = JobFailure(.error, "no", attempt: 1)
      let verdicts: [JobVerdict] = [
        .completed(output: nil), .retry(after: .zero, failure: failure, payload: nil), .discarded(failure),
        .snoozed(for: .zero), .returned, .parked(.unknownKind, reason: ""),
        .crashed(retryAfter: .zero, failure: failure),
      ]
      for verdict in verdicts {
        let id = try await trial.enqueue()
        let claim = try await node.claim()[0]
        _ = try await trial.perform(.cancel(reason: "enough"), id)
        try trial.equal(try await node.settle(claim, verdict), .overruled(reason: "enough"), "\(verdict)")
        let job = try await trial.job(id)
        try trial.equal(job.state, .cancelled)
        try trial.equal(job.reason, "enough")
        try trial.expect(!job.isCancelRequested, "the request outlived the run")
      }
    },
    StoreConformanceCheck("C3 C6 every waiting state can be cancelled at once") { trial in
      let node = try await trial.node()
      let later = try await trial.enqueue { $0.start = .after(.seconds(60)) }
      let ids = try await trial.enqueue(2) { $1.executionKey = "a" }
      let retrying = try await trial.enqueue()
      for claim in try await node.claim(count: 3) where claim.job.id == retrying {
        let failure = JobFailure(.error, "no", attempt: 1)
        try await node.settle(claim, .retry(after: .seconds(60), failure: failure, payload: nil))
      }
      try trial.equal(try await trial.state(ids[1]), .waiting)
      let results = try await trial.store.perform(
        .cancel(reason: "all"), on: [later, ids[0], ids[1], retrying, 99], by: "tester")
      let cancelled = JobCommandResult.done(.cancelled)
      try trial.equal(results, [cancelled, .requested, cancelled, cancelled, .unknown])
      try trial.equal(try await trial.jobs { $0.views = [.cancelled] }.count, 3)
    },
    StoreConformanceCheck("C7 that a job was cancelled, and why, is told by id, name and state, until it is deleted") {
      trial in
      let node = try await trial.node()
      let running = try await trial.enqueue { $0.name = "running" }
      let claim = try await node.claim()[0]
      let queued = try await trial.enqueue { $0.name = "queued" }
      try await trial.enqueue { $0.name = "spared" }
      _ = try await trial.store.perform(.cancel(reason: "wrong price"), on: [running, queued], by: "ann")
      try trial.equal(try await trial.job(running).isCancelRequested, true)
      try trial.equal(try await trial.job(running).reason, "wrong price")
      try await node.settle(claim, .cancelled(reason: "wrong price"))
      let cancelled = try await trial.jobs { $0.views = [.cancelled] }
      try trial.equal(cancelled.map(\.name), ["running", "queued"])
      try trial.equal(cancelled.map(\.reason), ["wrong price", "wrong price"])
      try trial.equal(try await trial.jobs { $0.name = "queued" }.map(\.state), [.cancelled])
      try trial.equal(try await trial.perform(.delete, queued), .done(.cancelled))
      try trial.equal(try await trial.jobs { $0.views = [.cancelled] }.map(\.name), ["running"])
      try trial.equal(try await trial.jobs { $0.name = "spared" }.map(\.state), [.queued])
    },
    StoreConformanceCheck("C9 cancelled jobs and requests outlive the process", needsReopening: true) { trial in
      let node = try await trial.node()
      let running = try await trial.enqueue()
      trial.store.began(try await node.claim()[0].run)
      let queued = try await trial.enqueue()
      _ = try await trial.perform(.cancel(reason: "one"), running)
      _ = try await trial.perform(.cancel(reason: "two"), queued)
      try await trial.reopen()
      _ = try await trial.node().beat()
      try trial.equal(try await trial.jobs().map(\.state), [.cancelled, .cancelled])
      try trial.equal(try await trial.jobs().map(\.reason), ["one", "two"])
    },
  ]
}
