import HoldfastTesting
import Testing

@testable import Holdfast

/// What a node has reserved and not begun, when its process was stopped or its store was gone for longer than its lease.
@Suite(.timeLimit(.minutes(10))) struct LapsedLeaseTests {
  private static let nanosecond = Duration.nanoseconds(1)

  @Test(
    "TM9 a job that was taken ahead begins while the lease stands, and goes back unbegun once it has lapsed",
    arguments: [
      (Duration.milliseconds(500), true), (.seconds(29), true), (.seconds(30) - nanosecond, true),
      (.seconds(30), false), (.seconds(31), false), (.seconds(3600), false),
    ])
  func takenAhead(stopped: Duration, begins: Bool) {
    var fixture = RunnerMachineFixture()
    fixture.round([fixture.job(dueIn: .milliseconds(500))])
    let effects = fixture.pass(stopped)
    #expect(effects.startedIDs == (begins ? [1] : []))
    #expect((effects.wake == .now) == (!begins || stopped >= .seconds(10)))
    #expect(fixture.exchange()?.settlements.map(\.verdict) == (begins ? [] : [.returned]))
  }

  @Test("TM9 a job in reserve does not begin after the lease, whichever event would begin it") func inReserve() {
    var fixture = RunnerMachineFixture([.init(workers: 1)])
    let first = fixture.round(fixture.jobs(3)).effects.starts[0]
    fixture.now = fixture.now.advanced(by: .seconds(30))
    #expect(fixture.end(first).startedIDs == [])
    #expect(fixture.exchange()?.settlements.map(\.verdict) == [.completed(output: nil), .returned, .returned])
  }

  @Test("TM9 what an exchange brings is not begun when the process was stopped before it heard of it") func late() {
    var fixture = RunnerMachineFixture()
    #expect(fixture.exchange() != nil)
    fixture.now = fixture.now.advanced(by: .seconds(30))
    let claims = fixture.jobs(1)
    let effects = fixture.machine.succeeded(
      JobExchangeReply(now: fixture.wall), claims: claims, at: fixture.moment)
    #expect(effects.startedIDs == [] && effects.wake == .now)
    #expect(fixture.round(fixture.jobs(1)).effects.startedIDs == [2])
  }

  @Test("TM9 the lease counts from when the last exchange began, and each that succeeds moves it") func renewed() {
    var fixture = RunnerMachineFixture([.init(workers: 1)])
    let first = fixture.round(fixture.jobs(2)).effects.starts[0]
    _ = fixture.pass(.seconds(20))
    fixture.round()
    _ = fixture.pass(.seconds(20))
    _ = fixture.exchange()
    _ = fixture.machine.failed(
      StoreError(.unavailable, store: "test", "gone"), at: fixture.now, using: &fixture.generator)
    _ = fixture.pass(.seconds(9))
    #expect(fixture.end(first).startedIDs == [2])
  }

  @Test("TM9 law 3 a node that its store has forgotten lets its reserve go: another runs it, once")
  func twoNodes() async throws {
    let jobs = JobFixture()
    let (faulty, gate, ran) = (FaultyStore(jobs.store), Gate(), Record<String>())
    let first = JobHandler(kind: "work") { _, context in
      ran.add("first \(context.job.name ?? "")")
      if context.job.name == "blocks" { await gate.pass() }
      return .complete
    }
    let other = JobHandler(kind: "work") { _, context in
      ran.add("second \(context.job.name ?? "")")
      return .complete
    }
    let runner = try JobRunner(faulty, handlers: [first], queues: [.init(workers: 2)])
    let events = JobRecorder(runner)
    let run = Task { try await runner.run() }
    while try await jobs.store.nodes().isEmpty { await Task.yield() }
    for (name, priority) in [("blocks", 1), ("waits", 0)] {
      try await jobs.enqueue { ($0.name, $0.priority, $0.start) = (name, priority, .after(.milliseconds(500))) }
    }
    while runner.held < 2 { await Task.yield() }
    try runner.reconfigure([.init(workers: 1)])
    jobs.time.advance(by: .milliseconds(501))
    await gate.waitFor(1)
    faulty.fail(.exchange, with: StoreError(.unavailable, store: "test", "gone"))
    try await jobs.running([other]) { _, others in
      jobs.time.advance(by: .seconds(30))
      while others.names.count(where: { $0 == "completed" }) < 2 {
        jobs.time.advance(by: .milliseconds(100))
        await Task.yield()
      }
      gate.open()
      while runner.held > 0 { await Task.yield() }
      faulty.heal()
      while events.names.count(where: { $0 == "stale" }) < 2 {
        jobs.time.advance(by: .seconds(1))
        await Task.yield()
      }
    }
    runner.stop(within: .zero)
    try await run.value
    #expect(ran.all == ["first blocks", "second blocks", "second waits"])
  }
}
