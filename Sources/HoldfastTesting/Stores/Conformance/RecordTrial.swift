import Holdfast
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension StoreTrial {
  /// Writes one change.
  func write(_ configure: (inout RecordChange) -> Void) async throws -> RecordChangeResult {
    var change = RecordChange()
    configure(&change)
    let results = try await store.write([change])
    try expect(results.count == 1, "one change, \(results.count) results")
    return results[0]
  }

  /// Puts one record, which must work; returns its revision.
  @discardableResult
  func put(_ key: String, _ body: String?, expecting: RecordPut.Expectation = .anything) async throws -> Int64 {
    let result = try await write { $0.puts = [self.putting(key, body, expecting: expecting)] }
    let revisions = try written(result).revisions
    try expect(revisions.count == 1, "one put, \(revisions.count) revisions")
    return revisions[0]
  }

  /// What a change that must work gave.
  func written(_ result: RecordChangeResult) throws -> (revisions: [Int64], jobs: [JobReceipt]) {
    guard case .written(let revisions, let jobs) = result else { throw failure("not written: \(result)", "") }
    return (revisions, jobs)
  }

  func putting(_ key: String, _ body: String?, expecting: RecordPut.Expectation = .anything) -> RecordPut {
    RecordPut(reference(key), expecting: expecting, body: body.map { Data($0.utf8) })
  }

  func reference(_ key: String) -> RecordReference { RecordReference("things", key) }

  func entry(_ key: String, _ body: String, job: Int? = nil, keeping: Int = 1000) -> RecordEntry {
    RecordEntry(reference(key), at: now, body: Data(body.utf8), job: job, keeping: keeping)
  }

  /// Keys, revisions and bodies of the collection.
  func things() async throws -> [String] {
    try await store.records(in: "things").map(\.line)
  }

  /// The bodies of a journal, newest first.
  func journal(_ key: String? = nil, before number: Int64? = nil, limit: Int = 10_000) async throws -> [String] {
    try await store.journal(of: "things", key: key, before: number, limit: limit).map { $0.body.words }
  }
}

extension StoredRecord {
  var line: String { "\(reference.key) \(body.words)" }
}

extension Data {
  var words: String { String(decoding: self, as: UTF8.self) }
}

/// How often something happened.
final class Counter: Sendable {
  private let count = Mutex(0)

  var value: Int { count.withLock { $0 } }

  func add() { count.withLock { $0 += 1 } }
}
