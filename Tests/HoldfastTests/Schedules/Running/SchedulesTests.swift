import Foundation
import HoldfastTesting
import Testing

@testable import Holdfast

/// Storing schedules, and doing things to them.
@Suite(.timeLimit(.minutes(10))) struct SchedulesTests {
  private let fixture = SchedulerFixture()
  private var schedules: Schedules { fixture.schedules }

  @Test("putting the same twice changes nothing")
  func put() async throws {
    let first = try await schedules.put(try schedule("0 * * * *"))
    fixture.advance(to: "10:45")
    #expect(try await schedules.put(try schedule("0 * * * *")) == first)
    #expect(try await schedules.get("s") == first)
    #expect(try await schedules.put(try schedule("30 * * * *")).next == moment("11:30"))
    #expect(try await fixture.history() == ["created", "edited"])
  }

  @Test("one that cannot be read any more is put anew")
  func putOverUnreadable() async throws {
    var change = RecordChange()
    change.puts = [RecordPut(SchedulePlan.reference("s"), expecting: .nothing, body: Data("{}".utf8))]
    _ = try await fixture.store.write([change])
    try await schedules.put(try schedule("0 * * * *"))
    #expect(try await schedules.get("s")?.next == moment("11:00"))
  }

  @Test("a moment beyond what a cron expression is searched for waits, and is not over", arguments: ["2999", "9999"])
  func farAhead(year: String) async throws {
    let state = try await schedules.put(try schedule("@at \(year)-01-01T00:00:00Z"))
    #expect(!state.isOver)
    #expect(state.next == moment("\(year)-01-01T00:00:00Z"))
    try await fixture.running { scheduler, _ in
      #expect(scheduler.snapshot.next?.due == moment("\(year)-01-01T00:00:00Z"))
    }
    #expect(try await schedules.preview("s", count: 3).map(\.nominal) == [moment("\(year)-01-01T00:00:00Z")])
  }

  @Test("a list is declared in one transaction: created, changed, unchanged and deleted")
  func sync() async throws {
    let list = [try schedule("0 * * * *", name: "a"), try schedule("0 * * * *", name: "b")]
    #expect(try await schedules.sync(list, source: "app").created == ["a", "b"])
    try await schedules.pause("a")
    fixture.advance(to: "10:45")
    let next = [
      try schedule("0 * * * *", name: "a"), try schedule("5 * * * *", name: "c"),
    ]
    let result = try await schedules.sync(next, source: "app")
    #expect(result == ScheduleSync(created: ["c"], unchanged: ["a"], deleted: ["b"]))
    #expect(try await schedules.list().schedules.map(\.schedule.name) == ["a", "c"])
    #expect(try await schedules.get("a")?.pause != nil)
    #expect(try await fixture.history("b") == ["created", "deleted"])
    #expect(try await schedules.sync([], source: "other") == ScheduleSync())
  }

  @Test("a name that another source declares, or that was put by hand, is refused whole")
  func foreign() async throws {
    try await schedules.put(try schedule("0 * * * *", name: "mine"))
    try await schedules.sync([try schedule("0 * * * *", name: "theirs")], source: "theirs")
    for name in ["mine", "theirs"] {
      let list = [try schedule("0 * * * *", name: "fresh"), try schedule("0 * * * *", name: name)]
      let error = await #expect(throws: ScheduleError.self) { try await schedules.sync(list, source: "app") }
      #expect(error?.code == .declaredElsewhere)
    }
    #expect(try await schedules.get("fresh") == nil)
  }

  @Test("a name that is unknown is refused with the nearest one")
  func unknown() async throws {
    try await schedules.put(try schedule("0 * * * *", name: "report"))
    let error = await #expect(throws: ScheduleError.self) { try await schedules.pause("reprot") }
    #expect(error?.code == .notFound)
    #expect(error?.reason.contains("`report`") == true)
    #expect(try await schedules.delete("reprot") == false)
  }

  @Test("pause and resume are idempotent, audited, and skip what came in between as one range")
  func pause() async throws {
    try await schedules.put(try schedule("0 * * * *"))
    try await schedules.pause("s", note: "moving")
    try await schedules.pause("s", note: "again")
    #expect(try await schedules.get("s")?.pause?.note == "moving")
    fixture.advance(to: "13:30")
    try await schedules.resume("s")
    try await schedules.resume("s")
    let events = try await schedules.history(of: "s")
    #expect(events.allSatisfy { $0.actor == "test" })
    #expect(
      events.reversed().map(\.kind.words) == ["created", "paused", "skipped(paused) 11:00–13:00 ×3", "resumed"])
  }

  @Test("a trigger fires now, also while paused, as the overlap policy allows")
  func trigger() async throws {
    try await schedules.put(try schedule("@manual"))
    try await schedules.pause("s")
    let first = try await schedules.trigger("s")
    #expect(!first.isDuplicate)
    fixture.advance(to: "10:31")
    #expect(try await schedules.trigger("s") == .duplicate(first.id, .queued))
    let events = try await schedules.history(of: "s", limit: 2)
    #expect(events.map(\.isDuplicate) == [true, false])
    #expect(events.map(\.job) == [first.id, first.id])
  }

  @Test("a backfill enqueues what is not there yet; asking twice enqueues once")
  func backfill() async throws {
    try await schedules.put(try schedule("* * * * *"))
    fixture.advance(to: "23:00")
    let (start, end) = (moment("2026-03-09T00:00:00Z").date, moment("2026-03-09T20:00:00Z").date)
    #expect(try await schedules.backfill("s", after: start, through: end) == ScheduleBackfill(enqueued: 1200))
    #expect(try await schedules.backfill("s", after: start, through: end) == ScheduleBackfill(duplicates: 1200))
    await #expect(throws: ScheduleError.self) {
      try await schedules.backfill("s", after: start, through: moment("23:01").date)
    }
    await #expect(throws: ScheduleError.self) {
      try await schedules.backfill("s", after: moment("2025-03-09T00:00:00Z").date, through: end)
    }
  }

  @Test("a preview ends with the count")
  func preview() async throws {
    try await schedules.put(try schedule("0 * * * *") { $0.count = 2 })
    #expect(try await schedules.preview("s", count: 5).map(\.nominal) == [moment("11:00"), moment("12:00")])
  }

  @Test("a schedule that is too large for a record is refused before any effect")
  func large() async throws {
    let large = try schedule("0 * * * *") { $0.job.payload = Data(repeating: 0x20, count: 900_000) }
    let error = await #expect(throws: ScheduleError.self) { try await schedules.put(large) }
    #expect(error?.field == "job.payload")
    #expect(try await schedules.get("s") == nil)
  }
}
