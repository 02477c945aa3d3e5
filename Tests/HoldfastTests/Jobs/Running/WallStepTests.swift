import HoldfastTesting
import Testing

@testable import Holdfast

/// The wall clock set while a runner works (TM7, SC9).
@Suite(.timeLimit(.minutes(1))) struct WallStepTests {
  @Test("TM7 what was taken ahead starts when its wall time has come, set forwards or back") func takenAhead() {
    var fixture = RunnerMachineFixture([.init(workers: 2)])
    fixture.round([fixture.job(dueIn: .milliseconds(500)), fixture.job(dueIn: .milliseconds(800))])
    #expect(fixture.step(.milliseconds(-100)).startedIDs == [])
    #expect(fixture.machine.nextTimer(at: fixture.moment) == fixture.now.advanced(by: .milliseconds(600)))
    #expect(fixture.step(.milliseconds(600)).startedIDs == [1])
    #expect(fixture.pass(.milliseconds(300)).startedIDs == [2])
  }

  @Test("TM7 what waits for a worker waits for its time again, and starts once") func readyAgain() {
    var fixture = RunnerMachineFixture([.init(workers: 1)])
    let first = fixture.round(fixture.jobs(2)).effects.starts[0]
    _ = fixture.step(.milliseconds(-500))
    #expect(fixture.end(first).startedIDs == [])
    #expect(fixture.machine.pools[0].coming == 1)
    let second = fixture.pass(.milliseconds(500)).starts
    #expect(second.map(\.reservation.job.id) == [2])
    #expect(fixture.end(second[0]).startedIDs == [])
    #expect(fixture.machine.pools[0].readyCount == 0)
    #expect(fixture.exchange()?.settlements.map(\.verdict) == [.completed(output: nil), .completed(output: nil)])
  }

  @Test("TM7 what is due long after a step goes back, and makes room") func givenBack() {
    var fixture = RunnerMachineFixture([.init(workers: 1)]) { $0.window = 3 }
    fixture.round(fixture.jobs(3))
    let effects = fixture.step(.seconds(-3600))
    #expect(effects.wake)
    let exchange = fixture.exchange()
    #expect(exchange?.settlements.map(\.verdict) == [.returned, .returned])
  }

  @Test("TM7 the store is asked anew after a step: a rate, or work far away, may be due") func askedAnew() {
    var fixture = RunnerMachineFixture()
    fixture.round { $0.next = $0.now.advanced(by: .seconds(3600)) }
    #expect(fixture.exchange()?.demands.count == 1)
    _ = fixture.machine.succeeded(JobExchangeReply(now: fixture.wall), claims: [], at: fixture.moment)
    #expect(fixture.step(.seconds(-60)).wake)
  }

  @Test("TM7 what the store says of a time before the step is asked again") func steppedWhileAsking() {
    var fixture = RunnerMachineFixture()
    #expect(fixture.exchange()?.demands.count == 1)
    let before = JobExchangeReply(now: fixture.wall)
    #expect(!fixture.step(.seconds(3600)).wake)
    #expect(fixture.machine.succeeded(before, claims: [], at: fixture.moment).wake)
  }
}
