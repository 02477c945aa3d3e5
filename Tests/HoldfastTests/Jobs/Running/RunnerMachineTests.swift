import HoldfastTesting
import Testing

@testable import Holdfast

/// What a runner decides, as tables.
struct RunnerMachineTests {
  @Test(arguments: [(0, 1000, 0, 0), (1, 1000, 1, 1), (4, 1000, 4, 4), (4, 3, 3, 0), (4, 6, 4, 2)])
  func `P6 it asks for as many as it has free workers, and no more than the window holds`(
    workers: Int, window: Int, count: Int, ahead: Int
  ) {
    var fixture = RunnerMachineFixture([.init(workers: workers)]) { $0.window = window }
    let demand = fixture.exchange()?.demands.first
    #expect(demand?.count ?? 0 == count)
    #expect(demand?.ahead ?? 0 == ahead)
  }

  @Test func `it has one exchange under way at most, and none when there is nothing to say`() {
    var fixture = RunnerMachineFixture()
    #expect(fixture.exchange() != nil)
    #expect(fixture.exchange() == nil)
    var idle = RunnerMachineFixture([.init(workers: 0)])
    #expect(idle.exchange() == nil)
  }

  @Test func `higher priorities start first, then the store's order`() {
    var fixture = RunnerMachineFixture([.init(workers: 1)])
    let claims = [0, 5, 0, 9].map { fixture.job(priority: $0) }
    var effects = fixture.round(claims).effects
    var order = effects.startedIDs
    while let start = effects.starts.first {
      effects = fixture.end(start)
      order += effects.startedIDs
    }
    #expect(order == [4, 2, 1, 3])
  }

  @Test func `ends and the next claim ride in one exchange`() {
    var fixture = RunnerMachineFixture([.init(workers: 1)])
    let start = fixture.round(fixture.jobs(1)).effects.starts[0]
    #expect(fixture.end(start).wake == .now)
    let exchange = fixture.exchange()
    #expect(exchange?.settlements.count == 1)
    #expect(exchange?.demands.first?.count == 3)
  }

  @Test func `quick jobs make it hold more in reserve, slow ones let that go`() {
    var fixture = RunnerMachineFixture([.init(workers: 2)])
    var starts = fixture.round(fixture.jobs(2)).effects.starts
    for _ in 0..<3 {
      for start in starts { _ = fixture.end(start) }
      let asked = fixture.machine.pools[0].wanted
      starts = fixture.round(fixture.jobs(asked)).effects.starts
    }
    #expect(fixture.machine.pools[0].prefetch >= 4)
    for _ in 0..<20 { fixture.round() }
    #expect(fixture.machine.pools[0].prefetch == 0)
  }

  @Test func `P2 P10 however long its store was away, it is asked again within two seconds`() throws {
    var fixture = RunnerMachineFixture()
    let away = StoreError(.unavailable, store: "test", "gone")
    for _ in 0..<50 {
      #expect(fixture.exchange() != nil)
      _ = fixture.machine.failed(away, at: fixture.now, using: &fixture.generator)
      let next = try #require(fixture.machine.nextTimer(at: fixture.moment))
      #expect(fixture.now < next && next <= fixture.now.advanced(by: .seconds(2)))
      #expect(fixture.pass(fixture.now.duration(to: next)).wake == .now)
    }
    #expect(fixture.round(fixture.jobs(1)).effects.startedIDs == [1])
  }

  @Test func `SC20 a job that was taken ahead starts at its moment`() {
    var fixture = RunnerMachineFixture()
    let effects = fixture.round([fixture.job(dueIn: .milliseconds(700))]).effects
    #expect(effects.starts.isEmpty)
    #expect(fixture.machine.nextTimer(at: fixture.moment) == .zero.advanced(by: .milliseconds(700)))
    #expect(fixture.pass(.milliseconds(699)).starts.isEmpty)
    #expect(fixture.pass(.milliseconds(1)).startedIDs == [1])
  }

  @Test func `the store is asked again when it said that it may have more, and not whenever something else is due`() {
    var fixture = RunnerMachineFixture()
    let (job, later) = (fixture.job(dueIn: .milliseconds(500)), fixture.wall.advanced(by: .milliseconds(700)))
    fixture.round([job]) { $0.next = later }
    let start = fixture.pass(.milliseconds(500))
    #expect(start.startedIDs == [1])
    #expect(start.wake == nil)
    #expect(fixture.machine.nextTimer(at: fixture.moment) == .zero.advanced(by: .milliseconds(700)))
    #expect(fixture.pass(.milliseconds(200)).wake == .now)
  }

  @Test func `a store that says now again and again is asked once a millisecond`() {
    var fixture = RunnerMachineFixture()
    fixture.round { $0.next = $0.now }
    #expect(fixture.machine.nextTimer(at: fixture.moment) == fixture.now.advanced(by: .milliseconds(1)))
  }

  @Test func `the wall clock may be stepped: it is looked at again`() {
    var fixture = RunnerMachineFixture()
    let due = fixture.wall.advanced(by: .seconds(7200))
    fixture.round { $0.next = due }
    #expect(fixture.machine.nextTimer(at: fixture.moment) == .zero.advanced(by: Moment.patience))
    fixture.wall = fixture.wall.advanced(by: .seconds(7200))
    #expect(fixture.pass(Moment.patience).wake == .now)
  }

  @Test func `a node that has jobs renews its lease three times in its length`() {
    var fixture = RunnerMachineFixture([.init(workers: 1)])
    fixture.round(fixture.jobs(1))
    #expect(fixture.machine.nextTimer(at: fixture.moment) == .zero.advanced(by: .seconds(10)))
    #expect(fixture.pass(.seconds(10)).wake == .now)
    #expect(fixture.exchange()?.isEmpty == true)
  }

  @Test func `while the store is slow to answer no timer repeats what it was asked`() {
    var fixture = RunnerMachineFixture([.init(workers: 1)])
    let start = fixture.round(fixture.jobs(1)).effects.starts[0]
    fixture.machine.heard(start.key, JobProgress(0.5), at: fixture.now)
    #expect(fixture.pass(.seconds(10)).wake == .now)
    #expect(fixture.machine.nextTimer(at: fixture.moment) == nil)
    #expect(fixture.exchange()?.reports.count == 1)
    fixture.machine.heard(start.key, JobProgress(0.6), at: fixture.now)
    #expect(fixture.pass(.seconds(10)).wake == nil)
    #expect(fixture.machine.nextTimer(at: fixture.moment) == nil)
    _ = fixture.machine.succeeded(JobExchangeReply(now: fixture.wall), claims: [], at: fixture.moment)
    #expect(fixture.machine.nextTimer(at: fixture.moment) == .zero.advanced(by: .seconds(11)))
    #expect(fixture.pass(.zero).wake == .now)
  }

  @Test func `nothing wakes an idle node`() {
    var fixture = RunnerMachineFixture()
    fixture.round()
    #expect(fixture.machine.nextTimer(at: fixture.moment) == nil)
  }

  @Test func `an exchange that failed keeps everything and is tried again, later each time`() {
    var fixture = RunnerMachineFixture([.init(workers: 1)]) {
      $0.backoff = Backoff.exponential(from: .seconds(1)).delayingFirst()
    }
    let start = fixture.round(fixture.jobs(1)).effects.starts[0]
    _ = fixture.end(start)
    let error = StoreError(.diskFull, store: "test", "no room")
    for delay in [1, 2, 4] {
      #expect(fixture.exchange()?.settlements.count == 1)
      #expect(fixture.machine.failed(error, at: fixture.now, using: &fixture.generator).wake == nil)
      #expect(fixture.machine.nextTimer(at: fixture.moment) == fixture.now.advanced(by: .seconds(delay)))
      #expect(fixture.pass(.seconds(delay)).wake == .now)
    }
    #expect(fixture.round().effects.conclusions.count == 1)
    #expect(fixture.machine.window.count == 0)
  }

  @Test func `progress is written at least every second, newest only`() {
    var fixture = RunnerMachineFixture([.init(workers: 1)])
    let start = fixture.round(fixture.jobs(1)).effects.starts[0]
    for fraction in [0.1, 0.2, 0.3] { fixture.machine.heard(start.key, JobProgress(fraction), at: fixture.now) }
    #expect(fixture.pass(.seconds(1)).wake == .now)
    #expect(fixture.exchange()?.reports.map(\.progress.fraction) == [0.3])
  }

  @Test func `C4 cancelling stops what runs, and ends what was only reserved`() {
    var fixture = RunnerMachineFixture([.init(workers: 1)])
    let claims = fixture.jobs(2)
    fixture.round(claims)
    let effects = fixture.round { reply in
      reply.cancellations = claims.map { JobCancellation($0.run, reason: "no more") }
    }.effects
    #expect(effects.stops.map(\.cause) == [.cancelled("no more")])
    #expect(fixture.exchange()?.settlements.map(\.verdict) == [.cancelled(reason: "no more")])
  }

  @Test(
    "C4 a cancellation at once frees the worker now, also of a run that is stopping already", arguments: [false, true])
  func cancelAtOnce(isStopping: Bool) {
    var fixture = RunnerMachineFixture([.init(workers: 1)])
    let claims = fixture.jobs(2)
    let start = fixture.round(claims).effects.starts[0]
    if isStopping {
      fixture.round { $0.cancellations = [JobCancellation(claims[0].run, reason: "mildly")] }
    }
    let effects = fixture.round { reply in
      reply.cancellations = [JobCancellation(claims[0].run, reason: "now", isAtOnce: true)]
    }.effects
    #expect(effects.overdue.map(\.key) == [start.key])
    #expect(effects.overdue.map(\.cause) == [.cancelled(isStopping ? "mildly" : "now")])
    #expect(effects.overdue.map(\.isAtOnce) == [true])
    #expect(effects.stops.count == (isStopping ? 0 : 1))
    #expect(effects.startedIDs == [2])
    #expect(fixture.machine.pools[0].abandoned == 1)
    #expect(fixture.pass(.seconds(60)).overdue.isEmpty)
    #expect(fixture.end(start).late.count == 1)
    #expect(fixture.machine.pools[0].abandoned == 0)
  }

  @Test func `P13 a pause sends back what did not begin`() {
    var fixture = RunnerMachineFixture([.init(workers: 1)])
    fixture.round(fixture.jobs(3))
    let effects = fixture.round { $0.pauses = [QueueScope(queue: "default")] }.effects
    #expect(effects.wake == .now)
    #expect(fixture.exchange()?.settlements.map(\.verdict) == [.returned, .returned])
    #expect(fixture.machine.pools[0].busy == 1)
  }

  @Test func `P5 a queue that is no longer named stops taking and sends back what did not begin`() {
    var fixture = RunnerMachineFixture([.init("a", workers: 1), .init("b", workers: 1)])
    fixture.round([fixture.job(queue: "a"), fixture.job(queue: "a")])
    let effects = fixture.machine.reconfigure([.init("b", workers: 2)], at: fixture.now)
    #expect(effects.wake == .now)
    let exchange = fixture.exchange()
    #expect(exchange?.demands.map(\.queue) == ["b"])
    #expect(exchange?.demands.map(\.count) == [2])
    #expect(exchange?.settlements.map(\.verdict) == [.returned])
  }

  @Test func `a tenant's own pool takes its jobs away from the common one`() {
    var fixture = RunnerMachineFixture([.init(workers: 1), .init(partition: "big", workers: 1)])
    #expect(fixture.exchange()?.demands.map(\.partitions) == [.all(except: ["big"]), .only("big")])
  }

  @Test func `a durable number of workers overrides the configuration until it is unset`() {
    var fixture = RunnerMachineFixture([.init(workers: 2)])
    let scope = QueueScope(queue: "default")
    fixture.round { $0.settings = [QueueSettings(scope, workers: 7)] }
    #expect(fixture.machine.pools[0].workers == 7)
    fixture.round { $0.settings = [QueueSettings(scope)] }
    #expect(fixture.machine.pools[0].workers == 2)
  }

  @Test func `P6 three workers, then one, none, five`() {
    var fixture = RunnerMachineFixture([.init(workers: 3)])
    var starts = fixture.round(fixture.jobs(3)).effects.starts
    for (workers, expected) in [(1, 1), (0, 0), (5, 5)] {
      _ = fixture.machine.reconfigure([.init(workers: workers)], at: fixture.now)
      for start in starts {
        starts += fixture.end(start).starts
        starts.removeFirst()
      }
      let asked = fixture.machine.pools[0].wanted
      starts += fixture.round(fixture.jobs(asked)).effects.starts
      #expect(fixture.machine.pools[0].busy == expected)
    }
  }
}
