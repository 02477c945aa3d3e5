import HoldfastTesting
import Testing

@testable import Holdfast

/// Deadlines, abandoned tasks, and the end.
struct RunnerMachineStopTests {
  private let limits = RunLimits(timeout: .seconds(10), grace: .seconds(2))

  @Test func `T8 a run that takes too long is asked to stop; one that does not loses its worker`() {
    var fixture = RunnerMachineFixture([.init(workers: 1)])
    let claims = fixture.jobs(2, limits: limits)
    let start = fixture.round(claims).effects.starts[0]
    #expect(fixture.pass(.seconds(10)).stops.map(\.cause) == [.timeout(.seconds(10))])
    let effects = fixture.pass(.seconds(2))
    #expect(effects.overdue.map(\.cause) == [.timeout(.seconds(10))])
    #expect(effects.startedIDs == [2])
    #expect(fixture.machine.pools[0].abandoned == 1)
    _ = fixture.machine.settle(start.key, .returned, at: fixture.now)
    #expect(fixture.round().effects.conclusions.count == 1)
    let late = fixture.end(start)
    #expect(late.late.count == 1)
    #expect(fixture.machine.pools[0].abandoned == 0)
    #expect(fixture.exchange()?.settlements.isEmpty == true)
  }

  @Test func `C2 D1 a drain waits for hooks that hear of jobs cancelled before they ran`() {
    var fixture = RunnerMachineFixture { $0.hasHooks = true }
    let cancelled = fixture.job().job
    fixture.round { $0.cancelled = [cancelled, cancelled] }
    #expect(!fixture.machine.drain(within: .seconds(10), at: fixture.now).hasDrained)
    #expect(!fixture.machine.told(1, at: fixture.now).hasDrained)
    #expect(fixture.machine.told(1, at: fixture.now).hasDrained)
  }

  @Test func `a run that stops within its grace is settled once`() {
    var fixture = RunnerMachineFixture([.init(workers: 1)])
    let start = fixture.round(fixture.jobs(1, limits: limits)).effects.starts[0]
    _ = fixture.pass(.seconds(10))
    _ = fixture.end(start)
    #expect(fixture.pass(.seconds(2)).overdue.isEmpty)
    #expect(fixture.exchange()?.settlements.count == 1)
  }

  @Test func `a heartbeat moves the deadline of silence`() {
    var fixture = RunnerMachineFixture([.init(workers: 1)])
    let start = fixture.round(fixture.jobs(1, limits: RunLimits(heartbeat: .seconds(3)))).effects.starts[0]
    for _ in 0..<5 {
      #expect(fixture.pass(.seconds(2)).stops.isEmpty)
      fixture.machine.heard(start.key, nil, at: fixture.now)
    }
    #expect(fixture.pass(.seconds(3)).stops.map(\.cause) == [.silent(.seconds(3))])
  }

  @Test func `a pool with too many abandoned tasks takes no more, until they end`() {
    var fixture = RunnerMachineFixture([.init(workers: 1)])
    var stuck: [(key: RunKey, reservation: Reservation)] = []
    for _ in 0..<4 {
      let start = fixture.round(fixture.jobs(1, limits: limits)).effects.starts[0]
      _ = fixture.pass(.seconds(10))
      _ = fixture.pass(.seconds(2))
      _ = fixture.machine.settle(start.key, .returned, at: fixture.now)
      stuck.append(start)
    }
    fixture.round()
    #expect(fixture.exchange()?.demands.isEmpty != false)
    fixture.machine.isExchanging = false
    #expect(fixture.end(stuck[0]).wake == .now)
    #expect(fixture.exchange()?.demands.first?.count == 1)
  }

  @Test func `a million short runs with long timeouts leave one deadline a slot`() {
    var fixture = RunnerMachineFixture([.init(workers: 1)])
    for _ in 0..<1000 {
      let start = fixture.round(fixture.jobs(1, limits: limits)).effects.starts[0]
      _ = fixture.end(start)
    }
    fixture.round()
    #expect(fixture.machine.nextTimer(at: fixture.moment) == .zero.advanced(by: .seconds(10)))
    #expect(fixture.pass(.seconds(10)).stops.isEmpty)
    #expect(fixture.machine.nextTimer(at: fixture.moment) == nil)
  }

  @Test func `D1 a drain returns what did not begin, waits, then cancels and returns the rest`() {
    var fixture = RunnerMachineFixture([.init(workers: 2)])
    let starts = fixture.round(fixture.jobs(3)).effects.starts
    #expect(fixture.machine.drain(within: .seconds(30), at: fixture.now).wake == .now)
    let asked = fixture.round().asked
    #expect(asked?.settlements.map(\.verdict) == [.returned])
    #expect(asked?.demands.isEmpty == true)
    #expect(!fixture.end(starts[0]).hasDrained)
    #expect(!fixture.round().effects.hasDrained)
    #expect(fixture.pass(.seconds(30)).stops.map(\.cause) == [.drained])
    _ = fixture.machine.ended(starts[1].key, .returned, at: fixture.now)
    #expect(fixture.round().effects.hasDrained)
  }

  @Test func `L10 a drain ends although a task does not`() {
    var fixture = RunnerMachineFixture([.init(workers: 1)])
    let start = fixture.round(fixture.jobs(1)).effects.starts[0]
    #expect(fixture.machine.drain(within: .zero, at: fixture.now).stops.count == 1)
    #expect(fixture.pass(.seconds(5)).overdue.count == 1)
    _ = fixture.machine.settle(start.key, .returned, at: fixture.now)
    #expect(fixture.round().effects.hasDrained)
  }

  @Test func `L10 a drain ends although the store does not answer`() {
    var fixture = RunnerMachineFixture([.init(workers: 1)])
    let start = fixture.round(fixture.jobs(1)).effects.starts[0]
    _ = fixture.machine.drain(within: .zero, at: fixture.now)
    _ = fixture.end(start)
    _ = fixture.exchange()
    #expect(!fixture.pass(.seconds(9)).hasDrained)
    #expect(fixture.pass(.seconds(1)).hasDrained)
  }

  @Test func `a second drain can only be more urgent`() {
    var fixture = RunnerMachineFixture([.init(workers: 1)])
    fixture.round(fixture.jobs(1))
    _ = fixture.machine.drain(within: .seconds(10), at: fixture.now)
    _ = fixture.machine.drain(within: .seconds(60), at: fixture.now)
    #expect(fixture.machine.mode == .draining(until: .zero.advanced(by: .seconds(10))))
    #expect(fixture.machine.drain(within: .zero, at: fixture.now).stops.count == 1)
  }

  /// Any mixture of events keeps the bounds, settles each run once, and ends.
  @Test(arguments: 0..<40) func `whatever happens, limits hold and everything is settled once`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var fixture = RunnerMachineFixture([.init(workers: 3)]) { $0.window = 12 }
    var world = RunnerWorld()
    for _ in 0..<400 { world.step(&fixture, &random) }
    let total = fixture.machine.window.count - fixture.machine.leaked
    #expect(total <= 12, "seed \(seed)")
    world.finish(&fixture)
    #expect(world.settled.values.allSatisfy { $0 == 1 }, "seed \(seed)")
    #expect(world.settled.count == Int(fixture.last), "seed \(seed)")
    #expect(world.hasDrained, "seed \(seed)")
  }
}

/// A store and tasks that do anything a real one could.
private struct RunnerWorld {
  var running: [(key: RunKey, reservation: Reservation)] = []
  var settled: [JobID: Int] = [:]
  var hasDrained = false

  mutating func step(_ fixture: inout RunnerMachineFixture, _ random: inout SplitMix64) {
    switch Int.random(in: 0..<10, using: &random) {
    case 0..<3: exchange(&fixture, &random)
    case 3..<7: endOne(&fixture, &random)
    case 7: apply(fixture.pass(.milliseconds(Int.random(in: 1...800, using: &random))), &fixture)
    case 8: apply(fixture.pass(.seconds(3)), &fixture)
    default:
      let workers = Int.random(in: 0...4, using: &random)
      apply(fixture.machine.reconfigure([.init(workers: workers)], at: fixture.now), &fixture)
    }
  }

  private mutating func exchange(_ fixture: inout RunnerMachineFixture, _ random: inout SplitMix64) {
    guard let asked = fixture.exchange() else { return }
    if Int.random(in: 0..<5, using: &random) == 0 {
      let error = StoreError(.unavailable, store: "test", "away")
      return apply(fixture.machine.failed(error, at: fixture.now, using: &random), &fixture)
    }
    let limits = RunLimits(timeout: .seconds(2), grace: .seconds(1))
    let demand = asked.demands.first
    let due = Int.random(in: 0...(demand?.count ?? 0), using: &random)
    let ahead = Int.random(in: 0...(demand?.ahead ?? 0), using: &random)
    var claims = fixture.jobs(due, limits: limits)
    for _ in 0..<ahead { claims.append(fixture.job(dueIn: .milliseconds(500), limits: limits)) }
    var reply = JobExchangeReply(now: fixture.wall)
    reply.settled = asked.settlements.map { _ in .accepted(.completed) }
    if let run = running.first, Bool.random(using: &random) {
      reply.cancellations = [JobCancellation(run.reservation.run, reason: "test")]
    }
    for settlement in asked.settlements { settled[settlement.run.job, default: 0] += 1 }
    apply(fixture.machine.succeeded(reply, claims: claims, at: fixture.moment), &fixture)
  }

  private mutating func endOne(_ fixture: inout RunnerMachineFixture, _ random: inout SplitMix64) {
    guard let index = running.indices.randomElement(using: &random) else { return }
    apply(fixture.end(running.remove(at: index)), &fixture)
  }

  private mutating func apply(_ effects: RunnerEffects, _ fixture: inout RunnerMachineFixture) {
    running += effects.starts
    hasDrained = hasDrained || effects.hasDrained
    for late in effects.overdue {
      apply(fixture.machine.settle(late.key, .returned, at: fixture.now), &fixture)
    }
  }

  mutating func finish(_ fixture: inout RunnerMachineFixture) {
    var calm = SplitMix64(seed: 1)
    apply(fixture.machine.drain(within: .seconds(1), at: fixture.now), &fixture)
    for _ in 0..<100 where !hasDrained {
      while !running.isEmpty { endOne(&fixture, &calm) }
      guard let asked = fixture.exchange() else {
        apply(fixture.pass(.milliseconds(100)), &fixture)
        continue
      }
      for settlement in asked.settlements { settled[settlement.run.job, default: 0] += 1 }
      var reply = JobExchangeReply(now: fixture.wall)
      reply.settled = asked.settlements.map { _ in .accepted(.completed) }
      apply(fixture.machine.succeeded(reply, claims: [], at: fixture.moment), &fixture)
    }
  }
}
