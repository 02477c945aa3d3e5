import Foundation
import HoldfastTesting
import Testing

@testable import Holdfast

/// What becomes of an occurrence while the job of an earlier one runs: every 10 s, and each run takes 25 s (SC22).
@Suite(.timeLimit(.minutes(10))) struct OverlapTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var overlap: ScheduleOverlap
    /// When runs begin, in seconds.
    var starts: [Int]
    /// When they end.
    var ends: [Int]
    var testDescription: String { overlap.rawValue }
  }

  static let cases = [
    Case(overlap: .skip, starts: [0, 30, 60], ends: [25, 55, 85]),
    Case(overlap: .bufferOne, starts: [0, 25, 50, 75], ends: [25, 50, 75]),
    Case(overlap: .bufferAll, starts: [0, 25, 50, 75], ends: [25, 50, 75]),
    Case(overlap: .allowAll, starts: [0, 10, 20, 30, 40, 50, 60, 70, 80], ends: [25, 35, 45, 55, 65, 75, 85]),
    Case(overlap: .cancelOther, starts: [0, 10, 20, 30, 40, 50, 60, 70, 80], ends: [10, 20, 30, 40, 50, 60, 70, 80]),
    Case(
      overlap: .terminateOther, starts: [0, 10, 20, 30, 40, 50, 60, 70, 80], ends: [10, 20, 30, 40, 50, 60, 70, 80]),
  ]

  private let fixture = SchedulerFixture()

  @Test("SC22 each overlap policy, with jobs that really run", arguments: cases)
  func overlap(_ given: Case) async throws {
    let (time, starts) = (fixture.time, Record<Int>())
    let origin = time.now
    let handler = JobHandler(kind: "work", policy: JobPolicy()) { _, _ in
      let now = time.now
      starts.add(Int(origin.duration(to: now).seconds) - 10)
      try await time.sleep(until: now.advanced(by: .seconds(25)))
      return .complete
    }
    let runner = try JobRunner(fixture.store, handlers: [handler], queues: [.init(workers: 16)])
    let jobs = JobRecorder(runner)
    let run = Task { try await runner.run() }
    try await fixture.schedules.put(try schedule("@every 10s") { $0.overlap = given.overlap })
    try await fixture.running { _, events in
      for now in stride(from: -5, through: 85, by: 5) {
        time.advance(by: .seconds(5))
        await events.wait(decided: max(0, now / 10 + (now < 0 ? 0 : 1)))
        await starts.wait(for: given.starts.count { $0 <= now })
        let ends = given.ends.count { $0 <= now }
        await jobs.wait { $0.count { $0.name == "completed" || $0.name == "cancelled" } >= ends }
      }
    }
    #expect(starts.all == given.starts)
    runner.stop(within: .zero)
    try await run.value
  }

  @Test("SC22 bufferOne keeps one, and records the others as overlapped")
  func bufferOne() async throws {
    try await fixture.schedules.put(try schedule("0 * * * *") { $0.overlap = .bufferOne })
    try await fixture.running { _, events in
      for hour in 11...13 {
        fixture.advance(to: "\(hour):00")
        await events.wait(decided: hour - 10)
      }
    }
    #expect(try await fixture.history() == ["created", "fired 11:00", "overlapped 12:00", "overlapped 13:00"])
    #expect(try await fixture.jobs().count == 1)
  }
}
