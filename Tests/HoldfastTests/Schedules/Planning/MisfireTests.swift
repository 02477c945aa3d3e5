import Foundation
import HoldfastTesting
import Testing

@testable import Holdfast

/// What becomes of what came while nobody fired: hourly, down from 10:30 to 14:10 (SC20).
@Suite struct MisfireTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var misfire: Misfire
    var overlap = ScheduleOverlap.bufferAll
    var words: [String]
    var testDescription: String { "\(misfire) \(overlap)" }
  }

  static let cases = [
    Case(misfire: .all(), words: ["fired 11:00", "fired 12:00", "fired 13:00", "fired 14:00"]),
    Case(misfire: .latest(), words: ["coalesced 11:00–13:00 ×3", "fired 14:00"]),
    Case(misfire: .earliest(), words: ["fired 11:00", "coalesced 12:00–14:00 ×3"]),
    Case(misfire: .skip(), words: ["skipped(late) 11:00–14:00 ×4"]),
    Case(misfire: .skip(after: .seconds(600)), words: ["skipped(late) 11:00–13:00 ×3", "fired 14:00"]),
    Case(misfire: .skip(after: .seconds(599)), words: ["skipped(late) 11:00–14:00 ×4"]),
    Case(
      misfire: .all(within: .seconds(7200)), words: ["skipped(window) 11:00–12:00 ×2", "fired 13:00", "fired 14:00"]),
    Case(
      misfire: .latest(within: .seconds(7200)),
      words: ["skipped(window) 11:00–12:00 ×2", "coalesced 13:00–13:00 ×1", "fired 14:00"]),
    Case(
      misfire: .earliest(within: .seconds(7200)),
      words: ["skipped(window) 11:00–12:00 ×2", "fired 13:00", "coalesced 14:00–14:00 ×1"]),
    Case(misfire: .latest(within: .seconds(60)), words: ["skipped(window) 11:00–14:00 ×4"]),
    Case(
      misfire: .all(), overlap: .cancelOther, words: ["coalesced 11:00–13:00 ×3", "fired 14:00"]),
  ]

  @Test("SC20 down from 10:30 to 14:10, each policy and window", arguments: cases)
  func policies(_ given: Case) throws {
    let schedule = try schedule("0 * * * *") {
      $0.misfire = given.misfire
      $0.overlap = given.overlap
    }
    let state = ScheduleState(schedule, source: nil, at: moment("10:30"))
    let plan = try #require(state.firing(at: moment("14:10")))
    #expect(plan.words == given.words)
    #expect(plan.jobs.count == plan.firedTimes.count)
    #expect(plan.state?.next == moment("15:00"))
    #expect(plan.state?.wake == moment("15:00"))
    #expect(plan.state?.firing(at: moment("14:59:59.999999")) == nil)
    #expect(plan.state?.firing(at: moment("15:00"))?.firedTimes == ["15:00"])
  }

  @Test("SC20 nothing fires before its time, and something at it")
  func onTime() throws {
    let state = ScheduleState(try schedule("0 * * * *"), source: nil, at: moment("10:30"))
    #expect(state.wake == moment("11:00"))
    #expect(state.firing(at: moment("10:59:59.999999")) == nil)
    #expect(state.firing(at: moment("11:00"))?.words == ["fired 11:00"])
  }

  @Test("SC21 three days down, minutely, latest: one run and one range of 4,319")
  func threeDays() throws {
    let state = ScheduleState(try schedule("* * * * *"), source: nil, at: moment("2026-03-01T00:00:30Z"))
    let plan = try #require(state.firing(at: moment("2026-03-04T00:00:30Z")))
    #expect(plan.jobs.count == 1)
    guard case .coalesced(let range) = plan.notes[0].kind else {
      Issue.record("no range: \(plan.words)")
      return
    }
    #expect(range.count == 4319)
    #expect(range.first == moment("2026-03-01T00:01:00Z"))
    #expect(range.last == moment("2026-03-03T23:59:00Z"))
  }

  @Test(
    "SC21 three years of minutes are decided in under 50 ms",
    arguments: ["* * * * *", "* * * * * in Europe/London", "@every 1m", "* 0-22 * * * in America/New_York"])
  func threeYears(_ rule: String) throws {
    let state = ScheduleState(try schedule(rule), source: nil, at: moment("2023-03-01T00:00:30Z"))
    let began = ContinuousClock.now
    let plan = try #require(state.firing(at: moment("2026-03-01T00:00:30Z")))
    #expect(began.duration(to: .now) < .milliseconds(50))
    #expect(plan.jobs.count == 1)
  }

  @Test("SC20 all: what is left after a slice comes in the next one, in order")
  func slices() throws {
    let schedule = try schedule("* * * * *") {
      $0.misfire = .all()
      $0.overlap = .allowAll
    }
    var state = ScheduleState(schedule, source: nil, at: moment("2026-03-01T00:00:30Z"))
    var counts: [Int] = []
    while let plan = state.firing(at: moment("2026-03-03T00:00:30Z")), let next = plan.state {
      counts.append(plan.jobs.count)
      state = next
    }
    #expect(counts == [1000, 1000, 880])
    #expect(state.fired == 2880)
    #expect(state.cursor == moment("2026-03-03T00:00:00Z"))
  }

  @Test("count: so many occurrences are handed out, and then it is over")
  func count() throws {
    let schedule = try schedule("0 * * * *") {
      $0.misfire = .all()
      $0.count = 3
    }
    let state = ScheduleState(schedule, source: nil, at: moment("10:30"))
    let plan = try #require(state.firing(at: moment("14:10")))
    #expect(plan.firedTimes == ["11:00", "12:00", "13:00"])
    #expect(plan.state?.isOver == true)
    #expect(plan.state?.wake == nil)
    #expect(plan.state?.next == nil)
    #expect(plan.state?.firing(at: moment("18:00")) == nil)
  }

  @Test("start and end bound what fires, both included")
  func bounds() throws {
    let schedule = try schedule("0 * * * *") {
      $0.misfire = .all()
      $0.start = moment("12:00")
      $0.end = moment("13:00")
    }
    let state = ScheduleState(schedule, source: nil, at: moment("08:30"))
    #expect(state.wake == moment("12:00"))
    let plan = try #require(state.firing(at: moment("18:00")))
    #expect(plan.firedTimes == ["12:00", "13:00"])
    #expect(plan.state?.isOver == true)
  }
}
