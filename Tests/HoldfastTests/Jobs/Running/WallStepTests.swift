import Foundation
import HoldfastTesting
import Synchronization
import Testing

@testable import Holdfast

/// The wall clock set while a runner works (TM7, SC9).
@Suite(.timeLimit(.minutes(10))) struct WallStepTests {
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
    #expect(effects.wake == .now)
    let exchange = fixture.exchange()
    #expect(exchange?.settlements.map(\.verdict) == [.returned, .returned])
  }

  @Test("TM7 the store is asked anew after a step: a rate, or work far away, may be due") func askedAnew() {
    var fixture = RunnerMachineFixture()
    fixture.round { $0.next = $0.now.advanced(by: .seconds(3600)) }
    #expect(fixture.exchange()?.demands.count == 1)
    _ = fixture.machine.succeeded(JobExchangeReply(now: fixture.wall), claims: [], at: fixture.moment)
    #expect(fixture.step(.seconds(-60)).wake == .now)
  }

  @Test("TM7 what the store says of a time before the step is asked again") func steppedWhileAsking() {
    var fixture = RunnerMachineFixture()
    #expect(fixture.exchange()?.demands.count == 1)
    let before = JobExchangeReply(now: fixture.wall)
    #expect(fixture.step(.seconds(3600)).wake == nil)
    #expect(fixture.machine.succeeded(before, claims: [], at: fixture.moment).wake == .now)
  }

  @Test("TM7 SC9 ten steps of up to a day: every job once, none before its time", arguments: 0..<20)
  func anySteps(seed: UInt64) async throws {
    let jobs = JobFixture()
    var generator = SplitMix64(seed: seed)
    let starts = Mutex<[(due: WallTime, wall: WallTime, id: JobID)]>([])
    let handler = JobHandler(kind: "work") { _, context in
      let start = (context.job.due, jobs.time.wallTime, context.id)
      starts.withLock { $0.append(start) }
      return .complete
    }
    try await jobs.running([handler]) { _, events in
      let begin = jobs.time.wallTime
      let dues = (0..<60).map { _ in begin.advanced(by: .milliseconds(.random(in: 0...172_800_000, using: &generator)))
      }
      for due in dues { try await jobs.enqueue { $0.start = .at(due) } }
      var reached = begin
      for step in 0..<10 {
        jobs.time.stepWall(by: .milliseconds(Self.step(&generator)))
        reached = max(reached, jobs.time.wallTime)
        jobs.time.advance(by: .milliseconds(.random(in: 0...20_000, using: &generator)))
        reached = max(reached, jobs.time.wallTime)
        let expected = dues.count { $0 <= reached }
        await events.wait(for: "completed", expected)
        #expect(starts.withLock { $0.count } == expected, "seed \(seed), step \(step)")
      }
      jobs.time.stepWall(by: .seconds(20 * 86_400))
      await events.wait(for: "completed", dues.count)
    }
    let all = starts.withLock { $0 }
    #expect(all.count == 60 && Set(all.map(\.id)).count == 60, "seed \(seed)")
    #expect(all.allSatisfy { $0.wall >= $0.due }, "seed \(seed)")
  }

  /// From a millisecond to a day, evenly by magnitude, in either direction.
  private static func step(_ generator: inout SplitMix64) -> Int64 {
    let magnitude = Int64(1) << Int64.random(in: 0...26, using: &generator)
    let size = min(86_400_000, Int64.random(in: magnitude...2 * magnitude, using: &generator))
    return Bool.random(using: &generator) ? size : -size
  }
}
