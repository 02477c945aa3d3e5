import Foundation
import HoldfastTesting
import Testing

@testable import Holdfast

/// How urgently the store hears of an end.
@Suite struct RunnerWakingTests {
  @Test func `an end that nobody can be waiting for may share a later commit`() {
    var fixture = RunnerMachineFixture()
    let start = fixture.round([fixture.job()]).effects.starts[0]
    #expect(fixture.end(start).wake == .soon)
    #expect(fixture.exchange()?.settlements.count == 1)
  }

  @Test(arguments: [true, false])
  func `Q1 E1 the end of a job with a key is written at once`(isUnique: Bool) {
    var fixture = RunnerMachineFixture()
    let job = fixture.job { $0[keyPath: isUnique ? \JobDraft.uniqueKey : \JobDraft.executionKey] = "a" }
    let start = fixture.round([job]).effects.starts[0]
    #expect(fixture.end(start).wake == .now)
  }

  @Test func `T1 an end that is no completion is written at once`() {
    var fixture = RunnerMachineFixture()
    let start = fixture.round([fixture.job()]).effects.starts[0]
    #expect(fixture.machine.ended(start.key, .snoozed(for: .seconds(1)), at: fixture.now).wake == .now)
  }

  @Test func `an end of which hooks hear is written at once`() {
    var fixture = RunnerMachineFixture { $0.hasHooks = true }
    let start = fixture.round([fixture.job()]).effects.starts[0]
    #expect(fixture.end(start).wake == .now)
  }

  @Test func `while a limit on running jobs holds anywhere every end is written at once`() {
    var fixture = RunnerMachineFixture([.init(workers: 3)])
    let scope = QueueScope(queue: "default")
    let start = fixture.round([fixture.job()]) { $0.settings = [QueueSettings(scope, running: 1)] }.effects.starts[0]
    #expect(fixture.end(start).wake == .now)
    let next = fixture.round([fixture.job()]) { $0.settings = [QueueSettings(scope)] }.effects.starts[0]
    #expect(fixture.end(next).wake == .soon)
  }

  @Test func `an end that makes room in a full window is written at once`() {
    var fixture = RunnerMachineFixture { $0.window = 1 }
    let start = fixture.round([fixture.job()]).effects.starts[0]
    #expect(fixture.end(start).wake == .now)
  }

  @Test func `what may wait does so once, and what may not overtakes it`() {
    var fixture = RunnerMachineFixture([.init(workers: 4)])
    let jobs = [fixture.job(), fixture.job(), fixture.job { $0.executionKey = "a" }]
    let starts = fixture.round(jobs).effects.starts
    #expect(fixture.end(starts[0]).wake == .soon)
    #expect(fixture.end(starts[1]).wake == nil)
    #expect(fixture.end(starts[2]).wake == .now)
    #expect(fixture.exchange()?.settlements.count == 3)
  }

  @Test func `many ends are company enough for each other`() {
    var fixture = RunnerMachineFixture([.init(workers: 100)])
    let starts = fixture.round(fixture.jobs(64)).effects.starts
    let wakes = starts.compactMap { fixture.end($0).wake }
    #expect(wakes == [.soon, .now])
  }

  @Test func `D1 a drain does not wait for company`() {
    var fixture = RunnerMachineFixture()
    let start = fixture.round([fixture.job()]).effects.starts[0]
    #expect(fixture.end(start).wake == .soon)
    #expect(fixture.machine.drain(within: .seconds(1), at: fixture.now).wake == .now)
  }

  @Test func `SC8 a reserve of coming jobs is filled when half of it has begun, before any is late`() {
    var fixture = RunnerMachineFixture([.init(workers: 4)])
    let coming = (1...4).map { fixture.job(dueIn: .milliseconds($0)) }
    fixture.round(coming)
    let wakes = (1...3).map { _ in
      let began = fixture.pass(.milliseconds(1))
      return [began.wake, fixture.end(began.starts[0]).wake]
    }
    #expect(wakes == [[nil, .soon], [nil, nil], [.now, nil]])
  }

  @Test func `SC8 a reserve is filled in time, also when the first of it was due before the store's reply came`() {
    var fixture = RunnerMachineFixture([.init(workers: 4)])
    let asked = fixture.wall.advanced(by: .milliseconds(-1))
    var effects = fixture.round((0...3).map { fixture.job(dueIn: .milliseconds($0)) }) { $0.now = asked }.effects
    #expect(fixture.end(effects.starts[0]).wake == .soon)
    effects = fixture.pass(.milliseconds(1))
    #expect(effects.wake == nil)
    _ = fixture.end(effects.starts[0])
    #expect(fixture.pass(.milliseconds(1)).wake == .now)
  }

  @Test func `SC8 a reserve covers what ends within a look-ahead, and grows in steps`() throws {
    var fixture = RunnerMachineFixture([.init(workers: 4)])
    // 400 in a second, each with an exchange of its own.
    for _ in 0..<400 {
      let start = fixture.round([fixture.job()]).effects.starts[0]
      _ = fixture.end(start)
      _ = fixture.pass(.microseconds(2500))
    }
    var (asked, total) = ([Int](), 0)
    while let ahead = fixture.machine.exchange(at: fixture.moment)?.demands.first?.ahead, ahead > 0 {
      let coming = (1...ahead).map { fixture.job(dueIn: .milliseconds(500 + total + $0)) }
      let reply = JobExchangeReply(now: fixture.wall)
      _ = fixture.machine.succeeded(reply, claims: coming, at: fixture.moment)
      asked.append(ahead)
      total += ahead
    }
    #expect(asked == [128, 128, 128, 16])
  }

  @Test func `a reserve is let go within two look-aheads once nothing ends any more`() {
    var turnover = Turnover(over: .seconds(1))
    let at = { (milliseconds: Int) in Instant.zero.advanced(by: .milliseconds(milliseconds)) }
    for number in 0..<100 { turnover.add(at: at(10 * number)) }
    #expect(turnover.count(at: at(999)) == 100)
    #expect(turnover.count(at: at(1500)) == 100)
    #expect(turnover.count(at: at(2400)) == 100)
    #expect(turnover.count(at: at(2500)) == 0)
  }

  @Test func `a reserve that took all there was is not asked for`() {
    var fixture = RunnerMachineFixture([.init(workers: 4)])
    fixture.round((1...3).map { fixture.job(dueIn: .milliseconds($0)) })
    #expect(fixture.pass(.milliseconds(3)).wake == nil)
  }
}
