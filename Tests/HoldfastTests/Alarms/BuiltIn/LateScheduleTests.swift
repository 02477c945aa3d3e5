import HoldfastTesting
import Testing

@testable import Holdfast

/// AL47: what is said of schedules that fire too late.
@Suite(.timeLimit(.minutes(10))) struct LateScheduleTests {
  let jobs = JobFixture()

  @Test("a schedule is late from five seconds on")
  func lateSchedule() async throws {
    let late = AlarmID.about("schedule.late", "nightly")
    try await jobs.watched(by: { _ in [] }) { alarms, _ in
      for (seconds, state) in [(1, AlarmState.unknown), (5, .set), (3, .set), (2, .clear)] {
        alarms.noteSchedule("nightly", lateBy: .seconds(seconds))
        #expect(alarms.state(of: late) == state)
      }
    }
  }

  @Test("a schedule that fires after its limit is late, until one fires in time; jitter is no lateness")
  func lateSchedules() async throws {
    let schedules = Schedules(jobs.store)
    try await schedules.put(try Schedule("daily", .cron("0 0 * * *"), Work()))
    try await schedules.put(try Schedule("spread", .cron("0 0 * * *"), Work(), jitter: .seconds(3600)))
    // Nobody runs at midnight.
    jobs.time.advance(by: .seconds(24 * 3600 + 7200))
    let scheduler = Scheduler(jobs.store)
    try await jobs.watched(by: { alarms in
      let watch = ScheduleAlarms(of: scheduler, alarms) { _ in .seconds(7200) }
      return [Child("watch") { watch }, Child("schedules") { scheduler }]
    }) { alarms, recorder in
      await recorder.wait(for: "schedule.late(daily) raised")
      let late = AlarmID.about("schedule.late", "daily")
      #expect(alarms.view(of: late)?.status.description == "fired 7200 s late")
      while alarms.state(of: late) == .set {
        jobs.time.advance(by: .seconds(600))
        for _ in 0..<50 { await Task.yield() }
      }
      #expect(alarms.state(of: .about("schedule.late", "spread")) == .unknown)
    }
  }

  @Test(
    "AL47 a schedule that is deleted, renamed or paused while it is late is late no more, also while nobody watched",
    arguments: ["delete", "rename", "pause"], [true, false])
  func lateAndGone(change: String, isWatched: Bool) async throws {
    let schedules = Schedules(jobs.store)
    let declared: @Sendable (String) throws -> Schedule = { try Schedule($0, .cron("0 0 * * *"), Work()) }
    try await schedules.sync([try declared("daily"), try declared("other")], source: "file")
    jobs.time.advance(by: .seconds(24 * 3600 + 7200))
    let leave: @Sendable () async throws -> Void = {
      switch change {
      case "delete": try await schedules.delete("daily")
      case "rename": try await schedules.sync([try declared("nightly"), try declared("other")], source: "file")
      default: try await schedules.pause("daily")
      }
    }
    try await watched { alarms in
      await until(.set, "daily", alarms)
      await until(.set, "other", alarms)
      guard isWatched else { return }
      try await leave()
      await until(.clear, "daily", alarms)
    }
    if !isWatched { try await leave() }
    try await watched { alarms in
      await until(.clear, "daily", alarms)
      #expect(alarms.state(of: .about("schedule.late", "other")) == .set)
    }
  }

  /// Runs a scheduler and a watch over it around a test.
  private func watched(_ body: (Alarms) async throws -> Void) async throws {
    let scheduler = Scheduler(jobs.store)
    let children = { (alarms: Alarms) in
      let watch = ScheduleAlarms(of: scheduler, alarms)
      return [Child("watch") { watch }, Child("schedules") { scheduler }]
    }
    try await jobs.watched(by: children) { alarms, _ in try await body(alarms) }
  }

  private func until(_ state: AlarmState, _ schedule: String, _ alarms: Alarms) async {
    while alarms.state(of: .lateSchedule(schedule)) != state { await Task.yield() }
  }
}

private struct Work: Job {
  static let kind = "work"
}
