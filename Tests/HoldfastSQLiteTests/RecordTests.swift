import Foundation
import GRDB
import Holdfast
import HoldfastSQLite
import HoldfastTesting
import Testing

extension StoreFiles {
  /// Records over processes.
  @Suite struct RecordTests {
    let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    @Test(arguments: [1, 20, 200])
    func `a change of records, jobs and journal is whole or absent after a kill`(lines: Int) async throws {
      var written: [String: Int] = [:]
      for _ in 0..<3 {
        for line in await (try HostProcess("record", folder.file, killedAfter: lines)).finished() {
          let words = line.split(separator: " ").map(String.init)
          try #require(words.count == 3 && words[0] == "written", "\(line)")
          written[words[1]] = Int(words[2])
        }
        let store = try await folder.open()
        for caller in 0..<4 { try await check("\(caller)", atLeast: written["\(caller)"] ?? 0, store) }
        await store.close()
      }
      #expect(!written.isEmpty)
    }

    private func check(_ caller: String, atLeast written: Int, _ store: SQLiteStore) async throws {
      func number(_ key: String) async throws -> Int {
        let body = try await store.record(RecordReference("things", key))?.body
        return body.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
      }
      let last = try await number("one-\(caller)")
      #expect(last >= written)
      #expect(try await number("other-\(caller)") == last)
      let journal = try await store.journal(of: "things", key: "one-\(caller)", before: nil, limit: 10_000)
      #expect(journal.map { String(decoding: $0.body, as: UTF8.self) } == (0..<last).map { "\(last - $0)" })
      let jobs = try await store.all().filter { $0.name?.hasPrefix("job-\(caller)-") == true }
      #expect(jobs.map(\.id) == journal.compactMap(\.job))
      #expect(jobs.map(\.name) == (0..<last).map { "job-\(caller)-\(last - $0)" })
      #expect(jobs.map(\.state) == (0..<last).map { $0 == 0 ? .queued : .cancelled })
    }

    @Test func `the owner hears of a client's change, and its nodes of the jobs`() async throws {
      let store = try await folder.open()
      let client = try await folder.open { $0.role = .client }
      let (heard, others) = (Count(), Count())
      let node = EagerNode(store)
      try await store.attach(node)
      let watches = [
        store.watch("things") { heard.add(1) }, store.watch("others") { others.add(1) },
        client.watch("things") { heard.add(1) },
      ]
      var change = RecordChange()
      change.puts = [RecordPut(RecordReference("things", "a"), expecting: .nothing, body: Data("1".utf8))]
      change.jobs = [.job()]
      guard case .written = try await client.write([change])[0] else {
        Issue.record("not written")
        return
      }
      await heard.wait(for: 2)
      await node.taken.wait(for: 1)
      #expect(try await store.record(change.puts[0].reference)?.body == Data("1".utf8))
      #expect(others.value == 0)
      for watch in watches { watch.cancel() }
      await client.close()
      await store.close()
    }

    @Test func `a file of before there were records is brought up to date, with its jobs`() async throws {
      var store = try await folder.open()
      let job = try await store.enqueue([.job()])[0].id
      try await store.pool.write { database in
        try database.execute(sql: "UPDATE holdfast_sequence SET job = 1; DROP VIEW holdfast_counted")
        try database.execute(sql: "INSERT INTO holdfast_counts SELECT lane, state, 1 FROM holdfast_jobs")
        for table in ["records", "journal"] { try database.execute(sql: "DROP TABLE holdfast_\(table)") }
        for column in [
          "sequence DROP COLUMN revision", "sequence DROP COLUMN entry", "signals DROP COLUMN collection",
          "failures DROP COLUMN detail",
        ] {
          try database.execute(sql: "ALTER TABLE holdfast_\(column)")
        }
        try database.execute(sql: "UPDATE holdfast_schema SET version = 1")
      }
      await store.close()
      store = try await folder.open()
      var change = RecordChange()
      change.puts = [RecordPut(RecordReference("things", "a"), expecting: .nothing, body: Data())]
      change.jobs = [.job()]
      guard case .written(_, let receipts) = try await store.write([change])[0] else {
        Issue.record("not written")
        return
      }
      #expect(try await store.all().map(\.id) == [receipts[0].id, job])
      #expect(try await store.queues()[0].counts == [.queued: 2])
      await store.close()
    }
  }
}
