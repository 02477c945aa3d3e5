import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension StoreConformance {
  static let journalChecks: [StoreConformanceCheck] = [
    StoreConformanceCheck("a journal is newest first, of a record or of all, in pages") { trial in
      for number in 0..<6 {
        _ = try await trial.write { $0.entries = [trial.entry(number % 2 == 0 ? "a" : "b", "\(number)")] }
        trial.time.advance(by: .seconds(1))
      }
      try trial.equal(try await trial.journal(), ["5", "4", "3", "2", "1", "0"])
      try trial.equal(try await trial.journal("a"), ["4", "2", "0"])
      try trial.equal(try await trial.journal("c"), [])
      let page = try await trial.store.journal(of: "things", key: nil, before: nil, limit: 2)
      try trial.equal(try await trial.journal(before: page[1].number, limit: 2), ["3", "2"])
      try trial.equal(try await trial.journal("b", before: page[0].number, limit: 2), ["3", "1"])
      try trial.equal(try await trial.store.journal(of: "other", key: nil, before: nil, limit: 9), [])
    },
    StoreConformanceCheck("entries of one change are numbered in order, and keep what they were given") { trial in
      let at = trial.now
      _ = try await trial.write { $0.entries = [trial.entry("a", "1"), trial.entry("b", ""), trial.entry("a", "3")] }
      let found = try await trial.store.journal(of: "things", key: nil, before: nil, limit: 9)
      try trial.equal(found.map(\.body.words), ["3", "", "1"])
      try trial.equal(found.map(\.reference.key), ["a", "b", "a"])
      try trial.expect(found[0].number > found[1].number && found[1].number > found[2].number, "\(found)")
      try trial.expect(found.allSatisfy { $0.at == at && $0.job == nil && !$0.isDuplicate }, "\(found)")
    },
    StoreConformanceCheck("a journal outlives its record") { trial in
      _ = try await trial.write {
        $0.puts = [trial.putting("a", "1")]
        $0.entries = [trial.entry("a", "made")]
      }
      _ = try await trial.write {
        $0.puts = [trial.putting("a", nil)]
        $0.entries = [trial.entry("a", "gone")]
      }
      try trial.equal(try await trial.journal("a"), ["gone", "made"])
    },
    StoreConformanceCheck("an entry keeps what became of its job") { trial in
      let first = try await trial.enqueue { $0.uniqueKey = "u" }
      _ = try await trial.write {
        $0.jobs = [trial.draft { $0.uniqueKey = "u" }, trial.draft()]
        $0.entries = [trial.entry("a", "new", job: 1), trial.entry("a", "old", job: 0), trial.entry("a", "none")]
      }
      let found = try await trial.store.journal(of: "things", key: "a", before: nil, limit: 9)
      let second = try await trial.jobs().map(\.id).last
      try trial.equal(found.map(\.job), [nil, first, second])
      try trial.equal(found.map(\.isDuplicate), [false, true, false])
    },
    StoreConformanceCheck("a journal keeps what it must, and not much more") { trial in
      for batch in 0..<20 {
        _ = try await trial.write { change in
          for number in 0..<40 { change.entries.append(trial.entry("a", "\(batch * 40 + number)", keeping: 100)) }
          change.entries.append(trial.entry("b", "\(batch)", keeping: 1000))
        }
      }
      let journal = try await trial.journal("a")
      try trial.equal(Array(journal.prefix(100)), (700..<800).reversed().map { "\($0)" })
      try trial.expect(journal.count <= 200, "\(journal.count) entries for 100")
      try trial.equal(try await trial.journal("b").count, 20)
    },
    StoreConformanceCheck("old entries of a collection go in slices, whatever their records keep") { trial in
      for number in 0..<10 {
        _ = try await trial.write { $0.entries = [trial.entry("\(number % 3)", "\(number)")] }
        trial.time.advance(by: .seconds(1))
      }
      let limit = trial.now.advanced(by: .seconds(-4))
      let records = trial.store
      try trial.equal(try await records.pruneJournal(of: "other", before: limit, limit: 4), 0)
      try trial.equal(try await records.pruneJournal(of: "things", before: limit, limit: 4), 4)
      try trial.equal(try await records.pruneJournal(of: "things", before: limit, limit: 4), 2)
      try trial.equal(try await records.pruneJournal(of: "things", before: limit, limit: 4), 0)
      try trial.equal(try await trial.journal(), ["9", "8", "7", "6"])
      _ = try await trial.write { $0.entries = [trial.entry("0", "new")] }
      try trial.equal(try await trial.journal("0"), ["new", "9", "6"])
    },
  ]
}
