import FoundationEssentials
import Holdfast
import HoldfastTesting
import Testing

@testable import HoldfastPrograms

/// An alarms service and a runner in virtual time; what repairs and tells are real programs.
struct AlarmBed {
  let time = VirtualTimeline(wall: Date(timeIntervalSince1970: 1_700_000_000))
  let store: MemoryStore
  let broken: AlarmID
  let folder: TemporaryFolder

  init() throws {
    store = MemoryStore(clock: time)
    broken = try AlarmID("broken")
    folder = try TemporaryFolder()
  }

  func running(
    _ configuration: AlarmConfiguration, _ handlers: (Alarms) -> [JobHandler] = { _ in [] },
    _ body: (Alarms, JobEnds) async throws -> Void
  ) async throws {
    let alarms = try Alarms(store, configuration)
    let runner = try JobRunner(store, handlers: handlers(alarms))
    let events = JobEnds(runner)
    let app = Supervisor(
      "app", timeline: time,
      children: [Child("alarms", readiness: .signalled) { alarms }, Child("jobs") { runner }])
    let run = Task { try await app.run() }
    await app.untilStarted()
    do {
      try await body(alarms, events)
    } catch {
      app.stop()
      throw error
    }
    app.stop()
    try await run.value
  }

  /// One remedy for the alarm, a shell script in the folder.
  func remedy(_ script: String, policy: RemedyPolicy = RemedyPolicy()) -> AlarmConfiguration {
    var program = Program(["/bin/sh", "-c", script])
    program.directory = folder.path
    var configuration = AlarmConfiguration()
    configuration.remedies = [broken: .command(program, policy: policy)]
    return configuration
  }

  /// Everything is told at once.
  func route(_ target: NotificationTarget) -> AlarmConfiguration {
    var route = NotificationRoute("ops", to: target)
    route.wait = .zero
    var configuration = AlarmConfiguration()
    configuration.routes = [route]
    return configuration
  }

  /// What became of the first run of the remedy.
  func end(_ alarms: Alarms) async throws -> String? {
    while true {
      let end = try await alarms.history(of: broken).first { $0.note.kind == .remedyEnded }
      if let end { return end.note.text }
      await Task.yield()
    }
  }
}

/// The ends of attempts, one by one.
struct JobEnds {
  /// The next one.
  let next: @Sendable () async -> JobEvent?

  init(_ runner: JobRunner) {
    let events = runner.events()
    next = {
      for await case .item(let event) in events where ["completed", "failed", "discarded"].contains(event.name) {
        return event
      }
      return nil
    }
  }
}

extension RealPrograms {
  @Suite struct RemedyCommands {
    let bed: AlarmBed

    init() throws { bed = try AlarmBed() }

    @Test func `a command gets the incident as JSON and in its environment, and succeeds with status 0`() async throws {
      let script = """
        cat > incident; echo "$HOLDFAST_ALARM,$HOLDFAST_INCIDENT,$HOLDFAST_ATTEMPT,$HOLDFAST_DESCRIPTION" > words
        """
      try await bed.running(bed.remedy(script)) { alarms, _ in
        try await alarms.set(bed.broken, "why")
        #expect(try await bed.end(alarms) == "finished")
        let text = try #require(bed.folder.read("incident"))
        let incident = try JSONDecoder().decode(Incident.self, from: Data(text.utf8))
        #expect(incident.alarm == bed.broken && incident.description == "why")
        #expect(bed.folder.read("words") == "broken,\(incident.id),1,why\n")
      }
    }

    @Test func `RM6 any other end is a failure, with what the command said last`() async throws {
      try await bed.running(bed.remedy("seq 1 5 >&2; exit 3")) { alarms, _ in
        try await alarms.set(bed.broken)
        #expect(try await bed.end(alarms) == "failed: exited with status 3: 3 | 4 | 5")
      }
    }

    @Test func `RM6 a command that cannot be started is a failure`() async throws {
      var configuration = AlarmConfiguration()
      configuration.remedies = [bed.broken: .command(Program(["/no/such"]))]
      try await bed.running(configuration) { alarms, _ in
        try await alarms.set(bed.broken)
        #expect(try await bed.end(alarms)?.hasPrefix("failed: ") == true)
      }
    }

    @Test func `RM4 a command is stopped at its limit with all that it started`() async throws {
      let configuration = bed.remedy(
        "sleep 1000 & echo $! > new; mv new child; wait", policy: RemedyPolicy(timeout: .seconds(5)))
      try await bed.running(configuration) { alarms, _ in
        try await alarms.set(bed.broken)
        _ = await Harness(shell: "until [ -e \(bed.folder.path)/child ]; do sleep 0.01; done").run()
        let child = try #require(bed.folder.read("child").flatMap { Int32($0.dropLast()) })
        #expect(isAlive(child))
        bed.time.advance(by: .seconds(5))
        #expect(try await bed.end(alarms) == "stopped at its limit")
        await untilGone(child)
        #expect(!isAlive(child))
      }
    }
  }

  @Suite struct CommandMessages {
    @Test(
      "a message is JSON on the command's standard input; it has arrived when the status is 0, else it is tried again",
      arguments: [(0, "completed"), (1, "failed"), (75, "failed")])
    func told(_ status: Int, _ end: String) async throws {
      let bed = try AlarmBed()
      let script = "cat > \(bed.folder.path)/message; echo no >&2; exit \(status)"
      let configuration = bed.route(.command(["/bin/sh", "-c", script]))
      try await bed.running(configuration, { [$0.commandNotificationHandler()] }) { alarms, events in
        try await alarms.set(bed.broken, "why")
        let event = try #require(await events.next())
        #expect(event.name == end && event.jobKind == "holdfast.notify.command")
        #expect(event.reason?.contains("exited with status \(status): no") ?? true)
        let text = try #require(bed.folder.read("message"))
        let message = try JSONDecoder().decode(AlarmNotification.self, from: Data(text.utf8))
        #expect(message.summary == "firing: broken (warning: why)")
      }
    }
  }
}
