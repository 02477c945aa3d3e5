import Foundation
import HoldfastTesting
import Testing

@testable import Holdfast

/// What people do to schedules, as values.
@Suite struct EditingTests {
  private func state(_ rule: String = "0 * * * *", at now: WallTime = moment("10:30")) throws -> ScheduleState {
    ScheduleState(try schedule(rule), source: nil, at: now)
  }

  @Test("SC23 what is due by old times and undecided never fires; new times count from the edit on")
  func newTimes() throws {
    let old = try state()
    let edit = ScheduleState.putting(
      try schedule("15 * * * *"), over: old, source: nil, at: moment("12:20"), by: "me")
    let plan = try #require(edit)
    #expect(plan.words == ["skipped(edited) 11:00–12:00 ×2", "edited"])
    #expect(plan.state?.next == moment("13:15"))
    #expect(plan.state?.firing(at: moment("13:14")) == nil)
  }

  @Test("an edit of anything but the times keeps what is undecided")
  func newPolicy() throws {
    let changed = try schedule("0 * * * *") { $0.misfire = .all() }
    let plan = try #require(
      ScheduleState.putting(changed, over: try state(), source: nil, at: moment("12:20"), by: "me"))
    #expect(plan.words == ["edited"])
    #expect(plan.state?.firing(at: moment("12:20"))?.firedTimes == ["11:00", "12:00"])
  }

  @Test("storing the same again changes nothing")
  func same() throws {
    #expect(
      ScheduleState.putting(try schedule("0 * * * *"), over: try state(), source: nil, at: moment("12:20"), by: "me")
        == nil)
  }

  @Test("a schedule that was over goes on from now, not from its end")
  func extended() throws {
    let first = try schedule("0 * * * *") { $0.count = 1 }
    let over = try #require(ScheduleState(first, source: nil, at: moment("10:30")).firing(at: moment("11:00"))?.state)
    let longer = try schedule("0 * * * *") { $0.count = 3 }
    let plan = try #require(ScheduleState.putting(longer, over: over, source: nil, at: moment("15:20"), by: "me"))
    #expect(plan.words == ["edited"])
    #expect(plan.state?.next == moment("16:00"))
  }

  @Test("what comes while a schedule is paused is one skipped range")
  func pause() throws {
    let paused = try #require(try state().pausing("moving", at: moment("11:30"), by: "me")?.state)
    #expect(paused.pause == SchedulePause(actor: "me", at: moment("11:30"), note: "moving"))
    #expect(paused.firing(at: moment("14:10")) == nil)
    #expect(paused.wake == nil)
    #expect(paused.pausing("again", at: moment("12:30"), by: "you") == nil)
    let plan = try #require(paused.resuming(at: moment("14:10"), by: "me"))
    #expect(plan.words == ["skipped(paused) 11:00–14:00 ×4", "resumed"])
    #expect(plan.state?.next == moment("15:00"))
    #expect(plan.state?.resuming(at: moment("14:20"), by: "me") == nil)
  }

  @Test("TM7 the cursor never moves back, whatever the clock does")
  func backwards() throws {
    let fired = try #require(try state().firing(at: moment("14:10"))?.state)
    #expect(fired.firing(at: moment("11:30")) == nil)
    let paused = try #require(fired.pausing(nil, at: moment("11:30"), by: "me")?.state)
    let resumed = try #require(paused.resuming(at: moment("11:40"), by: "me")?.state)
    #expect(resumed.cursor == moment("14:00"))
    let edited = try #require(
      ScheduleState.putting(try schedule("30 * * * *"), over: resumed, source: nil, at: moment("11:45"), by: "me"))
    #expect(edited.state?.next == moment("14:30"))
  }

  @Test("a backfill enqueues past occurrences in order, one at a time")
  func backfill() throws {
    let state = try state(at: moment("18:00"))
    let plan = try #require(
      state.backfilling(after: moment("10:00"), through: moment("13:00"), at: moment("18:00"), by: "me"))
    #expect(plan.words == ["backfilled 11:00–13:00 ×3"])
    #expect(plan.jobs.map(\.name) == [11, 12, 13].map { "schedule/s/2026-03-10T\($0):00:00Z" })
    #expect(plan.jobs.allSatisfy { $0.uniqueKey == nil && $0.executionKey == "schedule/s" })
    #expect(state.backfilling(after: moment("13:00"), through: moment("13:30"), at: moment("18:00"), by: "me") == nil)
  }

  @Test("SC24 a next time that the zone data moved is recorded, once")
  func moved() throws {
    var state = try state()
    #expect(state.moved(at: moment("10:40")) == nil)
    state.next = moment("11:30")
    let plan = try #require(state.moved(at: moment("10:40")))
    #expect(plan.words == ["moved 11:30 11:00"])
    #expect(plan.jobs.isEmpty)
    #expect(plan.state?.moved(at: moment("10:41")) == nil)
  }

  @Test("@reboot fires at the start, and its other times stay")
  func reboot() throws {
    let state = try state("@reboot | 0 * * * *")
    let plan = try #require(state.firingAtStart(moment("12:20"), at: moment("12:21")))
    #expect(plan.words == ["fired 12:20"])
    #expect(plan.state?.firingAtStart(moment("12:20"), at: moment("12:22")) == nil)
    #expect(plan.state?.cursor == moment("10:30"))
    #expect(plan.state?.firing(at: moment("12:20"))?.firedTimes == ["12:00"])
    #expect(try self.state().firingAtStart(moment("12:20"), at: moment("12:20")) == nil)
  }

  @Test("@reboot fires neither before the start of its schedule nor after the end", arguments: ["12:19", "12:41"])
  func rebootOutside(time: String) throws {
    let limited = try schedule("@reboot") { ($0.start, $0.end) = (moment("12:20"), moment("12:40")) }
    let state = ScheduleState(limited, source: nil, at: moment("10:30"))
    #expect(state.firingAtStart(moment(time), at: moment(time)) == nil)
    #expect(state.firingAtStart(moment("12:40"), at: moment("12:50")) != nil)
  }
}
