import Holdfast

extension StoreConformance {
  static let queueChecks: [StoreConformanceCheck] = [
    StoreConformanceCheck("P11 each scope of a pause stops exactly its lanes, and only new starts") { trial in
      let node = try await trial.node()
      let scopes = [
        QueueScope.everything, QueueScope(queue: "x"), QueueScope(partition: "a"),
        QueueScope(partition: "a", queue: "x"),
      ]
      let lanes = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]
      for scope in scopes {
        try trial.equal(try await trial.store.perform(.pause(scope, note: nil), by: "tester"), 1)
        for (partition, queue) in lanes {
          try await trial.enqueue { ($0.partition, $0.queue) = (partition, queue) }
          let claims = try await node.claim(queue, count: 5, partitions: .only(partition))
          let isPaused = scope.contains(partition: partition, queue: queue)
          try trial.equal(claims.count, isPaused ? 0 : 1, "\(scope): \(queue) of \(partition)")
        }
        try trial.equal(try await trial.store.perform(.resume(scope), by: "tester"), 1)
        for (partition, queue) in lanes where scope.contains(partition: partition, queue: queue) {
          try trial.equal(
            try await node.claim(queue, count: 5, partitions: .only(partition)).count, 1, "after resuming")
        }
      }
    },
    StoreConformanceCheck("P11 what runs goes on in a pause") { trial in
      let node = try await trial.node()
      try await trial.enqueue()
      let claim = try await node.claim()[0]
      try await trial.store.perform(.pause(.everything, note: nil), by: "tester")
      try trial.equal(try await node.complete(claim), .accepted(.completed))
    },
    StoreConformanceCheck("P11 pausing twice keeps the first, and only its own scope is resumed") { trial in
      let queue = QueueScope(queue: "default")
      try trial.equal(try await trial.store.perform(.pause(queue, note: "one"), by: "alice"), 1)
      try trial.equal(try await trial.store.perform(.pause(queue, note: "two"), by: "bob"), 0)
      let pause = QueuePause(scope: queue, by: "alice", at: trial.now, note: "one")
      try trial.equal(try await trial.store.pauses(), [pause])
      try trial.equal(try await trial.store.perform(.resume(.everything), by: "bob"), 0)
      try await trial.enqueue()
      try trial.equal(try await trial.store.queues().first?.pauses, [pause])
      try trial.equal(try await trial.store.perform(.resume(queue), by: "bob"), 1)
      try trial.equal(try await trial.store.pauses(), [])
    },
    StoreConformanceCheck("P11 nodes hear of pauses, all of them first and then every change") { trial in
      try await trial.store.perform(.pause(QueueScope(queue: "x"), note: nil), by: "tester")
      let node = try await trial.node()
      try trial.equal(try await node.beat().pauses, [QueueScope(queue: "x")])
      try trial.equal(try await node.beat().pauses, nil)
      try await trial.store.perform(.resume(QueueScope(queue: "x")), by: "tester")
      try trial.equal(try await node.beat().pauses, [])
    },
    StoreConformanceCheck("P12 pauses and settings outlive the process", needsReopening: true) { trial in
      let scope = QueueScope(queue: "default")
      try await trial.store.perform(.pause(scope, note: "why"), by: "tester")
      try await trial.store.perform(.set(QueueSettings(scope, workers: 3, running: 9)), by: "tester")
      try await trial.enqueue()
      let before = try await trial.store.pauses()
      try await trial.reopen()
      try trial.equal(try await trial.store.pauses(), before)
      let node = try await trial.node()
      let reply = try await node.demand()
      try trial.equal(reply.claims, [])
      try trial.equal(reply.settings, [QueueSettings(scope, workers: 3, running: 9)])
      try await trial.store.perform(.resume(scope), by: "tester")
      try trial.equal(try await node.claim().count, 1)
    },
    StoreConformanceCheck("P14 an idle queue that was paused runs again") { trial in
      let node = try await trial.node()
      try await trial.store.perform(.pause(QueueScope(queue: "default"), note: nil), by: "tester")
      try await trial.store.perform(.resume(QueueScope(queue: "default")), by: "tester")
      try await trial.enqueue(10)
      try trial.equal(try await node.claim(count: 10).count, 10)
    },
    StoreConformanceCheck("P14 jobs that become due in a pause run after it") { trial in
      let node = try await trial.node()
      let later = try await trial.enqueue { $0.start = .after(.seconds(5)) }
      try await trial.store.perform(.pause(.everything, note: nil), by: "tester")
      try trial.equal(try await node.demand().next, nil, "a paused queue brings no work")
      trial.time.advance(by: .seconds(10))
      try trial.equal(try await node.claim(), [])
      try await trial.store.perform(.resume(.everything), by: "tester")
      try trial.equal(try await node.claim().map(\.job.id), [later])
    },
    StoreConformanceCheck("P15 a purge deletes what neither runs nor is final, in its scope, and says how much") {
      trial in
      let node = try await trial.node()
      try await trial.enqueue(5) { $1.executionKey = $0 < 3 ? "a" : nil }
      try await trial.enqueue { $0.queue = "other" }
      var claims = try await node.claim(count: 2)
      try await node.complete(claims.removeLast())
      try trial.equal(try await trial.counts()[.waiting], 2)
      let count = try await trial.store.perform(.purge(QueueScope(queue: "default")), by: "tester")
      try trial.equal(count, 3)
      try trial.equal(try await trial.counts(), [.executing: 1, .completed: 1])
      try trial.equal(try await trial.counts("other"), [.queued: 1])
      try trial.equal(try await node.complete(claims[0]), .accepted(.completed))
    },
    StoreConformanceCheck("P15 a purge deletes those that wait and those that come of one key") { trial in
      let node = try await trial.node()
      let delays = [0, 0, 0, 60]
      try await trial.enqueue(4) {
        $1.executionKey = "a"
        $1.start = .after(.seconds(delays[$0]))
      }
      let held = try await node.claim(count: 4)
      try trial.equal(held.count, 1)
      try trial.equal(try await trial.counts(), [.executing: 1, .waiting: 2, .queued: 1])
      try trial.equal(try await trial.store.perform(.purge(.everything), by: "tester"), 3)
      try trial.equal(try await trial.counts(), [.executing: 1])
    },
    StoreConformanceCheck("nodes hear of settings, all of them first and then every change") { trial in
      let scope = QueueScope(queue: "default")
      try await trial.store.perform(.set(QueueSettings(scope, workers: 3)), by: "tester")
      let node = try await trial.node()
      try trial.equal(try await node.beat().settings, [QueueSettings(scope, workers: 3)])
      try trial.equal(try await node.beat().settings, [])
      try await trial.store.perform(.set(QueueSettings(scope, running: 5)), by: "tester")
      try trial.equal(try await node.beat().settings, [QueueSettings(scope, workers: 3, running: 5)])
      try await trial.enqueue()
      try trial.equal(try await trial.store.queues().first?.settings?.workers, 3)
      try trial.equal(try await trial.store.perform(.unset(scope), by: "tester"), 1)
      try trial.equal(try await node.beat().settings, [QueueSettings(scope)])
      try trial.equal(try await trial.store.perform(.unset(scope), by: "tester"), 0)
    },
    StoreConformanceCheck("I3 the status of a queue counts jobs by state and knows the first due time") { trial in
      let node = try await trial.node()
      try await trial.enqueue(3) { number, draft in draft.start = .after(.seconds(Double(10 - number))) }
      try await trial.enqueue { $0.priority = 50 }
      try await node.complete(try await node.claim()[0])
      let status = try await trial.store.queues()
      try trial.equal(status.map(\.queue), ["default"])
      try trial.equal(status[0].counts, [.queued: 3, .completed: 1])
      try trial.equal(status[0].nextDue, trial.now.advanced(by: .seconds(8)))
      try trial.equal(status[0].settings, nil)
    },
  ]
}
