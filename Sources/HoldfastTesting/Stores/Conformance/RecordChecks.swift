import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension StoreConformance {
  static let recordChecks: [StoreConformanceCheck] = [
    StoreConformanceCheck("one service of a name at a time holds the store, and lets go once") { trial in
      let first = try await trial.store.hold("things")
      let other = try await trial.store.hold("others")
      try await trial.refused(.locked) { _ = try await trial.store.hold("things") }
      first.cancel()
      let second = try await trial.store.hold("things")
      first.cancel()
      try await trial.refused(.locked) { _ = try await trial.store.hold("things") }
      second.cancel()
      other.cancel()
    },
    StoreConformanceCheck("a record is what was put, under its key, until it is deleted") { trial in
      let revision = try await trial.put("a", "1")
      let stored = StoredRecord(trial.reference("a"), revision: revision, body: Data("1".utf8))
      try trial.equal(try await trial.store.record(trial.reference("a")), stored)
      try trial.equal(try await trial.store.record(trial.reference("b")), nil)
      try trial.equal(try await trial.store.record(RecordReference("others", "a")), nil)
      try trial.equal(try await trial.put("a", nil), 0)
      try trial.equal(try await trial.put("a", nil), 0, "deleted twice")
      try trial.equal(try await trial.things(), [])
    },
    StoreConformanceCheck("a record may be empty, and as long as a payload") { trial in
      try await trial.put("empty", "")
      try await trial.put("long", String(repeating: "x", count: JobLimits.payload))
      try trial.equal(try await trial.store.record(trial.reference("empty"))?.body, Data())
      try trial.equal(try await trial.store.record(trial.reference("long"))?.body.count, JobLimits.payload)
    },
    StoreConformanceCheck("revisions grow with every write, deletions in between included") { trial in
      var last: Int64 = 0
      for body in ["1", "1", nil, "2", "2"] {
        let revision = try await trial.put("a", body)
        try trial.expect(body == nil ? revision == 0 : revision > last, "\(revision) after \(last)")
        last = max(last, revision)
      }
      try trial.equal(try await trial.store.record(trial.reference("a"))?.revision, last)
    },
    StoreConformanceCheck("a put happens only when what it expects is stored") { trial in
      let old = try await trial.put("a", "1", expecting: .nothing)
      let new = try await trial.put("a", "2", expecting: .revision(old))
      let stored = StoredRecord(trial.reference("a"), revision: new, body: Data("2".utf8))
      for expecting in [RecordPut.Expectation.nothing, .revision(old), .revision(new + 1)] {
        for body in ["3", nil] {
          let result = try await trial.write { $0.puts = [trial.putting("a", body, expecting: expecting)] }
          try trial.equal(result, .conflict(trial.reference("a"), stored), "\(expecting)")
        }
      }
      let result = try await trial.write { $0.puts = [trial.putting("b", "3", expecting: .revision(new))] }
      try trial.equal(result, .conflict(trial.reference("b"), nil))
      try trial.equal(try await trial.put("a", nil, expecting: .revision(new)), 0)
      try await trial.put("a", "4", expecting: .nothing)
      try trial.equal(try await trial.things(), ["a 4"])
    },
    StoreConformanceCheck("a conflict leaves nothing of its change: no record, job, cancellation or entry") { trial in
      try await trial.put("a", "1")
      let job = try await trial.enqueue { $0.name = "n" }
      let result = try await trial.write { change in
        change.puts = [trial.putting("b", "2"), trial.putting("a", "2", expecting: .nothing)]
        change.cancellations = [NamedCancellation(partition: "default", name: "n", reason: "no")]
        change.jobs = [trial.draft()]
        change.entries = [trial.entry("a", "e", job: 0)]
      }
      guard case .conflict(trial.reference("a"), _) = result else { return try trial.expect(false, "\(result)") }
      try trial.equal(try await trial.things(), ["a 1"])
      try trial.equal(try await trial.jobs().map(\.id), [job])
      try trial.equal(try await trial.state(job), .queued)
      try trial.equal(try await trial.journal(), [])
    },
    StoreConformanceCheck("changes of one call are made in order, each for itself") { trial in
      var changes: [RecordChange] = []
      for (key, expecting) in [("a", RecordPut.Expectation.nothing), ("a", .nothing), ("b", .nothing)] {
        var change = RecordChange()
        change.puts = [trial.putting(key, "\(changes.count)", expecting: expecting)]
        change.jobs = [trial.draft()]
        changes.append(change)
      }
      let results = try await trial.store.write(changes)
      let (first, third) = (try trial.written(results[0]), try trial.written(results[2]))
      guard case .conflict(_, let stored?) = results[1] else { return try trial.expect(false, "\(results)") }
      try trial.equal(stored.revision, first.revisions[0])
      try trial.expect(third.revisions[0] > first.revisions[0], "\(third) after \(first)")
      try trial.equal(try await trial.things(), ["a 0", "b 2"])
      try trial.equal(try await trial.jobs().count, 2)
      try trial.equal(try await trial.store.write([]), [])
    },
    StoreConformanceCheck("of a hundred writers who expect the same revision one wins") { trial in
      let revision = try await trial.put("a", "0")
      let records = trial.store
      let change = trial.putting("a", "1", expecting: .revision(revision))
      let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<100 {
          group.addTask {
            var one = RecordChange()
            one.puts = [change]
            if case .written = try await records.write([one])[0] { return true }
            return false
          }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      try trial.equal(winners, 1)
    },
    StoreConformanceCheck("a collection is listed by key, in pages") { trial in
      for key in ["d", "a", "c", "b", "e"] { try await trial.put(key, "1") }
      _ = try await trial.write {
        $0.puts = [RecordPut(RecordReference("other", "bb"), expecting: .nothing, body: Data())]
      }
      func page(after key: String?, limit: Int) async throws -> [String] {
        try await trial.store.records(in: "things", after: key, limit: limit).map(\.reference.key)
      }
      try trial.equal(try await page(after: nil, limit: 2), ["a", "b"])
      try trial.equal(try await page(after: "b", limit: 2), ["c", "d"])
      try trial.equal(try await page(after: "bz", limit: 10), ["c", "d", "e"])
      try trial.equal(try await page(after: "e", limit: 2), [])
      try trial.equal(try await trial.store.records(in: "nothing"), [])
    },
    StoreConformanceCheck("a watch hears of each commit that changed its collection, and of no conflict") { trial in
      let heard = Counter()
      let watch = trial.store.watch("things") { heard.add() }
      try await trial.put("a", "1", expecting: .nothing)
      try trial.equal(heard.value, 1)
      _ = try await trial.write { $0.puts = [trial.putting("a", "2", expecting: .nothing)] }
      try trial.equal(heard.value, 1, "told of a conflict")
      _ = try await trial.write {
        $0.puts = [RecordPut(RecordReference("other", "a"), expecting: .anything, body: nil)]
      }
      try trial.equal(heard.value, 1, "told of another collection")
      try await trial.put("a", nil)
      try trial.equal(heard.value, 2)
      watch.cancel()
      try await trial.put("a", "3")
      try trial.equal(heard.value, 2, "told after its end")
    },
    StoreConformanceCheck("names and sizes of records are checked before any effect") { trial in
      let long = String(repeating: "x", count: 129)
      let names = [
        ("", "a"), (long, "a"), ("a\nb", "a"), ("a", ""), ("a", long + long + long + long), ("a", "b\u{7f}"),
      ]
      for (collection, key) in names {
        let wrong = RecordPut(RecordReference(collection, key), expecting: .anything, body: Data())
        try await trial.refused(.invalid) { _ = try await trial.write { $0.puts = [trial.putting("a", "1"), wrong] } }
      }
      let big = String(repeating: "x", count: JobLimits.payload + 1)
      let wrong: [(inout RecordChange) -> Void] = [
        { $0.puts = [trial.putting("a", big)] }, { $0.puts = [trial.putting("a", "1"), trial.putting("a", "2")] },
        { $0.entries = [trial.entry("a", big)] }, { $0.entries = [trial.entry("a", "e", job: 0)] },
        { $0.entries = [trial.entry("a", "e", keeping: 0)] },
        { $0.cancellations = [NamedCancellation(partition: "", name: "n", reason: "")] },
        { $0.jobs = Array(repeating: trial.draft(), count: JobLimits.batch + 1) },
      ]
      for configure in wrong {
        var change = RecordChange()
        change.puts = [trial.putting("good", "1")]
        configure(&change)
        let changes = [change]
        try await trial.refused(.invalid) { _ = try await trial.store.write(changes) }
      }
      for limit in [0, 10_001] {
        try await trial.refused(.invalid) { _ = try await trial.store.records(in: "a", after: nil, limit: limit) }
        try await trial.refused(.invalid) {
          _ = try await trial.store.journal(of: "a", key: nil, before: nil, limit: limit)
        }
      }
      try trial.equal(try await trial.things(), [])
      try trial.equal(try await trial.jobs(), [])
    },
    StoreConformanceCheck("S1 records, revisions and journals outlive the process", needsReopening: true) { trial in
      try await trial.put("a", "1")
      let last = try await trial.put("b", "2")
      try await trial.put("b", nil)
      _ = try await trial.write { $0.entries = [trial.entry("b", "e")] }
      let number = try await trial.store.journal(of: "things", key: "b", before: nil, limit: 1)[0].number
      try await trial.reopen()
      try trial.equal(try await trial.things(), ["a 1"])
      try trial.equal(try await trial.journal("b"), ["e"])
      try trial.expect(try await trial.put("b", "3", expecting: .nothing) > last, "a revision was given twice")
      _ = try await trial.write { $0.entries = [trial.entry("b", "f")] }
      let next = try await trial.store.journal(of: "things", key: "b", before: nil, limit: 1)[0].number
      try trial.expect(next > number, "an entry's number was given twice")
    },
  ]
}
