import Foundation
import Holdfast
import HoldfastTesting
import Synchronization
import Testing

/// The contract of messages and their dispatch (MS*), and what can be asked and done (SC11, TM*).
@Suite(.timeLimit(.minutes(10))) struct DeliveryMessageTests {
  private let fixture = DeliveryFixture()
  private var deliveries: Deliveries { fixture.deliveries }
  private var time: VirtualTimeline { fixture.time }

  @Test func `MS1 what a message causes keeps its correlation and names it as the cause`() async throws {
    let handler = fixture.handler({ [deliveries] note, delivery in
      if note.text != "child of child" { try await deliveries.deliver(Note("child of " + note.text), after: .zero) }
      return ""
    })
    try await fixture.running([handler]) { _, events in
      try await deliveries.deliver(Note("child"), after: .zero)
      await events.wait(for: "completed", 2)
      var options = Deliveries.Options()
      (options.correlation, options.causation) = ("order-1", "click")
      try await deliveries.deliver(Note("child of child"), after: .zero, options: options)
      await events.wait(for: "completed", 3)
      var all = JobQuery()
      all.newestFirst = false
      let found = try await deliveries.list(all).deliveries
      #expect(found.map(\.correlation) == ["1", "1", "order-1"])
      #expect(found.map(\.causation) == ["1", "1", "click"])
    }
  }

  @Test func `MS2 a halted message is not stored, and never handled`() async throws {
    let handler = fixture.handler(decide: { _, _ in .retry(in: .zero, with: Note("over", isHalted: true)) })
    try await fixture.running([handler]) { _, events in
      #expect(try await deliveries.deliver(Note(isHalted: true), after: .zero) == .halted)
      #expect(try await deliveries.list().deliveries.isEmpty)
      try await deliveries.deliver(Note(), after: .zero)
      await events.wait(for: "completed")
      #expect(fixture.log.all == ["1 hello", "answered hello"])
    }
  }

  @Test func `MS3 a message that nobody handles is parked, visibly, until somebody does`() async throws {
    try await fixture.running([]) { _, events in
      try await deliveries.deliver(Note(), after: .zero, id: "a")
      await events.wait(for: "parked")
      let job = try await deliveries.get(id: "a")?.job
      #expect(job?.parking == .unknownKind)
      #expect(job?.reason?.contains("note") == true)
      #expect(job?.attempt == 0)
      #expect(try await deliveries.reschedule(id: "a", to: fixture.at(5)) == .parked)
    }
    try await fixture.running([fixture.handler()]) { _, events in await events.wait(for: "completed") }
  }

  @Test func `MS4 a slow handler is a response at exactly its time, and is asked to stop`() async throws {
    let started = Gate()
    let decided = Gate()
    let handler = fixture.handler(timeout: .milliseconds(200)) { [time] note, _ in
      started.open()
      await started.pass()
      try await time.sleep(for: .seconds(100_000))
      return note.text
    } decide: { [time] response, _ in
      #expect(!Task.isCancelled)
      #expect(time.now == Instant(nanoseconds: 200_000_000))
      decided.open()
      await decided.pass()
      return .retry(in: .milliseconds(50))
    }
    try await fixture.running([handler]) { _, events in
      try await deliveries.deliver(Note(), after: .zero, id: "a")
      await started.waitFor(1)
      time.advance(by: .milliseconds(199))
      #expect(fixture.log.all == ["1 hello"])
      time.advance(by: .milliseconds(1))
      await decided.waitFor(1)
      await events.wait(for: "failed")
      #expect(fixture.log.all == ["1 hello", "timed out 0.2 seconds"])
      #expect(try await deliveries.get(id: "a")?.due == fixture.at(50))
    }
  }

  @Test func `MS4 a late answer reaches nobody; its decision stands, and its worker comes free after the grace`()
    async throws
  {
    let gate = Gate()
    let policy = JobPolicy(grace: .seconds(2))
    let handler = fixture.handler(timeout: .seconds(1), policy: policy) { note, delivery in
      if delivery.id == "slow", delivery.attempts == 1 { await gate.pass() }
      return note.text
    } decide: { response, _ in
      if case .timedOut = response { .retry(in: .seconds(10)) } else { .done }
    }
    try await fixture.running([handler], workers: 1) { runner, events in
      try await deliveries.deliver(Note("slow"), after: .zero, id: "slow")
      await gate.waitFor(1)
      time.advance(by: .seconds(1))
      while !runner.hasDecided { await Task.yield() }
      time.advance(by: .seconds(2))
      await events.wait(for: "failed", of: 1)
      #expect(try await deliveries.get(id: "slow")?.due == fixture.at(10_000))
      #expect(runner.snapshot.pools[0].abandoned == 1)
      try await deliveries.deliver(Note("quick"), after: .zero)
      await events.wait(for: "completed", of: 2)
      gate.open()
      await events.wait(for: "endedLate")
      time.advance(by: .seconds(10))
      await events.wait(for: "completed", of: 1)
      #expect(
        fixture.log.all == [
          "1 slow", "timed out 1.0 seconds", "1 quick", "answered quick", "2 slow", "answered slow",
        ])
    }
  }

  @Test func `MS5 a handler that throws is a response at once`() async throws {
    let handler = fixture.handler { _, _ in
      throw Unhandled()
    } decide: { _, _ in
      .fail("no use")
    }
    try await fixture.running([handler]) { _, events in
      try await deliveries.deliver(Note(), after: .zero, id: "a")
      await events.wait(for: "discarded")
      #expect(time.now == .zero)
      #expect(fixture.log.all == ["1 hello", "failed unhandled"])
      #expect(try await deliveries.get(id: "a")?.job.reason == "no use")
      #expect(try await deliveries.cancel(id: "a") == .alreadyFailed)
    }
  }

  @Test func `a delivery that is cancelled while it is handled hears no response`() async throws {
    let gate = Gate()
    let handler = fixture.handler({ [time] note, _ in
      gate.open()
      await gate.pass()
      try await time.sleep(for: .seconds(100_000))
      return note.text
    })
    try await fixture.running([handler]) { _, events in
      try await deliveries.deliver(Note(), after: .zero, id: "a")
      await gate.waitFor(1)
      #expect(try await deliveries.cancel(id: "a") == .stopping)
      await events.wait(for: "cancelled")
      #expect(try await deliveries.cancel(id: "a") == .cancelled)
      #expect(fixture.log.all == ["1 hello"])
    }
  }

  @Test func `SC11 deliveries are cancelled, moved, triggered and listed, by id or number`() async throws {
    try await fixture.running([fixture.handler()]) { _, events in
      for name in ["a", "b", "c"] { try await deliveries.deliver(Note(name), after: .seconds(60), id: name) }
      try await deliveries.deliver(Note("d"), after: .seconds(60))
      #expect(try await deliveries.list().deliveries.map(\.id) == ["4", "c", "b", "a"])
      for _ in 0..<2 { #expect(try await deliveries.cancel(id: "a") == .cancelled) }
      #expect(try await deliveries.reschedule(id: "a", to: fixture.at(5)) == .alreadyCancelled)
      #expect(try await deliveries.reschedule(id: "b", to: fixture.at(120_000)) == .moved)
      #expect(try await deliveries.trigger(id: "4") == .moved)
      await events.wait(for: "completed", of: 4)
      #expect(try await deliveries.trigger(id: "4") == .alreadyDelivered)
      #expect(try await deliveries.cancel(id: "4") == .alreadyDelivered)
      #expect(try await deliveries.cancel(id: "nobody") == .unknown)
      #expect(try await deliveries.reschedule(id: "77", to: fixture.at(5)) == .unknown)
      time.advance(by: .seconds(60))
      await events.wait(for: "completed", of: 3)
      time.advance(by: .seconds(60))
      await events.wait(for: "completed", of: 2)
      #expect(fixture.log.all.filter { $0.hasPrefix("1") } == ["1 d", "1 c", "1 b"])
    }
  }

  @Test func `TM10 whoever hears cancelled knows that it never fires`() async throws {
    let fired = Mutex<Set<String>>([])
    let handler = fixture.handler({ note, _ in
      _ = fired.withLock { $0.insert(note.text) }
      return ""
    })
    var random = SplitMix64(seed: 10)
    try await fixture.running([handler]) { _, events in
      var results: [String: DeliveryCancellation] = [:]
      for number in 0..<2000 {
        let id = "d\(number)"
        try await deliveries.deliver(Note(id), after: .milliseconds(Int64.random(in: 0...3, using: &random)), id: id)
        time.advance(by: .milliseconds(Int64.random(in: 0...2, using: &random)))
        results[id] = try await deliveries.cancel(id: id)
      }
      time.advance(by: .seconds(5))
      await events.wait { seen in seen.count { $0.name == "completed" || $0.name == "cancelled" } >= 2000 }
      for (id, result) in results {
        let state = try await deliveries.get(id: id)?.state
        let hasFired = fired.withLock { $0.contains(id) }
        switch result {
        case .cancelled: #expect(state == .cancelled && !hasFired, "\(id), seed 10")
        case .alreadyDelivered: #expect(state == .completed && hasFired, "\(id), seed 10")
        case .stopping: #expect(state?.isFinal == true, "\(id), seed 10")
        case .alreadyFailed, .unknown: Issue.record("\(id) is \(result), seed 10")
        }
      }
    }
  }
}
