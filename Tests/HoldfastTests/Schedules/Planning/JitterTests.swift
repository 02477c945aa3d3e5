import Foundation
import HoldfastTesting
import Testing

@testable import Holdfast

/// Spreading schedules without moving their nominal times.
@Suite struct JitterTests {
  @Test("jitter is the same everywhere, below its limit, and differs by name")
  func stable() throws {
    let times = try (0..<50).map { number in
      let schedule = try schedule("0 * * * *", name: "s\(number)") { $0.jitter = .seconds(600) }
      let due = schedule.due(moment("11:00"))
      #expect(due == schedule.due(moment("11:00")))
      #expect(due >= moment("11:00"))
      #expect(due < moment("11:10"))
      return due
    }
    #expect(Set(times).count > 40)
  }

  @Test("jitter never reaches the next occurrence, so that the order stays")
  func order() throws {
    let schedule = try schedule("*/10 * * * * *") { $0.jitter = .seconds(3600) }
    let times = schedule.preview(200, after: moment("11:00").date)
    for (time, next) in zip(times, times.dropFirst()) { #expect(time.due < next.nominal) }
  }

  @Test("an occurrence waits for its due time, and its job's lateness is honest")
  func due() throws {
    let schedule = try schedule("0 * * * *") { $0.jitter = .seconds(1800) }
    let state = ScheduleState(schedule, source: nil, at: moment("10:30"))
    let due = schedule.due(moment("11:00"))
    #expect(state.wake == due)
    #expect(state.firing(at: due.predecessor) == nil)
    let plan = try #require(state.firing(at: due))
    #expect(plan.firedTimes == ["11:00"])
    #expect(plan.jobs[0].start == .at(due))
    #expect(plan.jobs[0].envelope.metadata == ["schedule": "s", "nominal": "2026-03-10T11:00:00Z"])
  }

  @Test("SC20 a window is measured from the due time")
  func window() throws {
    let schedule = try schedule("0 * * * *") {
      $0.jitter = .seconds(3000)
      $0.misfire = .skip()
    }
    let state = ScheduleState(schedule, source: nil, at: moment("10:30"))
    let due = schedule.due(moment("11:00"))
    #expect(state.firing(at: due.advanced(by: .seconds(60)))?.words == ["fired 11:00"])
    #expect(state.firing(at: due.advanced(by: .seconds(61)))?.words == ["skipped(late) 11:00–11:00 ×1"])
  }
}
