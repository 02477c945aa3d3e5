import Foundation
import HoldfastTesting
import Testing

@testable import Holdfast

/// What a scheduler knows and decides, without a store and without waiting.
@Suite struct ScheduleMachineTests {
  private func record(_ name: String, _ rule: String = "0 * * * *", revision: Int64 = 1) throws -> StoredRecord {
    let state = ScheduleState(try schedule(rule, name: name), source: nil, at: moment("10:30"))
    return StoredRecord(
      SchedulePlan.reference(name), revision: revision, body: try JSONEncoder().encode(state))
  }

  private func load(_ machine: inout ScheduleMachine, _ records: [StoredRecord]) {
    _ = machine.loaded(records, isFresh: false, at: moment("10:30"))
  }

  @Test("the earliest schedule is next, and one commit takes all that are due")
  func order() throws {
    var machine = ScheduleMachine()
    load(&machine, [try record("a", "15 * * * *"), try record("b"), try record("c")])
    #expect(machine.wake == moment("11:00"))
    #expect(machine.due(at: moment("10:59")).isEmpty)
    #expect(machine.due(at: moment("11:00")).map(\.plan.name) == ["b", "c"])
    #expect(machine.wake == moment("11:15"))
  }

  @Test("what was taken out and not written is due again, after a delay that grows")
  func failure() throws {
    var (machine, random) = (ScheduleMachine(), SplitMix64(seed: 1))
    load(&machine, [try record("a")])
    let error = StoreError(.unavailable, store: "test", "away")
    var last = Duration.zero
    for _ in 0..<3 {
      let firings = machine.due(at: moment("11:00"))
      #expect(firings.count == 1)
      let delay = machine.failed(error, firings, at: .zero, using: &random)
      #expect(machine.retry == Instant.zero.advanced(by: delay))
      #expect(delay > last)
      last = delay
    }
    let firings = machine.due(at: moment("11:00"))
    let events = machine.written(firings, [.written(revisions: [2], jobs: [.enqueued(7)])])
    #expect(events.map(\.kind.words) == ["fired 11:00"])
    #expect(events.map(\.job) == [7])
    #expect(machine.retry == nil)
    #expect(machine.trouble == nil)
    #expect(machine.wake == moment("12:00"))
  }

  @Test("SC23 a conflict makes the stored schedule count, or its absence")
  func conflict() throws {
    var machine = ScheduleMachine()
    load(&machine, [try record("a"), try record("b")])
    let firings = machine.due(at: moment("11:00"))
    let reference = SchedulePlan.reference
    let events = machine.written(
      firings,
      [.conflict(reference("a"), try record("a", "30 * * * *", revision: 2)), .conflict(reference("b"), nil)])
    #expect(events.isEmpty)
    #expect(machine.entries.keys.sorted() == ["a"])
    #expect(machine.due(at: moment("11:00")).isEmpty)
    #expect(machine.wake == moment("11:30"))
  }

  @Test("a start that met a conflict still happens, once")
  func start() throws {
    var machine = ScheduleMachine()
    load(&machine, [try record("a", "@reboot")])
    let first = machine.due(at: moment("10:30"))
    _ = machine.written(first, [.conflict(SchedulePlan.reference("a"), try record("a", "@reboot", revision: 2))])
    let second = machine.due(at: moment("10:31"))
    #expect(second.map(\.plan.words) == [["fired 10:30"]])
    _ = machine.written(second, [.written(revisions: [3], jobs: [.enqueued(1)])])
    #expect(machine.due(at: moment("10:32")).isEmpty)
    #expect(machine.wake == nil)
  }

  @Test("a start whose write is answered with an error, and had happened, is not written again")
  func startInDoubt() throws {
    var (machine, random) = (ScheduleMachine(), SplitMix64(seed: 1))
    load(&machine, [try record("a", "@reboot")])
    let first = machine.due(at: moment("10:30"))
    let error = StoreError(.unavailable, store: "test", "the answer was lost")
    _ = machine.failed(error, first, at: .zero, using: &random)
    let second = machine.due(at: moment("10:31"))
    let stored = StoredRecord(
      SchedulePlan.reference("a"), revision: 2, body: try JSONEncoder().encode(first[0].plan.state))
    _ = machine.written(second, [.conflict(SchedulePlan.reference("a"), stored)])
    #expect(machine.due(at: moment("10:32")).isEmpty)
  }

  @Test("what a conflict shows to be unreadable is told by the next load")
  func conflictUnreadable() throws {
    var machine = ScheduleMachine()
    load(&machine, [try record("a")])
    let odd = StoredRecord(SchedulePlan.reference("a"), revision: 2, body: Data("{}".utf8))
    _ = machine.written(machine.due(at: moment("11:00")), [.conflict(odd.reference, odd)])
    #expect(machine.wake == nil)
    #expect(machine.loaded([odd], isFresh: false, at: moment("11:00")).keys.sorted() == ["a"])
  }

  @Test("years of daily reading of the zone data leave one wake for each schedule")
  func fresh() throws {
    var machine = ScheduleMachine()
    let records = [try record("a"), try record("b")]
    for _ in 0..<1000 { _ = machine.loaded(records, isFresh: true, at: moment("10:30")) }
    #expect(machine.wakeCount == 2)
  }

  @Test("what is loaded again unchanged is not due twice; what is gone is not due at all")
  func reload() throws {
    var machine = ScheduleMachine()
    for _ in 0..<200 { load(&machine, [try record("a"), try record("b")]) }
    load(&machine, [try record("b")])
    #expect(machine.due(at: moment("11:00")).map(\.plan.name) == ["b"])
    #expect(machine.due(at: moment("11:00")).isEmpty)
  }

  @Test("ten thousand schedules that are due together are taken in commits of a thousand")
  func many() throws {
    var machine = ScheduleMachine()
    load(&machine, try (0..<10_000).map { try record("s\($0)") })
    var sizes: [Int] = []
    while case let firings = machine.due(at: moment("11:00")), !firings.isEmpty {
      sizes.append(firings.count)
      _ = machine.written(
        firings, firings.map { .written(revisions: [$0.revision + 1], jobs: [.enqueued(1)]) })
    }
    #expect(sizes == Array(repeating: 1000, count: 10))
    #expect(machine.totals.fired == 10_000)
  }
}
