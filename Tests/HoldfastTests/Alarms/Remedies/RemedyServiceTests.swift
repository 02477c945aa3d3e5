import Foundation
import HoldfastTesting
import Synchronization
import Testing

@testable import Holdfast

/// Remedies on a running service, in virtual time.
@Suite(.timeLimit(.minutes(10))) struct RemedyServiceTests {
  let fixture = AlarmsFixture()
  let broken: AlarmID
  let runs = Record<String>()

  init() throws {
    broken = try AlarmID("broken")
  }

  private func remedy(_ remedy: Remedy) -> AlarmConfiguration {
    var configuration = AlarmConfiguration()
    configuration.remedies = [broken: remedy]
    return configuration
  }

  /// Waits until the history of the alarm has so many entries of a kind.
  private func wait(_ alarms: Alarms, for kind: AlarmNote.Kind, _ count: Int = 1) async throws {
    while try await alarms.history(of: broken).count(where: { $0.note.kind == kind }) < count { await Task.yield() }
  }

  private func advance(_ milliseconds: Int) { fixture.time.advance(by: .milliseconds(milliseconds)) }

  @Test("RM1 a remedy runs at once when its alarm is set, and is told of the incident")
  func runsAtOnce() async throws {
    let configuration = remedy(.run { incident in runs.add("\(incident.alarm) \(incident.description ?? "")") })
    try await fixture.running(configuration) { alarms in
      try await alarms.set(broken, "why")
      try await wait(alarms, for: .remedyEnded)
      #expect(runs.all == ["broken why"])
      let attempts = alarms.view(of: broken)?.incident?.attempts
      #expect(attempts?.map(\.outcome) == [.finished])
    }
  }

  @Test("RM1 a remedy that is registered while its alarm is set runs")
  func registeredLater() async throws {
    try await fixture.running { alarms in
      try await alarms.set(broken)
      try await alarms.configure(remedy(.run { _ in runs.add("run") }))
      try await wait(alarms, for: .remedyEnded)
      #expect(runs.all == ["run"])
    }
  }

  @Test("RM2 RM3 an alarm that clears during a run lets it finish; raised again meanwhile there is no second run")
  func coalesced() async throws {
    let gate = Gate()
    let configuration = remedy(
      .run {
        _ in
        runs.add("start")
        await gate.pass()
        runs.add("end")
      })
    try await fixture.running(configuration) { alarms in
      try await alarms.set(broken)
      await gate.waitFor(1)
      try await alarms.clear(broken)
      try await alarms.set(broken)
      gate.open()
      try await wait(alarms, for: .remedyEnded)
      #expect(runs.all == ["start", "end"])
      #expect(try await alarms.remedies().map(\.state) == [.waitingToRetry])
    }
  }

  @Test("RM4 a run is stopped at its limit, really, and the next one comes after the retry time")
  func timeout() async throws {
    let gate = Gate()
    let policy = RemedyPolicy(timeout: .milliseconds(50), retry: .after(.milliseconds(100)))
    let configuration = remedy(
      Remedy("slow", policy: policy) { _ in
        runs.add("start \(Int(fixture.time.now.nanoseconds / 1_000_000))")
        do { try await fixture.time.sleep(for: .seconds(3600)) } catch { runs.add("cancelled") }
        await gate.pass()
      })
    gate.open()
    try await fixture.running(configuration) { alarms in
      try await alarms.set(broken)
      for run in 1...3 {
        while runs.lines("start").count < run { await Task.yield() }
        advance(50)
        while runs.lines("cancelled").count < run { await Task.yield() }
        await gate.waitFor(run)
        try await wait(alarms, for: .remedyEnded, run)
        advance(100)
      }
      #expect(runs.lines("start").prefix(3) == ["start 0", "start 150", "start 300"])
    }
  }

  @Test("RM6 RM7 a failed run counts as done and is repeated; its reason is in the history; a clear ends it")
  func failure() async throws {
    let configuration = remedy(
      .run(retry: .after(.milliseconds(100))) { _ in
        runs.add("start \(Int(fixture.time.now.nanoseconds / 1_000_000))")
        throw Boom()
      })
    try await fixture.running(configuration) { alarms in
      try await alarms.set(broken)
      try await wait(alarms, for: .remedyEnded)
      advance(100)
      try await wait(alarms, for: .remedyEnded, 2)
      advance(50)
      try await alarms.clear(broken)
      advance(1000)
      #expect(runs.all == ["start 0", "start 100"])
      let texts = try await alarms.history(of: broken).filter { $0.note.kind == .remedyEnded }.map(\.note.text)
      #expect(texts == ["failed: boom", "failed: boom"])
    }
  }

  @Test("RM9 removing a remedy stops its run; it is never seen to end")
  func removal() async throws {
    let gate = Gate()
    let configuration = remedy(
      .run { _ in
        await gate.pass()
        try await fixture.time.sleep(for: .seconds(3600))
        runs.add("finished")
      })
    gate.open()
    try await fixture.running(configuration) { alarms in
      try await alarms.set(broken)
      await gate.waitFor(1)
      try await alarms.configure(AlarmConfiguration())
      #expect(try await alarms.remedies().isEmpty)
      #expect(runs.all.isEmpty)
      let end = try await alarms.history(of: broken).first { $0.note.kind == .remedyEnded }
      #expect(end?.note.text == "cancelled")
    }
  }

  @Test(
    "RM10 after its last attempt a remedy has an alarm of its own, whose remedy is the next step; a clear ends that")
  func escalation() async throws {
    let policy = RemedyPolicy(retry: .after(.milliseconds(100)), maxAttempts: 2)
    let first = Remedy("first", policy: policy) { _ in throw Boom() }
    let next = Remedy("call somebody") { incident in runs.add("\(incident.alarm): \(incident.description ?? "")") }
    let exhausted = try AlarmID("remedy.exhausted", "broken")
    try await fixture.running(remedy(first.escalating(to: next))) { alarms in
      let recorder = AlarmRecorder(alarms.events(of: exhausted))
      try await alarms.set(broken)
      try await wait(alarms, for: .remedyEnded)
      #expect(alarms.state(of: exhausted) == .unknown)
      advance(100)
      await recorder.wait(for: "remedy.exhausted(broken) raised")
      while runs.all.isEmpty { await Task.yield() }
      #expect(runs.all == ["remedy.exhausted(broken): the remedy of broken did not help in 2 attempts"])
      #expect(alarms.view(of: broken)?.incident?.isExhausted == true)
      try await alarms.clear(broken)
      await recorder.wait(for: "remedy.exhausted(broken) cleared")
    }
  }

  @Test("RM10 a dry run only says what it would do")
  func dryRun() async throws {
    let configuration = remedy(
      Remedy("dangerous", policy: RemedyPolicy(isDryRun: true)) { _ in runs.add("really") })
    try await fixture.running(configuration) { alarms in
      try await alarms.set(broken)
      #expect(try await alarms.history(of: broken).map(\.note.kind) == [.remedyWouldStart, .raised])
      #expect(runs.all.isEmpty)
    }
  }

  @Test("RM1 RM11 a run that ends with the service is begun again by the next, as attempt 2 of the same incident")
  func restartMidRun() async throws {
    let gate = Gate()
    gate.open()
    let configuration = remedy(
      .run { incident in
        runs.add("\(incident.id) attempt \(incident.attempts.count)")
        await gate.pass()
        try await fixture.time.sleep(for: .seconds(3600))
      })
    for run in 1...2 {
      try await fixture.running(configuration) { alarms in
        if run == 1 { try await alarms.set(broken) }
        await gate.waitFor(run)
      }
    }
    let id = runs.all[0].split(separator: " ")[0]
    #expect(runs.all == ["\(id) attempt 1", "\(id) attempt 2"])
  }

  @Test("a remedy that is a job stores one, and no second one while it lives")
  func job() async throws {
    let queue = JobQueue(fixture.memory)
    let policy = RemedyPolicy(retry: .after(.milliseconds(100)))
    let configuration = remedy(
      .job("repair", on: queue, policy: policy) { incident in Data("{\"alarm\":\"\(incident.alarm)\"}".utf8) })
    try await fixture.running(configuration) { alarms in
      try await alarms.set(broken)
      try await wait(alarms, for: .remedyEnded)
      advance(100)
      try await wait(alarms, for: .remedyEnded, 2)
      let jobs = try await fixture.memory.jobs(JobQuery()).jobs
      #expect(jobs.map(\.kind) == ["repair"])
      #expect(jobs.first?.envelope.metadata["alarm"] == "broken")
    }
  }

  @Test("a remedy restarts a child by name")
  func restartsChild() async throws {
    let app = Supervisor(
      "plant", timeline: fixture.time,
      children: [
        .task("pump") { context in
          runs.add("pump \(context.generation)"); context.ready(); await context.untilStopped()
        }
      ])
    try await HoldfastTests.running(app) {
      try await fixture.running(remedy(.restart("pump", in: app))) { alarms in
        try await alarms.set(broken)
        try await wait(alarms, for: .remedyEnded)
        #expect(runs.all == ["pump 1", "pump 2"])
        #expect(alarms.view(of: broken)?.incident?.attempts.map(\.outcome) == [.finished])
      }
    }
  }

  @Test("AL41 a shelf that pauses remedies: nothing runs before it ends")
  func paused() async throws {
    try await fixture.running(remedy(.run { _ in runs.add("run") })) { alarms in
      try await alarms.shelve(.exactly(broken), for: .seconds(60), by: "ann", pausesRemedies: true)
      try await alarms.set(broken)
      #expect(try await alarms.remedies().map(\.state) == [.clear])
      fixture.time.advance(by: .seconds(60))
      try await wait(alarms, for: .remedyEnded)
      #expect(runs.all == ["run"])
    }
  }

  @Test("RM11 when the supervisor of remedies goes down, the service begins anew at once and so does what ran")
  func supervisorGoesDown() async throws {
    let configuration = remedy(
      .run { incident in
        runs.add("start \(incident.attempts.last?.number ?? 0)")
        try await fixture.time.sleep(for: .seconds(3600))
      })
    try await fixture.running(configuration) { alarms in
      try await alarms.set(broken)
      while runs.all.isEmpty { await Task.yield() }
      try #require(alarms.state.withLock { $0.node }).runs.supervisor.stop()
      while runs.all.count < 2 { await Task.yield() }
      #expect(runs.all == ["start 1", "start 2"])
      #expect(alarms.state(of: broken) == .set)
      #expect(fixture.time.now == .zero)
    }
  }
}
