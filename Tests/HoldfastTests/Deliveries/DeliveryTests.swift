import Foundation
import Holdfast
import HoldfastTesting
import Synchronization
import Testing

/// The contract of a scheduler of messages (SC*), with real tasks in virtual time.
@Suite(.timeLimit(.minutes(10))) struct DeliveryTests {
  private let fixture = DeliveryFixture()
  private var deliveries: Deliveries { fixture.deliveries }
  private var time: VirtualTimeline { fixture.time }

  @Test func `SC1 a delivery is stored before the call returns and fires at its time, once`() async throws {
    let seen = Mutex<[(Duration, Bool)]>([])
    let handler = fixture.handler({ note, delivery in
      seen.withLock { $0.append((delivery.lateness, delivery.isLate)) }
      return note.text
    })
    try await fixture.running([handler]) { _, events in
      let receipt = try await deliveries.deliver(Note(), after: .milliseconds(50), id: "a")
      #expect(receipt == .scheduled(1))
      #expect(try await deliveries.get(id: "a")?.due == fixture.at(50))
      time.advance(by: .milliseconds(49))
      #expect(events.names == [])
      time.advance(by: .milliseconds(1))
      await events.wait(for: "completed")
      #expect(fixture.log.all == ["1 hello", "answered hello"])
      #expect(seen.withLock { $0.first?.0 } == .zero)
      #expect(seen.withLock { $0.first?.1 } == false)
    }
  }

  @Test func `SC1 one whose time has passed fires at once and says how late it is`() async throws {
    let lateness = Mutex<Duration?>(nil)
    let handler = fixture.handler({ note, delivery in
      #expect(delivery.isLate)
      lateness.withLock { $0 = delivery.lateness }
      return note.text
    })
    try await fixture.running([handler]) { _, events in
      try await deliveries.deliver(Note(), at: fixture.at(-5))
      await events.wait(for: "completed")
      #expect(lateness.withLock { $0 } == .milliseconds(5))
    }
  }

  @Test func `SC2 each of ten thousand fires once and never early, whenever it was handed in`() async throws {
    var random = SplitMix64(seed: 20_260)
    let fired = Mutex<[String: Int]>([:])
    let early = Mutex(0)
    let handler = fixture.handler({ [time] note, delivery in
      fired.withLock { $0[note.text, default: 0] += 1 }
      if delivery.due > time.wallTime { early.withLock { $0 += 1 } }
      return ""
    })
    var options = JobRunner.Options()
    options.window = 50
    try await fixture.running([handler], workers: 8, options: options) { runner, events in
      for number in 0..<10_000 {
        let delay = Duration.milliseconds(Int64.random(in: 0...4000, using: &random))
        try await deliveries.deliver(Note("\(number)"), after: delay)
        if number.isMultiple(of: 7) { time.advance(by: .milliseconds(Int64.random(in: 0...9, using: &random))) }
        if number.isMultiple(of: 100) { #expect(runner.held <= 50) }
      }
      while fired.withLock({ $0.count }) < 10_000 {
        time.advance(by: .milliseconds(10))
        await Task.yield()
      }
      await events.wait(for: "completed", 10_000)
      #expect(fired.withLock { $0.values.allSatisfy { $0 == 1 } }, "seed 20260")
      #expect(early.withLock { $0 } == 0)
    }
  }

  @Test func `SC3 however many are stored and however long it runs, a bounded number is in memory`() async throws {
    var options = JobRunner.Options()
    options.window = 20
    try await fixture.running([fixture.handler()], options: options) { runner, _ in
      for number in 0..<2000 { try await deliveries.deliver(Note(), after: .seconds(100_000 + number)) }
      for _ in 0..<10_000 {
        time.advance(by: .milliseconds(100))
        #expect(runner.held == 0)
      }
      #expect(fixture.log.all == [])
    }
  }

  @Test func `SC4 an id is delivered once; a second time it answers with the first`() async throws {
    try await fixture.running([fixture.handler()]) { runner, events in
      try await deliveries.deliver(Note("first"), after: .seconds(5), id: "a")
      guard case .duplicate(let existing) = try await deliveries.deliver(Note("second"), after: .seconds(9), id: "a")
      else {
        Issue.record("not a duplicate")
        return
      }
      #expect((existing.id, existing.state, existing.due) == ("a", .queued, fixture.at(5000)))
      time.advance(by: .seconds(5))
      await events.wait(for: "completed")
      #expect(try await deliveries.deliver(Note("third"), after: .zero, id: "a").job == 1)
      var options = Deliveries.Options()
      options.reuse = .afterEnd
      #expect(try await deliveries.deliver(Note("fourth"), after: .zero, id: "a", options: options) == .scheduled(2))
      await events.wait(for: "completed", of: 2)
      #expect(fixture.log.all == ["1 first", "answered first", "1 fourth", "answered fourth"])
      #expect(runner.held == 0)
    }
  }

  @Test func `SC5 a store that cannot be reached for 30 s loses nothing and stops nobody`() async throws {
    let faulty = FaultyStore(fixture.jobs.store)
    let runner = try JobRunner(faulty, handlers: [fixture.handler()])
    let events = JobRecorder(runner)
    let run = Task { try await runner.run() }
    while try await faulty.nodes().isEmpty { await Task.yield() }
    try await deliveries.deliver(Note(), after: .seconds(5))
    faulty.fail(.exchange, with: StoreError(.unavailable, store: "test", "gone"))
    for _ in 0..<300 { time.advance(by: .milliseconds(100)) }
    #expect(runner.snapshot.trouble != nil)
    #expect(fixture.log.all == [])
    faulty.heal()
    // An exchange may just be failing on another thread, so time goes on until it was tried again.
    while !events.names.contains("completed") {
      time.advance(by: .milliseconds(100))
      await Task.yield()
    }
    #expect(runner.snapshot.trouble == nil)
    runner.stop(within: .zero)
    try await run.value
  }

  @Test func `SC6 a response that throws fails that attempt and nothing else`() async throws {
    let policy = JobPolicy(retry: .levels([.milliseconds(100)]))
    let handler = fixture.handler(policy: policy) { note, _ in
      note.text
    } decide: { _, delivery in
      if delivery.attempts == 1, delivery.id == "bad" { throw Unhandled() }
      return .done
    }
    try await fixture.running([handler]) { runner, events in
      let node = runner.snapshot.node
      try await deliveries.deliver(Note("bad"), after: .zero, id: "bad")
      try await deliveries.deliver(Note("good"), after: .milliseconds(50), id: "good")
      await events.wait(for: "failed", of: 1)
      #expect(try await fixture.jobs.queue.failures(of: 1).map(\.message) == ["unhandled"])
      time.advance(by: .milliseconds(100))
      await events.wait(for: "completed", 2)
      #expect(try await deliveries.get(id: "bad")?.attempts == 2)
      #expect(runner.snapshot.node == node)
    }
  }

  @Test func `SC7 a response asks for another try with a changed message; the id and the assigns stay`() async throws {
    let assigns = Mutex<[[String: String]]>([])
    let handler = fixture.handler { note, delivery in
      assigns.withLock { $0.append(delivery.assigns) }
      return note.text
    } decide: { response, delivery in
      delivery.attempts < 3 ? .retry(in: .milliseconds(50), with: Note("try \(delivery.attempts + 1)")) : .done
    }
    try await fixture.running([handler]) { _, events in
      var options = Deliveries.Options()
      options.assigns = ["tenant": "7"]
      try await deliveries.deliver(Note("try 1"), after: .zero, id: "a", options: options)
      for attempt in 1...2 {
        await events.wait(for: "failed", attempt)
        #expect(try await deliveries.get(id: "a")?.due == fixture.at(50))
        time.advance(by: .milliseconds(50))
      }
      await events.wait(for: "completed")
      #expect(
        fixture.log.all.filter { $0.contains("try") && !$0.hasPrefix("answered") } == [
          "1 try 1", "2 try 2", "3 try 3",
        ])
      #expect(assigns.withLock { $0 } == Array(repeating: ["tenant": "7"], count: 3))
    }
  }

  @Test func `SC7 attempts end, and it says so; the message's policy or the delivery sets how many`() async throws {
    let handler = fixture.handler(decide: { _, _ in .retry(in: .zero) })
    try await fixture.running([handler]) { _, events in
      try await deliveries.deliver(Note(), after: .zero, id: "a")
      var options = Deliveries.Options()
      options.attempts = 2
      try await deliveries.deliver(Note(), after: .zero, id: "b", options: options)
      await events.wait(for: "discarded", 2)
      #expect(try await deliveries.get(id: "a")?.attempts == 20)
      #expect(try await deliveries.get(id: "b")?.attempts == 2)
    }
  }

  @Test func `SC8 deliveries that are on time do not wait behind a backlog`() async throws {
    let order = Mutex<[String]>([])
    let gate = Gate()
    let handler = fixture.handler(timeout: .seconds(100_000)) { note, _ in
      let count = order.withLock { order in
        order.append(note.text)
        return order.count
      }
      if note.text == "late", count > 50 { await gate.pass() }
      return ""
    }
    for _ in 0..<300 { try await deliveries.deliver(Note("late"), at: fixture.at(-60_000)) }
    for number in 0..<2 { try await deliveries.deliver(Note("on time \(number)"), after: .milliseconds(1 + number)) }
    try await fixture.running([handler], workers: 2) { _, events in
      await gate.waitFor(2)
      time.advance(by: .milliseconds(10))
      gate.open()
      await events.wait(for: "completed", 302)
      #expect(order.withLock { order in order.indices.filter { order[$0] != "late" } } == [52, 53])
    }
  }

  /// A store that has more than was asked for is asked again a moment later, so time goes on.
  private func untilCompleted(_ count: Int, _ events: JobRecorder) async {
    while events.names.count(where: { $0 == "completed" }) < count {
      time.advance(by: .milliseconds(1))
      await Task.yield()
    }
  }

  @Test(arguments: [3600, -3600]) func `SC9 TM7 wall clock steps make nothing early and nothing twice`(
    step: Int
  ) async throws {
    let early = Mutex(0)
    let handler = fixture.handler({ [time] _, delivery in
      if delivery.due > time.wallTime { early.withLock { $0 += 1 } }
      return ""
    })
    try await fixture.running([handler]) { _, events in
      for number in 1...60 { try await deliveries.deliver(Note("\(number)"), after: .seconds(60 * number)) }
      time.stepWall(by: .seconds(step))
      if step > 0 {
        await untilCompleted(60, events)
      } else {
        time.advance(by: .seconds(3600))
        #expect(fixture.log.all == [])
        for count in 1...60 {
          time.advance(by: .seconds(60))
          await untilCompleted(count, events)
        }
      }
      time.advance(by: .seconds(7200))
      #expect(fixture.log.all.count { $0.hasPrefix("1 ") } == 60)
      #expect(early.withLock { $0 } == 0)
    }
  }

  @Test func `SC10 of three nodes one delivers what another handed in, at its time`() async throws {
    let gate = Gate()
    let handler = fixture.handler({ note, _ in
      await gate.pass()
      return note.text
    })
    try await fixture.running([handler]) { _, _ in
      try await fixture.running([handler]) { _, _ in
        try await fixture.running([handler]) { _, _ in
          try await deliveries.deliver(Note(), after: .milliseconds(20), id: "a")
          time.advance(by: .milliseconds(20))
          await gate.waitFor(1)
          time.advance(by: .seconds(2))
          gate.open()
        }
      }
    }
    #expect(fixture.log.all.count { $0 == "1 hello" } == 1)
  }
}
