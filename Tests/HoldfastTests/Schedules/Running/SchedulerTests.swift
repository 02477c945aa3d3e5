import Foundation
import HoldfastTesting
import Testing

@testable import Holdfast

/// Schedulers on a store in memory and virtual time.
@Suite(.timeLimit(.minutes(10))) struct SchedulerTests {
  private let fixture = SchedulerFixture()

  @Test("a schedule fires at each nominal time, and its history says so")
  func fires() async throws {
    try await fixture.schedules.put(try schedule("0 * * * *") { $0.overlap = .allowAll })
    try await fixture.running { scheduler, events in
      #expect(scheduler.snapshot.next == .init(schedule: "s", due: moment("11:00")))
      for hour in 11...13 {
        fixture.advance(to: "\(hour):00")
        await events.wait(for: "s: fired \(hour):00")
      }
      #expect(scheduler.snapshot.totals.fired == 3)
      #expect(scheduler.snapshot.mode == .working)
    }
    #expect(try await fixture.history() == ["created", "fired 11:00", "fired 12:00", "fired 13:00"])
    #expect(try await fixture.jobs() == [11, 12, 13].map { "schedule/s/2026-03-10T\($0):00:00Z" })
  }

  @Test("a schedule that is stored while a scheduler runs fires too; one that is deleted does not")
  func watches() async throws {
    try await fixture.running { _, events in
      try await fixture.schedules.put(try schedule("0 * * * *", name: "b"))
      try await fixture.schedules.put(try schedule("0 * * * *", name: "a"))
      fixture.advance(to: "11:00")
      await events.wait(for: "a: fired 11:00")
      await events.wait(for: "b: fired 11:00")
      #expect(try await fixture.schedules.delete("a"))
      fixture.advance(to: "12:00")
      await events.wait { $0.hasPrefix("b: ") && $0.hasSuffix("12:00") }
      #expect(!events.words.contains { $0.hasPrefix("a: ") && $0.hasSuffix("12:00") })
    }
  }

  @Test(
    "SC20 down from 10:30 to 14:10, with the scheduler that comes back",
    arguments: [
      (Misfire.all(), ["fired 11:00", "fired 12:00", "fired 13:00", "fired 14:00"]),
      (.latest(), ["coalesced 11:00–13:00 ×3", "fired 14:00"]),
      (.earliest(), ["fired 11:00", "coalesced 12:00–14:00 ×3"]),
      (.skip(), ["skipped(late) 11:00–14:00 ×4"]),
    ] as [(Misfire, [String])])
  func misfires(_ misfire: Misfire, _ expected: [String]) async throws {
    try await fixture.schedules.put(
      try schedule("0 * * * *") {
        $0.misfire = misfire
        $0.overlap = .bufferAll
      })
    fixture.advance(to: "14:10")
    try await fixture.running { _, events in
      for words in expected { await events.wait(for: "s: \(words)") }
      fixture.advance(to: "15:00")
      await events.wait(for: "s: fired 15:00")
    }
    #expect(try await fixture.history() == ["created"] + expected + ["fired 15:00"])
  }

  @Test("SC21 three days down by the clock: one run, and one range of 4,319")
  func threeDays() async throws {
    try await fixture.schedules.put(try schedule("* * * * *"))
    try await fixture.running { _, events in
      fixture.advance(to: "10:31")
      await events.wait(for: "s: fired 10:31")
    }
    fixture.time.advance(by: .seconds(3 * 86400))
    try await fixture.running { _, events in
      await events.wait { $0.hasSuffix("fired 10:31") || $0.hasSuffix("overlapped 10:31") }
    }
    #expect(try await fixture.history().dropFirst(2) == ["coalesced 10:32–10:30 ×4319", "overlapped 10:31"])
  }

  @Test("SC23 an edit between the decision and its write: the old nominal never fires")
  func editRaces() async throws {
    let store = InterposedStore(fixture.store)
    let (schedules, later) = (fixture.schedules, try schedule("15 * * * *"))
    try await schedules.put(try schedule("0 * * * *"))
    try await fixture.running(store) { _, events in
      let edits = Record<WallTime>()
      store.beforeNextWrite { edits.add(try await schedules.put(later).cursor) }
      fixture.advance(to: "11:00")
      await edits.wait(for: 1)
      fixture.advance(to: "11:15")
      await events.wait(for: "s: fired 11:15")
    }
    #expect(try await fixture.jobs() == ["schedule/s/2026-03-10T11:15:00Z"])
    #expect(!(try await fixture.history().contains("fired 11:00")))
  }

  @Test("SC5 a store that is away loses nothing, is told, and comes back")
  func storeAway() async throws {
    let store = FaultyStore(fixture.store)
    try await fixture.schedules.put(
      try schedule("0 * * * *") {
        $0.misfire = .all()
        $0.overlap = .allowAll
      })
    try await fixture.running(store) { scheduler, events in
      store.fail(.record, with: StoreError(.unavailable, store: "faulty", "away"))
      fixture.advance(to: "11:00")
      await events.wait(for: "store failed")
      #expect(scheduler.snapshot.mode == .waiting)
      #expect(scheduler.snapshot.trouble?.contains("away") == true)
      fixture.advance(to: "12:00")
      store.heal()
      while !events.words.contains("s: fired 12:00") {
        fixture.time.advance(by: .seconds(1))
        await Task.yield()
      }
      #expect(events.words.contains("store recovered"))
      #expect(scheduler.snapshot.trouble == nil)
    }
    #expect(try await fixture.history() == ["created", "fired 11:00", "fired 12:00"])
  }

  @Test("TM7 the wall clock steps forward: what it jumped over is decided by policy, once")
  func stepsForward() async throws {
    try await fixture.schedules.put(
      try schedule("*/10 * * * *") {
        $0.misfire = .all()
        $0.overlap = .allowAll
      })
    try await fixture.running { _, events in
      fixture.time.stepWall(by: .seconds(3600))
      fixture.time.advance(by: .seconds(600))
      await events.wait(for: "s: fired 11:40")
    }
    let expected = ["10:40", "10:50", "11:00", "11:10", "11:20", "11:30", "11:40"].map { "fired \($0)" }
    #expect(try await fixture.history().dropFirst() == expected[...])
  }

  @Test("TM7 the wall clock steps forward: what is due then fires at once, although no other time passes")
  func firesAtStep() async throws {
    try await fixture.schedules.put(try schedule("0 12 * * *"))
    try await fixture.running { _, events in
      // It rests by now.
      await fixture.time.waitForSleepers(1)
      fixture.time.stepWall(by: .seconds(2 * 3600))
      await events.wait(for: "s: fired 12:00")
    }
  }

  @Test("TM7 the wall clock steps back: nothing fires early, nothing twice, and it goes on")
  func stepsBack() async throws {
    try await fixture.schedules.put(try schedule("*/10 * * * *") { $0.overlap = .allowAll })
    try await fixture.running { scheduler, events in
      fixture.advance(to: "10:40")
      await events.wait(for: "s: fired 10:40")
      fixture.time.stepWall(by: .seconds(-3600))
      // Until the clock has caught up with what was decided, nothing happens, however often it is looked at.
      for time in ["10:00", "10:30", "10:40"] {
        fixture.advance(to: time)
        try await fixture.schedules.put(try schedule("@manual", name: time))
        while scheduler.snapshot.schedules < 2 { await Task.yield() }
      }
      fixture.advance(to: "10:50")
      await events.wait(for: "s: fired 10:50")
    }
    #expect(try await fixture.history() == ["created", "fired 10:40", "fired 10:50"])
  }

  @Test("a rule with @reboot fires once in each run")
  func reboot() async throws {
    try await fixture.schedules.put(try schedule("@reboot") { $0.overlap = .allowAll })
    try await fixture.running { _, events in await events.wait(for: "s: fired 10:30") }
    fixture.advance(to: "12:00")
    try await fixture.running { _, events in await events.wait(for: "s: fired 12:00") }
    #expect(try await fixture.history() == ["created", "fired 10:30", "fired 12:00"])
  }

  @Test("a schedule that cannot be read is told, and the others fire")
  func broken() async throws {
    try await fixture.schedules.put(try schedule("0 * * * *"))
    var change = RecordChange()
    change.puts = [RecordPut(SchedulePlan.reference("odd"), expecting: .nothing, body: Data("{}".utf8))]
    _ = try await fixture.store.write([change])
    try await fixture.running { scheduler, events in
      await events.wait(for: "odd: broken")
      #expect(Array(scheduler.snapshot.broken.keys) == ["odd"])
      fixture.advance(to: "11:00")
      await events.wait(for: "s: fired 11:00")
    }
    #expect(try await fixture.schedules.list().broken.count == 1)
    #expect(try await fixture.schedules.delete("odd"))
  }

  @Test("many schedulers on one store decide each occurrence once")
  func many() async throws {
    try await fixture.schedules.put(
      try schedule("0 * * * *") {
        $0.misfire = .all()
        $0.overlap = .allowAll
      })
    try await fixture.running { _, first in
      try await fixture.running { _, second in
        for hour in 11...20 {
          fixture.advance(to: "\(hour):00")
          let words = "s: fired \(hour):00"
          while !first.words.contains(words), !second.words.contains(words) { await Task.yield() }
        }
      }
    }
    #expect(try await fixture.history() == ["created"] + (11...20).map { "fired \($0):00" })
  }
}

extension SchedulerRecorder {
  fileprivate func wait(_ matches: @escaping @Sendable (String) -> Bool) async {
    await record.wait { $0.contains { $0.words.map(matches) ?? false } }
  }
}
