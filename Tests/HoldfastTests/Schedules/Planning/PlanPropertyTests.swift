import Foundation
import HoldfastTesting
import Testing

@testable import Holdfast

/// Plans in closed form against one that looks at each occurrence.
@Suite struct PlanPropertyTests {
  static let rules = [
    "*/7 * * * *", "@every 11m/3m", "30 1,2 * * * in Europe/London", "0 9 * * MON-FRI",
    "*/20 * * * * except {12:00-13:00}",
  ]

  /// What becomes of occurrences, one by one.
  private struct Decided: Equatable {
    var fired: [WallTime] = []
    var skipped: [WallTime] = []
    var coalesced: [WallTime] = []
  }

  @Test("SC20 every policy, window, jitter, start, end and count decides as the definitions say", arguments: 0..<300)
  func likeDefinitions(_ run: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix64(seed: seed)
    let origin = moment("2026-03-27T00:00:00Z")
    let state = ScheduleState(try random.schedule(around: origin), source: nil, at: origin)
    let now = origin.advanced(by: .seconds(Int64.random(in: 0...400_000, using: &random)))
    let plan = state.firing(at: now)
    let expected = definition(state, now)
    #expect(decided(plan, state.schedule) == expected, "seed \(seed)")
    let count = expected.fired.count
    #expect(plan?.jobs.count ?? 0 == count, "seed \(seed)")
    #expect(plan?.state?.fired ?? 0 == count, "seed \(seed)")
  }

  private func definition(_ state: ScheduleState, _ now: WallTime) -> Decided {
    let schedule = state.schedule
    let all = schedule.preview(2000, after: state.cursor.date).filter { $0.due <= now }
    let isLate = { (time: ScheduledTime) in
      schedule.misfire.window.map { time.due.duration(to: now) > $0 } ?? false
    }
    var decided = Decided()
    decided.skipped = all.filter(isLate).map(\.nominal)
    let rest = all.filter { !isLate($0) }.map(\.nominal)
    switch schedule.misfire {
    case .earliest:
      decided.fired = Array(rest.prefix(1))
      decided.coalesced = Array(rest.dropFirst())
    case .all where !schedule.overlap.endsPredecessor, .skip where !schedule.overlap.endsPredecessor:
      decided.fired = Array(rest.prefix(min(SchedulePlan.slice, state.left)))
    default:
      decided.fired = rest.suffix(1)
      decided.coalesced = rest.dropLast()
    }
    return decided
  }

  private func decided(_ plan: SchedulePlan?, _ schedule: Schedule) -> Decided {
    var decided = Decided()
    for note in plan?.notes ?? [] {
      guard let range = note.kind.occurrences else { continue }
      let times = schedule.rule.occurrences(after: range.first.predecessor.date, through: range.last.date)
      let nominals = times.map { WallTime($0) }
      if nominals.count != range.count { Issue.record("\(range.words) has \(nominals.count)") }
      switch note.kind {
      case .fired: decided.fired += nominals
      case .skipped: decided.skipped += nominals
      default: decided.coalesced += nominals
      }
    }
    return decided
  }
}

extension SplitMix64 {
  /// Any schedule whose times are near a moment.
  fileprivate mutating func schedule(around origin: WallTime) throws -> Schedule {
    var schedule = try HoldfastTests.schedule(PlanPropertyTests.rules.randomElement(using: &self) ?? "")
    let window = Bool.random(using: &self) ? nil : Duration.seconds(Int64.random(in: 1...20_000, using: &self))
    schedule.misfire =
      [.latest(within: window), .all(within: window), .earliest(within: window), .skip(after: window ?? .seconds(60))]
      .randomElement(using: &self) ?? .latest()
    schedule.overlap = ScheduleOverlap.allCases.randomElement(using: &self) ?? .skip
    if Bool.random(using: &self) { schedule.jitter = .seconds(Int64.random(in: 0...5000, using: &self)) }
    if Bool.random(using: &self) { schedule.count = Int.random(in: 1...20, using: &self) }
    if Bool.random(using: &self) {
      schedule.start = origin.advanced(by: .seconds(Int64.random(in: -9000...100_000, using: &self)))
    }
    if Bool.random(using: &self) {
      schedule.end = origin.advanced(by: .seconds(Int64.random(in: 200_000...300_000, using: &self)))
    }
    return schedule
  }
}
