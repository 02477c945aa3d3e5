import Foundation
import Holdfast
import HoldfastTesting
import Synchronization
import Testing

/// Messages as jobs: from the alarm to the handler, in virtual time.
@Suite(.timeLimit(.minutes(10))) struct NotificationJobTests {
  let jobs = JobFixture()
  let sent = Record<String>()

  private func configuration() -> AlarmConfiguration {
    var configuration = AlarmConfiguration()
    var route = NotificationRoute("ops", to: NotificationTarget("test"))
    route.wait = .seconds(1)
    configuration.routes = [route]
    return configuration
  }

  @Test(
    "AL45 a receiver that fails three times hears the message once, under one key; meanwhile the route's alarm is set")
  func retried() async throws {
    let alarms = try Alarms(jobs.store, configuration())
    let failures = Mutex(3)
    let handler = alarms.notificationHandler("test") { message, _ in
      sent.add("\(message.key) \(message.summary)")
      let fails = failures.withLock { left in
        left -= 1
        return left >= 0
      }
      if fails { throw Boom() }
    }
    let app = Supervisor(
      "app", timeline: jobs.time, children: [Child("alarms", readiness: .signalled) { alarms }])
    try await HoldfastTests.running(app) {
      try await jobs.running([handler, alarms.logNotificationHandler()]) { runner, recorder in
        let failing = AlarmRecorder(alarms.events(of: try AlarmID("notifier.failing", "ops")))
        try await alarms.set(AlarmID("a"), "why")
        jobs.time.advance(by: .seconds(1))
        for attempt in 1...3 {
          await recorder.wait(for: "failed", attempt)
          while sent.all.count <= attempt {
            jobs.time.advance(by: .seconds(1))
            await Task.yield()
          }
        }
        await recorder.wait { $0.contains { $0.name == "completed" && $0.jobKind == "holdfast.notify.test" } }
        await failing.wait(for: "notifier.failing(ops) cleared")
        #expect(failing.all.first == "notifier.failing(ops) raised")
        #expect(sent.all.count == 4)
        #expect(Set(sent.all).count == 1)
        #expect(sent.all[0].hasSuffix("firing: a (warning: why)"))
      }
    }
  }

  @Test("AL43 a resolve that happened while nobody ran is told")
  func resolvedMeanwhile() async throws {
    var configuration = configuration()
    configuration.rules = [AlarmRule("held", when: .hold("input", .seconds(100)))]
    let fixture = AlarmsFixture()
    let kinds = { @Sendable in
      try await fixture.memory.jobs(JobQuery()).jobs.map { job in
        try JSONDecoder().decode(AlarmNotification.self, from: job.payload).status
      }
    }
    try await fixture.running(configuration) { alarms in
      try await alarms.set(AlarmID("input"))
      try await alarms.clear(AlarmID("input"))
      fixture.time.advance(by: .seconds(5))
      while try await kinds().isEmpty { await Task.yield() }
    }
    fixture.time.advance(by: .seconds(1000))
    try await fixture.running(configuration) { _ in
      while try await kinds().count < 2 { await Task.yield() }
    }
    #expect(Set(try await kinds()) == [.firing, .resolved])
  }
}
