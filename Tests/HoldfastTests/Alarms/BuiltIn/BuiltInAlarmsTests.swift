import Foundation
import HoldfastTesting
import Synchronization
import Testing

@testable import Holdfast

/// AL47: what Holdfast says of itself and of its machine.
@Suite(.timeLimit(.minutes(10))) struct BuiltInAlarmsTests {
  let jobs = JobFixture()

  @Test("a child is down from its failure until it is ready again")
  func childDown() async throws {
    let gate = Gate()
    let plant = Supervisor(
      "plant", timeline: jobs.time,
      children: [
        .task("pump", backoff: .constant(.seconds(10)).delayingFirst()) { context in
          context.ready()
          await gate.pass()
          if context.generation == 1 { throw Boom() }
          await context.untilStopped()
        }
      ])
    try await jobs.watched(by: { alarms in [Child("watch") { SupervisionAlarms(of: plant, alarms) }] }) {
      alarms, recorder in
      try await HoldfastTests.running(plant) {
        gate.open()
        await recorder.wait(for: "child.down(plant/pump) raised")
        #expect(alarms.view(of: .about("child.down", "plant/pump"))?.status.description == "failed: boom")
        while alarms.state(of: .about("child.down", "plant/pump")) == .set {
          jobs.time.advance(by: .seconds(10))
          await Task.yield()
        }
      }
    }
  }

  @Test("what another process said of a child that is well is taken back")
  func staleChildDown() async throws {
    let plant = Supervisor("plant", timeline: jobs.time, children: [])
    let stale = AlarmID.about("child.down", "plant/pump")
    let other = AlarmID.about("child.down", "elsewhere/pump")
    try await jobs.watched(by: { alarms in
      alarms.report(.set(stale))
      alarms.report(.set(other))
      return [Child("watch") { SupervisionAlarms(of: plant, alarms) }]
    }) { alarms, recorder in
      while alarms.state(of: stale) == .set { await Task.yield() }
      #expect(alarms.state(of: other) == .set)
    }
  }

  @Test("a discarded and a parked job have alarms until one of their kind completes")
  func jobAlarms() async throws {
    let fails = Mutex(true)
    let handler = JobHandler(kind: "work") { _, _ in
      if fails.withLock({ $0 }) { throw Boom() }
      return .complete
    }
    try await jobs.running([handler]) { runner, _ in
      try await jobs.watched(by: { alarms in [Child("watch") { JobAlarms(of: runner, alarms) }] }) { alarms, recorder in
        while alarms.state(of: .about("job.discarded", "work")) != .set {
          try await jobs.enqueue()
          for _ in 0..<100 { await Task.yield() }
        }
        fails.withLock { $0 = false }
        try await jobs.enqueue()
        await recorder.wait(for: "job.discarded(work) cleared")
      }
    }
  }

  @Test("AL47 a handler that does not stop has an alarm of its kind, until its task has ended")
  func abandonedJobs() async throws {
    let gate = Gate()
    let policy = JobPolicy(timeout: .seconds(10), grace: .seconds(1))
    let handler = JobHandler(kind: "stubborn", policy: policy) { _, _ in
      await gate.pass()
      return .complete
    }
    try await jobs.running([handler]) { runner, _ in
      try await jobs.watched(by: { alarms in [Child("watch") { JobAlarms(of: runner, alarms) }] }) { alarms, _ in
        try await jobs.enqueue("stubborn", policy: policy)
        await gate.waitFor(1)
        let id = AlarmID.about("job.abandoned", "stubborn")
        while alarms.state(of: id) != .set {
          jobs.time.advance(by: .seconds(1))
          await Task.yield()
        }
        gate.open()
        while alarms.state(of: id) != .clear {
          jobs.time.advance(by: .seconds(1))
          await Task.yield()
        }
      }
    }
  }

  @Test(
    "a queue lags from the limit on until a job starts within half of it",
    arguments: [(30, AlarmState.set), (29, nil), (16, nil), (15, .clear), (0, .clear)] as [(Int, AlarmState?)])
  func lag(_ late: Int, _ state: AlarmState?) throws {
    let job = JobRecord(
      id: 1, draft: JobDraft(kind: "work", payload: Data()), due: .distantPast, enqueued: .distantPast)
    let event = JobEvent(.started(lateness: .seconds(late)), job, at: WallTime(microseconds: 0))
    let reports = JobReports.reports(of: event, lag: .seconds(30))
    let states = reports.map { report -> AlarmState in
      if case .set = report { return .set }
      return .clear
    }
    #expect(states == (state.map { [$0] } ?? []))
  }

  @Test("a queue that nobody serves lags as soon as a job waits for the limit, until that is gone")
  func unserved() async throws {
    let lagging = AlarmID.about("queue.lag", "mail")
    try await jobs.running([]) { runner, _ in
      let id = try await jobs.enqueue { $0.queue = "mail" }
      try await jobs.watched(by: { alarms in [Child("watch") { JobAlarms(of: runner, alarms) }] }) { alarms, _ in
        for state in [AlarmState.set, .clear] {
          while alarms.state(of: lagging) != state {
            jobs.time.advance(by: .seconds(15))
            for _ in 0..<50 { await Task.yield() }
          }
          _ = try await jobs.store.perform(.cancel(reason: "done", atOnce: true), on: [id], by: "test")
        }
        #expect(alarms.state(of: lagging) == .clear)
      }
    }
  }

  @Test(
    "what waits says that its queue lags, unless somebody paused it",
    arguments: [
      (30, false, AlarmState.set), (29, false, nil), (15, false, .clear), (-60, false, .clear), (60, true, .clear),
    ] as [(Int, Bool, AlarmState?)])
  func waiting(_ late: Int, _ isPaused: Bool, _ state: AlarmState?) {
    let now = WallTime(microseconds: 1_000_000_000)
    let pause = QueuePause(scope: .everything, by: "ann", at: now, note: nil)
    let status = QueueStatus(
      partition: "", queue: "mail", counts: [.queued: 1], nextDue: now.advanced(by: .seconds(-late)),
      pauses: isPaused ? [pause] : [], settings: nil)
    let states = JobReports.reports(of: [status], lag: .seconds(30), at: now).map { report -> AlarmState in
      if case .set = report { return .set }
      return .clear
    }
    #expect(states == (state.map { [$0] } ?? []))
  }

  @Test("a disk is almost full from 80 % on, and no longer so 2 % below")
  func disk() async throws {
    let used = Mutex(0.79)
    let full = AlarmID.about("disk.almostFull", "/data")
    try await jobs.watched(by: { alarms in
      [
        Child("machine") {
          MachineAlarms(alarms, paths: ["/data"], full: 0.8, every: .seconds(30)) { _ in used.withLock { $0 } }
        }
      ]
    }) { alarms, recorder in
      for (share, state) in [(0.8, AlarmState.set), (0.785, .set), (0.779, .clear), (0.79, .clear), (0.81, .set)] {
        used.withLock { $0 = share }
        var looks = 0
        while looks < 3 || alarms.state(of: full) != state {
          looks += 1
          jobs.time.advance(by: .seconds(30))
          for _ in 0..<50 { await Task.yield() }
        }
      }
    }
  }

  @Test("a wall clock that is moved by more than a second is skewed until the next look")
  func skew() {
    let start = AlarmTime(.zero, wall: Date(timeIntervalSince1970: 1000))
    let at = { (second: Int, wall: Double) in
      AlarmTime(Instant(nanoseconds: Int64(second) * 1_000_000_000), wall: Date(timeIntervalSince1970: wall))
    }
    var watch = SkewWatch(start)
    #expect(watch.see(at(30, 1030)) == .clear(AlarmID(checked: "clock.skew")))
    #expect(watch.see(at(60, 4660)) == .set(AlarmID(checked: "clock.skew"), "the wall clock was moved by 3600 s"))
    #expect(watch.see(at(90, 4690)) == .clear(AlarmID(checked: "clock.skew")))
    #expect(watch.see(at(120, 4700)) == .set(AlarmID(checked: "clock.skew"), "the wall clock was moved by -20 s"))
  }
}
