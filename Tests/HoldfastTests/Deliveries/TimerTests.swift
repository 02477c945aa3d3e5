import Foundation
import HoldfastTesting
import Testing

@testable import Holdfast

/// What a service of timers owes to whoever relies on it (TM*), with real runners in virtual time. What only a kernel or
/// a file can show is tested there: TM5 to TM8 and TM13 in the tests of the SQLite store, sizes and speeds in Benchmarks.
@Suite(.timeLimit(.minutes(10))) struct TimerTests {
  private let fixture = DeliveryFixture()
  private let starts = Record<Start>()
  private var deliveries: Deliveries { fixture.deliveries }
  private var time: VirtualTimeline { fixture.time }

  /// The first line of a handler.
  private struct Start {
    let text: String
    let id: String
    let lateness: Duration
  }

  /// Writes down when each is handled; `gate`, if there is one, holds it then.
  private func handler(_ gate: Gate? = nil) -> JobHandler {
    fixture.handler(timeout: .seconds(100_000)) { [starts, time] note, delivery in
      let lateness = delivery.due.duration(to: time.wallTime)
      starts.add(Start(text: note.text, id: delivery.id, lateness: lateness))
      await gate?.pass()
      return ""
    }
  }

  @Test func `TM1 rows of the future cost an idle node neither memory nor questions, and the first is on time`()
    async throws
  {
    for number in 0..<5000 { try await deliveries.deliver(Note(), after: .seconds(7200 + number)) }
    try await fixture.running([handler()]) { runner, _ in
      let (hour, first) = (time.now.advanced(by: .seconds(3600)), time.now.advanced(by: .seconds(7200)))
      var wakes = 0
      while let next = time.nextDue, next <= hour {
        time.advance(to: next)
        wakes += 1
      }
      #expect(wakes <= 3600)
      #expect(runner.held == 0)
      time.advance(to: first)
      await starts.wait(for: 1)
      #expect(starts.all.map(\.lateness) == [.zero])
    }
  }

  @Test func `TM2 each of five hundred over ten seconds is handled at its very moment`() async throws {
    var random = SplitMix64(seed: 2)
    let delays = (0..<500).map { _ in Duration.microseconds(Int64.random(in: 0...10_000_000, using: &random)) }
    try await fixture.running([handler()], workers: 16) { _, _ in
      let begin = time.now
      for delay in delays { try await deliveries.deliver(Note(), after: delay) }
      for (index, delay) in delays.sorted().enumerated() {
        time.advance(to: begin.advanced(by: delay))
        await starts.wait(for: index + 1)
      }
    }
    #expect(starts.all.allSatisfy { $0.lateness == .zero }, "seed 2")
  }

  @Test func `TM3 a burst in one millisecond starts within 250 ms, in order for each key`() async throws {
    for number in 0..<1000 {
      var options = Deliveries.Options()
      options.job.executionKey = "k\(number % 10)"
      try await deliveries.deliver(Note("\(number)"), at: fixture.at(2000), options: options)
    }
    try await fixture.running([handler()], workers: 32) { _, events in
      time.advance(by: .milliseconds(2000))
      let begin = time.now
      while events.names.count(where: { $0 == "completed" }) < 1000 {
        time.advance(by: .milliseconds(1))
        // As long as the runner works at what it has, no time passes.
        for _ in 0..<1000 where starts.all.count < 1000 { await Task.yield() }
      }
      #expect(begin.duration(to: time.now) <= .milliseconds(250))
    }
    let numbers = starts.all.compactMap { Int($0.text) }
    for key in 0..<10 {
      let ours = numbers.filter { $0 % 10 == key }
      #expect(ours == ours.sorted() && ours.count == 100, "\(ours)")
    }
  }

  @Test func `TM4 what is due before everything that was taken ahead fires first, whoever hands it in`() async throws {
    try await fixture.running([handler()]) { first, _ in
      try await deliveries.deliver(Note("later"), after: .milliseconds(500))
      while first.held < 1 { await Task.yield() }
      try await deliveries.deliver(Note("here"), after: .milliseconds(5))
      time.advance(by: .milliseconds(5))
      await starts.wait(for: 1)
      // The same store, as another node sees it.
      let elsewhere = Deliveries(JobQueue(fixture.jobs.store))
      try await elsewhere.deliver(Note("there"), after: .milliseconds(5))
      time.advance(by: .milliseconds(5))
      await starts.wait(for: 2)
      time.advance(by: .milliseconds(490))
      await starts.wait(for: 3)
    }
    #expect(starts.all.map(\.text) == ["here", "there", "later"])
    #expect(starts.all.map(\.lateness) == [.zero, .zero, .zero])
  }

  @Test func `TM9 what was taken ahead is on time without the store; the rest waits for it, and none is lost`()
    async throws
  {
    let faulty = FaultyStore(fixture.jobs.store)
    let runner = try JobRunner(faulty, handlers: [handler()])
    let events = JobRecorder(runner)
    let run = Task { try await runner.run() }
    while try await faulty.nodes().isEmpty { await Task.yield() }
    try await deliveries.deliver(Note("taken"), after: .milliseconds(500))
    while runner.held < 1 { await Task.yield() }
    faulty.fail(.exchange, with: StoreError(.unavailable, store: "test", "gone"))
    try await deliveries.deliver(Note("waits"), after: .seconds(5))
    // Retries come at any nanosecond, and the wall clock counts microseconds.
    time.advance(by: .milliseconds(501))
    await starts.wait(for: 1)
    #expect(starts.all.allSatisfy { $0.lateness >= .zero && $0.lateness <= .milliseconds(1) })
    for _ in 0..<300 { time.advance(by: .milliseconds(100)) }
    #expect(starts.all.map(\.text) == ["taken"])
    faulty.heal()
    while events.names.count(where: { $0 == "completed" }) < 2 {
      time.advance(by: .milliseconds(100))
      await Task.yield()
    }
    #expect(starts.all.map(\.text) == ["taken", "waits"])
    runner.stop(within: .zero)
    try await run.value
  }

  @Test func `TM11 a backlog holds no more in memory than the window, and what is on time is on time`() async throws {
    var options = JobRunner.Options()
    options.window = 50
    for _ in 0..<2000 { try await deliveries.deliver(Note("late"), at: fixture.at(-60_000)) }
    try await fixture.running([handler()], workers: 4, options: options) { runner, events in
      for number in 1...20 {
        try await deliveries.deliver(Note("on time"), after: .milliseconds(5))
        time.advance(by: .milliseconds(5))
        #expect(runner.held <= 50)
        await starts.wait { $0.count { $0.text == "on time" } >= number }
      }
      #expect(starts.all.filter { $0.text == "on time" }.allSatisfy { $0.lateness <= .milliseconds(5) })
      while events.names.count(where: { $0 == "completed" }) < 2020 {
        time.advance(by: .milliseconds(1))
        #expect(runner.held <= 50)
        await Task.yield()
      }
    }
  }

  @Test func `TM12 nodes that are replaced one after the other hand over what they took within 200 ms`() async throws {
    for number in 1...150 { try await deliveries.deliver(Note("\(number)"), after: .milliseconds(10 * number)) }
    var nodes: [RunningNode] = []
    for _ in 0..<3 { nodes.append(try RunningNode(fixture.jobs.store, handler())) }
    while try await fixture.jobs.store.nodes().count < 3 { await Task.yield() }
    for number in 1...150 {
      time.advance(by: .milliseconds(10))
      if number % 40 == 0 {
        try await nodes.removeFirst().stop()
        nodes.append(try RunningNode(fixture.jobs.store, handler()))
      }
      var turns = 0
      while starts.all.count < number {
        await Task.yield()
        turns += 1
        // Nothing that waits for a moment is left waiting.
        if turns.isMultiple(of: 1000) { time.advance(by: .milliseconds(1)) }
      }
    }
    for node in nodes { try await node.stop() }
    #expect(starts.all.count == 150 && Set(starts.all.map(\.id)).count == 150)
    #expect(starts.all.allSatisfy { $0.lateness >= .zero && $0.lateness <= .milliseconds(200) })
  }

  /// A runner that is drained at its end, as a rolling deploy does.
  private struct RunningNode {
    let runner: JobRunner
    let run: Task<Void, any Error>

    init(_ store: MemoryStore, _ handler: JobHandler) throws {
      let runner = try JobRunner(store, handlers: [handler], queues: [.init(workers: 4)])
      self.runner = runner
      run = Task { try await runner.run() }
    }

    func stop() async throws {
      runner.stop(within: .seconds(5))
      try await run.value
    }
  }
}
