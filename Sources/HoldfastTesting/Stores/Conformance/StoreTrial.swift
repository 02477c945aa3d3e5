import Holdfast
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One store under test, and the words that the checks use.
final class StoreTrial: Sendable {
  let check: String
  let time: VirtualTimeline
  private let factory: StoreFactory
  private let current: Mutex<any Store>

  init(check: String, time: VirtualTimeline, store: any Store, factory: StoreFactory) {
    self.check = check
    self.time = time
    self.factory = factory
    current = Mutex(store)
  }

  var store: any Store { current.withLock { $0 } }
  var now: WallTime { time.wallTime }

  /// Kills the store's process and opens what it left.
  func reopen() async throws {
    guard let reopen = factory.reopen else { throw failure("cannot be reopened", "") }
    let next = try await reopen(store, time)
    current.withLock { $0 = next }
  }

  // MARK: Acting

  func draft(_ configure: (inout JobDraft) -> Void = { _ in }) -> JobDraft {
    var draft = JobDraft(kind: "job", payload: Data("{}".utf8))
    configure(&draft)
    return draft
  }

  @discardableResult
  func enqueue(_ configure: (inout JobDraft) -> Void = { _ in }) async throws -> JobID {
    let receipts = try await store.enqueue([draft(configure)])
    try expect(receipts.count == 1 && !receipts[0].isDuplicate, "expected one new job, got \(receipts)")
    return receipts[0].id
  }

  @discardableResult
  func enqueue(_ count: Int, _ configure: (Int, inout JobDraft) -> Void = { _, _ in }) async throws -> [JobID] {
    let drafts = (0..<count).map { number in draft { configure(number, &$0) } }
    return try await store.enqueue(drafts).map(\.id)
  }

  func node(
    _ name: String = "node", lease: Duration = .seconds(30), handles: [String: Int] = ["job": 1]
  ) async throws -> ScriptedNode {
    let node = ScriptedNode(store, name: name, lease: lease, handles: handles)
    try await node.attach()
    return node
  }

  func perform(_ command: JobCommand, _ id: JobID) async throws -> JobCommandResult {
    let results = try await store.perform(command, on: [id], by: "tester")
    try expect(results.count == 1, "one job, \(results.count) results")
    return results[0]
  }

  // MARK: Looking

  func jobs(_ configure: (inout JobQuery) -> Void = { _ in }) async throws -> [JobRecord] {
    var query = JobQuery()
    query.limit = 1000
    query.newestFirst = false
    configure(&query)
    var found: [JobRecord] = []
    repeat {
      let page = try await store.jobs(query)
      found += page.jobs
      query.after = page.next
    } while query.after != nil
    return found
  }

  func job(_ id: JobID) async throws -> JobRecord {
    let found = try await jobs { $0.ids = [id] }
    try expect(found.count == 1, "job \(id) found \(found.count) times")
    return found[0]
  }

  func state(_ id: JobID) async throws -> JobState { try await job(id).state }

  /// Jobs of a queue by state, as the store counts them.
  func counts(_ queue: String = "default", partition: String = "default") async throws -> [JobState: Int] {
    try await store.queues().first { $0.queue == queue && $0.partition == partition }?.counts ?? [:]
  }

  // MARK: Judging

  func expect(_ condition: Bool, _ what: @autoclosure () -> String, line: Int = #line, file: String = #fileID) throws {
    guard !condition else { return }
    throw failure(what(), "\(file):\(line)")
  }

  func equal<Value: Equatable>(
    _ found: Value, _ expected: Value, _ what: String = "", line: Int = #line, file: String = #fileID
  ) throws {
    let subject = what.isEmpty ? "" : "\(what): "
    try expect(found == expected, "\(subject)expected \(expected), found \(found)", line: line, file: file)
  }

  /// That a call is refused as `code`.
  func refused(
    _ code: StoreError.Code, line: Int = #line, file: String = #fileID, _ body: () async throws -> Void
  ) async throws {
    do {
      try await body()
    } catch let error as StoreError {
      return try equal(error.code, code, line: line, file: file)
    }
    throw failure("was not refused as \(code)", "\(file):\(line)")
  }

  func failure(_ what: String, _ line: String) -> StoreConformanceFailure {
    StoreConformanceFailure(check: check, what: what, line: line)
  }
}
