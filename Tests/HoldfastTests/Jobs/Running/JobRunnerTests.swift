import Foundation
import Holdfast
import HoldfastTesting
import Testing

/// Jobs from enqueue to their ends, on a store in memory and virtual time.
@Suite(.timeLimit(.minutes(10))) struct JobRunnerTests {
  private let fixture = JobFixture()
  private let journal = Record<String>()

  private struct Greet: Job {
    static let kind = "greet"
    var name: String
  }

  private func work(
    _ policy: JobPolicy = JobPolicy(), _ body: @escaping @Sendable (JobContext) async throws -> JobOutcome
  ) -> JobHandler {
    JobHandler(kind: "work", policy: policy) { _, context in try await body(context) }
  }

  @Test func `J1 J4 a minimal job type runs once and is completed`() async throws {
    let handler = JobHandler.on(Greet.self) { [journal] job, context in
      journal.add("hello \(job.name), attempt \(context.attempt)")
    }
    try await fixture.running([handler]) { _, events in
      let receipt = try await fixture.queue.enqueue(Greet(name: "Ada"))
      await events.wait(for: "completed")
      let job = try #require(try await fixture.queue.get(receipt.id))
      #expect(job.state == .completed)
      #expect(job.attempt == 1)
      #expect(events.names == ["started", "completed"])
    }
    #expect(journal.all == ["hello Ada, attempt 1"])
  }

  @Test func `the output of a handler is kept`() async throws {
    try await fixture.running([work { _ in try .complete(["size": 3]) }]) { _, events in
      let id = try await fixture.enqueue()
      await events.wait(for: "completed")
      #expect(try await fixture.queue.get(id)?.output == Data(#"{"size":3}"#.utf8))
    }
  }

  @Test func `J7 a job that fails and does not retry runs once and is discarded`() async throws {
    try await fixture.running([work { _ in throw Boom() }]) { _, events in
      let id = try await fixture.enqueue()
      await events.wait(for: "discarded")
      #expect(try await fixture.queue.get(id)?.state == .discarded)
      #expect(try await fixture.queue.failures(of: id).map(\.message) == ["boom"])
    }
  }

  @Test func `T1 T4 thirteen runs at Roger's twelve levels, to the second`() async throws {
    let policy = JobPolicy(retry: .levels)
    let time = fixture.time
    let handler = work(policy) { [journal] context in
      journal.add("\(context.attempt) at \(time.now.nanoseconds / 1_000_000_000)")
      throw Boom()
    }
    try await fixture.running([handler]) { _, events in
      let id = try await fixture.enqueue(policy: policy)
      for (index, seconds) in [1, 3, 5, 10, 20, 35, 60, 100, 200, 400, 1000, 1800].enumerated() {
        await events.wait(for: "failed", index + 1)
        time.advance(by: .seconds(seconds))
      }
      await events.wait(for: "discarded")
      #expect(try await fixture.queue.failures(of: id).count == 10)
    }
    let sums = [0, 1, 4, 9, 19, 39, 74, 134, 234, 434, 834, 1834, 3634]
    #expect(journal.all == sums.enumerated().map { "\($0 + 1) at \($1)" })
  }

  @Test func `SC20 a job of the future starts at its moment, taken ahead of it`() async throws {
    let time = fixture.time
    let handler = work { [journal] context in
      journal.add("\(time.now.nanoseconds / 1_000_000) late \(context.lateness)")
      return .complete
    }
    try await fixture.running([handler]) { runner, events in
      try await fixture.enqueue { $0.start = .after(.seconds(3600)) }
      await time.waitForSleepers(1)
      time.advance(by: .milliseconds(3_599_500))
      #expect(runner.snapshot.pools[0].coming == 1)
      #expect(journal.all == [])
      time.advance(by: .milliseconds(500))
      await events.wait(for: "completed")
    }
    #expect(journal.all == ["3600000 late 0.0 seconds"])
  }

  @Test func `a due time that has passed runs at once and says how late`() async throws {
    try await fixture.enqueue { $0.start = .at(fixture.time.wallTime.advanced(by: .seconds(-90))) }
    let handler = work { [journal] context in
      journal.add("\(context.isLate) \(context.lateness)")
      return .complete
    }
    try await fixture.running([handler]) { _, events in await events.wait(for: "completed") }
    #expect(journal.all == ["true 90.0 seconds"])
  }

  @Test func `J11 an unknown kind is parked, and runs again when a node knows it`() async throws {
    let id = try await fixture.enqueue()
    let other = JobHandler(kind: "other") { _, _ in .complete }
    try await fixture.running([other]) { _, events in
      await events.wait(for: "parked")
      let job = try #require(try await fixture.queue.get(id))
      #expect(job.state == .parked)
      #expect(job.attempt == 0)
      #expect(job.reason?.contains("no handler for kind 'work'") == true)
    }
    try await fixture.running([work { _ in .complete }]) { _, events in
      await events.wait(for: "completed", of: id)
    }
  }

  @Test(arguments: [
    (#"{"name":7}"#, 1, JobParking.undecodable), (#"{"name":"x"}"#, 2, .newerVersion), ("not JSON", 1, .undecodable),
  ])
  func `J11 what does not decode is parked`(payload: String, version: Int, parking: JobParking) async throws {
    let handler = JobHandler.on(Greet.self) { _, _ in }
    let receipt = try await fixture.queue.enqueue(kind: "greet", payload: Data(payload.utf8), version: version)
    try await fixture.running([handler]) { _, events in
      await events.wait(for: "parked")
      let job = try await fixture.queue.get(receipt.id)
      #expect(job?.parking == parking)
    }
  }

  private struct Sized: Job {
    static let kind = "sized"
    static let version = 2
    var bytes: Int

    static func migrate(_ payload: Data, from version: Int) throws -> Sized {
      Sized(bytes: try JSONDecoder().decode([String: Int].self, from: payload)["kilobytes", default: 0] * 1024)
    }
  }

  @Test func `an older payload is upgraded before it runs`() async throws {
    let handler = JobHandler.on(Sized.self) { [journal] job, _ in journal.add("\(job.bytes)") }
    try await fixture.queue.enqueue(kind: "sized", payload: Data(#"{"kilobytes":2}"#.utf8), version: 1)
    try await fixture.running([handler]) { _, events in await events.wait(for: "completed") }
    #expect(journal.all == ["2048"])
  }

  @Test func `SC7 a retry may carry a changed payload`() async throws {
    let policy = JobPolicy(maxAttempts: 3)
    let handler = JobHandler.on(Greet.self, policy: policy) { [journal] job, _ in
      journal.add(job.name)
      return job.name == "a" ? try .retry(after: .seconds(5), with: Greet(name: "b"), reason: "again") : .complete
    }
    try await fixture.running([handler]) { _, events in
      var options = JobOptions()
      options.maxAttempts = 3
      try await fixture.queue.enqueue(Greet(name: "a"), options: options)
      await events.wait(for: "failed")
      fixture.time.advance(by: .seconds(5))
      await events.wait(for: "completed")
    }
    #expect(journal.all == ["a", "b"])
  }

  @Test func `SC7 an older job that is retried with the newer payload is not upgraded twice`() async throws {
    let handler = JobHandler.on(Sized.self) { [journal] job, context in
      journal.add("\(job.bytes)")
      return context.attempt == 1 ? try .retry(after: .seconds(5), with: Sized(bytes: 7)) : .complete
    }
    var options = JobOptions()
    options.maxAttempts = 2
    let old = Data(#"{"kilobytes":2}"#.utf8)
    let id = try await fixture.queue.enqueue(kind: "sized", payload: old, version: 1, options: options).id
    try await fixture.running([handler]) { _, events in
      await events.wait(for: "failed")
      fixture.time.advance(by: .seconds(5))
      await events.wait(for: "completed")
    }
    #expect(journal.all == ["2048", "7"])
    _ = try await fixture.queue.retry(id, with: Sized(bytes: 9))
    #expect(try await fixture.queue.get(id)?.version == 2)
  }

  @Test func `a snoozed job comes again without having failed`() async throws {
    let handler = work { [journal] context in
      journal.add("\(context.attempt)")
      return journal.all.count < 3 ? .snooze(for: .seconds(60)) : .complete
    }
    try await fixture.running([handler]) { _, events in
      try await fixture.enqueue()
      for count in 1...2 {
        await events.wait(for: "snoozed", count)
        fixture.time.advance(by: .seconds(60))
      }
      await events.wait(for: "completed")
    }
    #expect(journal.all == ["1", "1", "1"])
  }
}
