import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension StoreConformance {
  static let queryChecks: [StoreConformanceCheck] = [
    StoreConformanceCheck("I4 pages are complete, without doubles, in both directions") { trial in
      let ids = try await trial.enqueue(25)
      _ = try await trial.perform(.cancel(reason: ""), ids[7])
      _ = try await trial.perform(.delete, ids[7])
      let expected = ids.filter { $0 != ids[7] }
      for newestFirst in [true, false] {
        let found = try await trial.jobs { ($0.limit, $0.newestFirst) = (7, newestFirst) }.map(\.id)
        try trial.equal(found, newestFirst ? expected.reversed() : expected)
      }
      var query = JobQuery()
      query.limit = 24
      try trial.equal(try await trial.store.jobs(query).next, nil, "the end of exactly one page")
    },
    StoreConformanceCheck("I4 looking at jobs takes none, and shows those that nobody can read like the others") {
      trial in
      let payloads = ["{}", "not JSON", "\u{0}\u{1B}[2J", ""].map { Data($0.utf8) } + [Data([0xff, 0xfe, 0])]
      let ids = try await trial.enqueue(payloads.count) { $1.payload = payloads[$0] }
      let first = try await trial.jobs()
      try trial.equal(first.map(\.payload), payloads)
      try trial.equal(try await trial.jobs(), first)
      try trial.equal(try await trial.counts(), [.queued: payloads.count])
      let claims = try await trial.node().claim(count: 9)
      try trial.equal(claims.map(\.job.id), ids)
      try trial.equal(claims.map(\.job.attempt), Array(repeating: 1, count: ids.count))
    },
    StoreConformanceCheck("every condition of a query, and all of them together") { trial in
      let node = try await trial.node()
      let start = trial.now
      try await trial.enqueue(12) { number, draft in
        draft.kind = number % 2 == 0 ? "job" : "other"
        draft.partition = number % 3 == 0 ? "a" : "b"
        draft.queue = number % 4 == 0 ? "x" : "default"
        draft.uniqueKey = "u\(number)"
        draft.executionKey = number < 6 ? "e" : nil
        draft.payload = Data("{\"number\":\(number)}".utf8)
        draft.start = number < 4 ? .now : .after(.seconds(Double(number)))
        draft.name = "n\(number % 6)\(number % 3 == 0 ? "" : "-\(number)")"
      }
      trial.time.advance(by: .seconds(5))
      let claims = try await node.claim(count: 2)
      try await node.complete(claims[0])
      trial.time.advance(by: .milliseconds(1))
      try await trial.enqueue()
      let all = try await trial.jobs()
      let conditions: [(inout JobQuery) -> Void] = [
        { $0.kind = "other" }, { $0.partition = "a" }, { $0.queue = "x" }, { $0.uniqueKey = "u5" },
        { $0.executionKey = "e" }, { $0.text = "\"number\":1" }, { $0.name = "n3" },
        { ($0.name, $0.partition) = ("n3", "a") }, { $0.views = [.available] }, { $0.views = [.scheduled] },
        { $0.views = [.executing, .completed] }, { $0.views = [.retrying] },
        { $0.dueFrom = start.advanced(by: .seconds(6)) }, { $0.dueBefore = start.advanced(by: .seconds(6)) },
        { $0.enqueuedFrom = start.advanced(by: .microseconds(1)) },
        { $0.enqueuedBefore = start.advanced(by: .microseconds(1)) }, { $0.ids = [1, 5, 99, 3] }, { $0.ids = [] },
        { ($0.ids, $0.partition) = ([1, 2, 3, 4], "a") },
        { ($0.kind, $0.queue, $0.partition) = ("job", "x", "b") },
      ]
      for (number, condition) in conditions.enumerated() {
        var query = JobQuery()
        condition(&query)
        let ids = query.ids.map(Set.init)
        let expected = all.filter { query.matches($0, at: trial.now) && ids?.contains($0.id) ?? true }
        try trial.equal(try await trial.jobs(condition).map(\.id), expected.map(\.id), "condition \(number)")
        let paged = try await trial.jobs {
          condition(&$0)
          $0.limit = 2
        }
        try trial.equal(paged.map(\.id), expected.map(\.id), "condition \(number) in pages")
      }
    },
    StoreConformanceCheck("a search that looks at too much stops, says so, and can go on") { trial in
      try await trial.enqueue(30) { $1.payload = Data("{\"n\":\($0)}".utf8) }
      var query = JobQuery()
      query.text = "\"n\":29}"
      query.scanLimit = 10
      query.newestFirst = false
      var pages = 0
      var found: [JobRecord] = []
      repeat {
        let page = try await trial.store.jobs(query)
        try trial.expect(page.next == nil || page.isPartial, "a page that goes on without saying why")
        pages += 1
        found += page.jobs
        query.after = page.next
      } while query.after != nil && pages < 10
      try trial.equal(found.map(\.id), [30])
      try trial.equal(pages, 3)
    },
    StoreConformanceCheck("views tell queued jobs apart") { trial in
      let node = try await trial.node()
      let available = try await trial.enqueue()
      let scheduled = try await trial.enqueue { $0.start = .after(.seconds(5)) }
      let claim = try await node.claim()[0]
      let failure = JobFailure(.error, "no", attempt: 1)
      try trial.equal(try await trial.jobs { $0.views = [.executing] }.map(\.id), [available])
      try await node.settle(claim, .retry(after: .seconds(9), failure: failure, payload: nil))
      try trial.equal(try await trial.jobs { $0.views = [.retrying] }.map(\.id), [available])
      try trial.equal(try await trial.jobs { $0.views = [.scheduled] }.map(\.id), [scheduled])
      trial.time.advance(by: .seconds(9))
      try trial.equal(try await trial.jobs { $0.views = [.available] }.map(\.id), [available, scheduled])
    },
    StoreConformanceCheck("operators' actions are kept, newest first, with who, what and how it went") { trial in
      let id = try await trial.enqueue()
      _ = try await trial.store.perform(.cancel(reason: "enough"), on: [id], by: "alice")
      trial.time.advance(by: .seconds(1))
      try await trial.store.perform(.pause(QueueScope(queue: "mail"), note: "flood"), by: "bob")
      let entries = try await trial.store.audit(limit: 10)
      try trial.equal(entries.map(\.actor), ["bob", "alice"])
      try trial.equal(entries.map(\.action), ["pause", "cancel"])
      try trial.equal(entries.map(\.target), ["queue 'mail'", "job \(id)"])
      try trial.expect(entries[0].at > entries[1].at && entries[0].id > entries[1].id, "order: \(entries)")
      try trial.expect(entries[0].detail.contains("flood"), "no note in \(entries[0].detail)")
      try trial.equal(try await trial.store.audit(limit: 1).map(\.actor), ["bob"])
    },
  ]
}
