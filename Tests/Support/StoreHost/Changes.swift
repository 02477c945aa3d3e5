import Holdfast
import HoldfastSQLite

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Changes two records, a job and a journal together, without end, and says what the store acknowledged.
struct Changes {
  private let store: SQLiteStore
  private let caller: String

  init(_ store: SQLiteStore, _ caller: String) {
    self.store = store
    self.caller = caller
  }

  func run() async throws {
    var number = 1
    if let body = try await store.record(one)?.body { number += Int(String(decoding: body, as: UTF8.self)) ?? 0 }
    while true {
      _ = try await store.write([change(number)])
      say("written \(caller) \(number)")
      number += 1
    }
  }

  private var one: RecordReference { RecordReference("things", "one-\(caller)") }
  private var other: RecordReference { RecordReference("things", "other-\(caller)") }

  private func change(_ number: Int) -> RecordChange {
    let body = Data("\(number)".utf8)
    var change = RecordChange()
    change.puts = [one, other].map { RecordPut($0, expecting: .anything, body: body) }
    change.cancellations = [
      NamedCancellation(partition: "default", name: "job-\(caller)-\(number - 1)", reason: "replaced")
    ]
    change.jobs = [Work.draft(1)]
    change.jobs[0].name = "job-\(caller)-\(number)"
    change.entries = [RecordEntry(one, at: store.clock.wallTime, body: body, job: 0, keeping: 10_000)]
    return change
  }
}
