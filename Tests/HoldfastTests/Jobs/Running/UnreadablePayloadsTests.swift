import Foundation
import HoldfastTesting
import Testing

@testable import Holdfast

/// Whether what waits can be run, before it is due.
@Suite struct UnreadablePayloadsTests {
  private struct Sized: Job {
    static let kind = "sized"
    static let version = 2
    var bytes: Int

    static func migrate(_ payload: Data, from version: Int) throws -> Sized {
      guard let size = try JSONDecoder().decode([String: Int].self, from: payload)["kilobytes"] else {
        throw Missing(key: "kilobytes")
      }
      return Sized(bytes: size * 1024)
    }
  }

  private struct Missing: Error { let key: String }

  private let fixture = JobFixture()
  private let handlers = [
    JobHandler.on(Sized.self) { _, _ in }, JobHandler(kind: "raw") { _, _ in .complete },
  ]

  private func enqueue(_ kind: String, _ payload: String, version: Int) async throws -> JobID {
    var options = JobOptions()
    options.start = .after(.seconds(3600))
    return try await fixture.queue.enqueue(
      kind: kind, payload: Data(payload.utf8), version: version, options: options
    ).id
  }

  @Test func `M 6.12 older payloads are checked against their migrations, and nothing is run or changed`() async throws
  {
    _ = try await enqueue("sized", #"{"kilobytes":2}"#, version: 1)
    let bad = [try await enqueue("sized", "{}", version: 1), try await enqueue("sized", "{}", version: 1)]
    let new = try await enqueue("sized", "{}", version: 3)
    for kind in ["raw", "unknown"] { _ = try await enqueue(kind, "no JSON", version: 9) }
    let found = try await fixture.queue.unreadable(by: handlers)
    #expect(found.map(\.version) == [1, 3])
    #expect(found.map(\.count) == [2, 1])
    #expect(found.map(\.example) == [bad[0], new])
    #expect(found[0].reason.contains("kilobytes"))
    #expect(found[1].reason == "it knows version 2 at most; deploy the newer one")
    #expect(try await fixture.queue.list().jobs.allSatisfy { $0.state == .queued })
  }

  @Test func `6.12 no more is looked at than asked for, from both ends`() async throws {
    for _ in 0..<130 { _ = try await enqueue("sized", "{}", version: 1) }
    #expect(try await fixture.queue.unreadable(by: handlers, limit: 10).map(\.count) == [10])
    #expect(try await fixture.queue.unreadable(by: handlers).map(\.count) == [130])
    #expect(try await fixture.queue.unreadable(by: handlers, limit: 0).isEmpty)
  }

  @Test(arguments: [true, false]) func `6.12 a node looks when it starts, unless it shall not`(looks: Bool) async throws
  {
    let bad = try await enqueue("sized", "{}", version: 1)
    var options = JobRunner.Options()
    if !looks { options.checked = 0 }
    try await fixture.running(handlers, options: options) { runner, events in
      // Whoever runs a job has been looked at, or never will be.
      try await fixture.enqueue("raw")
      await events.wait(for: "completed")
      while looks, runner.snapshot.unreadable.isEmpty { await Task.yield() }
      #expect(runner.snapshot.unreadable.map(\.example) == (looks ? [bad] : []))
    }
  }
}
