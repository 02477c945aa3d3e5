import Holdfast
import HoldfastTesting
import Testing

@Suite(.timeLimit(.minutes(10))) struct RunTests {
  private let time = VirtualTimeline()

  @Test func `S24 run throws the child's own error at the top`() async throws {
    let child = ScriptedChild("web", [.failStart])
    let app = Supervisor("app", children: [child.child()])
    let error = await #expect(throws: SupervisorError.self) { try await app.run() }
    #expect(error?.code == .startFailed)
    #expect(error?.child == "web")
    #expect(error?.supervisor == "app")
    #expect(error?.underlying is ScriptedChild.Crash)
  }

  @Test func `an invalid specification is refused before anything starts`() async {
    let child = ScriptedChild("web")
    let app = Supervisor("app", children: [child.child(), child.child()])
    #expect(await code { try await app.run() } == .invalidSpecification)
    #expect(child.counts.started == 0)
  }

  @Test func `D1 a crash is noticed at once, waits in virtual time and comes back once`() async throws {
    let web = ScriptedChild("web")
    let app = Supervisor(
      "app", timeline: time, children: [web.child { $0.backoff = .constant(.seconds(5)).delayingFirst() }])
    let events = EventRecorder(app)
    try await running(app) {
      web.crash()
      try await events.wait(for: "waiting", child: "web", generation: 1)
      #expect(app.state(of: "web") == .waiting)
      time.advance(by: .seconds(4))
      #expect(app.state(of: "web") == .waiting)
      time.advance(by: .seconds(1))
      try await events.wait(for: "ready", child: "web", generation: 2)
    }
    #expect(web.counts.maxLive == 1)
    #expect(web.counts.live == 0)
  }

  @Test func `§3.2.4 a step of the wall clock neither shortens nor stretches a delay`() async throws {
    let web = ScriptedChild("web")
    let app = Supervisor(
      "app", timeline: time, children: [web.child { $0.backoff = .constant(.seconds(5)).delayingFirst() }])
    let events = EventRecorder(app)
    try await running(app) {
      web.crash()
      try await events.wait(for: "waiting", child: "web")
      time.stepWall(by: .seconds(86_400))
      time.advance(by: .seconds(4))
      #expect(app.state(of: "web") == .waiting)
      time.stepWall(by: .seconds(-172_800))
      time.advance(by: .seconds(1))
      try await events.wait(for: "ready", child: "web", generation: 2)
    }
  }

  @Test func `L3 cancelling the run stops children in reverse order within their deadlines`() async throws {
    let children = ["a", "b", "c"].map { ScriptedChild($0) }
    let app = Supervisor("app", children: children.map { $0.child() })
    let events = EventRecorder(app)
    let run = Task { try await app.run() }
    await app.untilStarted()
    run.cancel()
    try await run.value
    try await events.wait(for: "supervisorStopped")
    #expect(events.events.filter { $0.name == "stopped" }.compactMap(\.child) == ["c", "b", "a"])
  }

  @Test func `L4 L10 a stuck child is cancelled, abandoned and left behind, and its late end is told`() async throws {
    let stuck = ScriptedChild("stuck", [.hang])
    let app = Supervisor("app", timeline: time, children: [stuck.child()])
    let events = EventRecorder(app)
    let run = Task { try await app.run() }
    await app.untilStarted()
    app.stop()
    try await events.wait(for: "stopping", child: "stuck")
    time.advance(by: .seconds(4))
    try await events.wait(for: "cancelled", child: "stuck")
    time.advance(by: .seconds(1))
    try await run.value
    #expect(app.counts.abandoned == 1)
    #expect(app.snapshot().abandoned.map(\.id) == ["stuck"])
    stuck.release()
    try await events.wait(for: "endedLate", child: "stuck")
    #expect(app.snapshot().abandoned.isEmpty)
  }

  @Test func `a child that throws while it stops, or is slow, has stopped cleanly`() async throws {
    let loud = ScriptedChild("loud", [.crashInStop])
    let slow = ScriptedChild("slow", [.slowStop(.seconds(2))])
    let app = Supervisor("app", timeline: time, children: [loud.child(), slow.child()])
    let run = Task { try await app.run() }
    await app.untilStarted()
    app.stop()
    await time.waitForSleepers(2)
    time.advance(by: .seconds(2))
    try await run.value
    #expect(loud.counts.live == 0)
    #expect(slow.counts.live == 0)
  }

  @Test func `hurry ends a stop that would take long`() async throws {
    let stuck = ScriptedChild("stuck", [.hang])
    let app = Supervisor("app", timeline: time, children: [stuck.child { $0.shutdown = .unlimited }])
    let events = EventRecorder(app)
    let run = Task { try await app.run() }
    await app.untilStarted()
    app.stop()
    try await events.wait(for: "stopping", child: "stuck")
    app.hurry()
    try await events.wait(for: "cancelled", child: "stuck")
    time.advance(by: .seconds(1))
    try await run.value
    stuck.release()
  }

  @Test func `G1 a second run waits for the first, and gives up when it is cancelled`() async throws {
    let web = ScriptedChild("web")
    let app = Supervisor("app", children: [web.child()])
    let first = Task { try await app.run() }
    await app.untilStarted()
    let second = Task { try await app.run() }
    second.cancel()
    await #expect(throws: CancellationError.self) { try await second.value }
    #expect(web.counts.started == 1)
    app.stop()
    try await first.value
  }

  @Test func `G2 a supervisor runs again after it ended`() async throws {
    let web = ScriptedChild("web")
    let app = Supervisor("app", children: [web.child()])
    for _ in 0..<3 { try await running(app) {} }
    #expect(web.counts.started == 3)
    #expect(web.counts.maxLive == 1)
  }

  @Test func `L9 stop before run has no effect, twice is once, and a cancelled run starts and ends`() async throws {
    let web = ScriptedChild("web")
    let app = Supervisor("app", children: [web.child()])
    app.stop()
    try await running(app) { app.stop() }
    #expect(web.counts.started == 1)
    let never = AsyncStream.makeStream(of: Void.self)
    let cancelled = Task {
      for await _ in never.stream {}
      try await app.run()
    }
    cancelled.cancel()
    _ = await cancelled.result
    #expect(web.counts.live == 0)
  }

  @Test func `L9 a stop at any moment of a run ends it`() async throws {
    for _ in 0..<300 {
      let web = ScriptedChild("web")
      let app = Supervisor("app", children: [web.child()])
      let feed = app.events()
      let run = Task { try await app.run() }
      for await case .item(let event) in feed where event.name == "supervisorStarting" { break }
      app.stop()
      try await run.value
      #expect(web.counts.live == 0)
    }
  }

  @Test func `a child without any time to stop is still cancelled before it is abandoned`() async throws {
    let (ends, ended) = AsyncStream.makeStream(of: Bool.self)
    let deaf = Child.task("deaf", shutdown: .init(grace: .zero, cancellation: .zero)) { context in
      context.ready()
      await context.untilStopped()
      ended.yield(Task.isCancelled)
    }
    let app = Supervisor("app", timeline: time, children: [deaf])
    try await running(app) {}
    #expect(app.counts.abandoned == 1)
    for await isCancelled in ends {
      #expect(isCancelled)
      break
    }
  }

  @Test func `deadlines so near that they pass while they are set do not disarm later ones`() async throws {
    let app = Supervisor("app", intensity: .unlimited)
    try await running(app) {
      for round in 0..<200 {
        let deaf = Child.task("deaf", restart: .temporary, shutdown: .init(grace: .zero, cancellation: .zero)) {
          $0.ready()
          await $0.untilStopped()
        }
        try await app.startChild(deaf)
        _ = try await app.terminateChild("deaf")
        #expect(app.children.isEmpty, "round \(round)")
      }
      let late = Child.task("late", startDeadline: .milliseconds(20)) { await $0.untilStopped() }
      #expect(await code { try await app.startChild(late) } == .startFailed)
    }
  }

  @Test func `a heartbeat keeps a child, and its silence replaces it`() async throws {
    let child = Child.task("loop", backoff: Backoff.none, heartbeat: .seconds(10)) { context in
      context.ready()
      await context.untilStopped()
    }
    let app = Supervisor("app", timeline: time, children: [child])
    let events = EventRecorder(app)
    try await running(app) {
      time.advance(by: .seconds(10))
      try await events.wait(for: "heartbeatMissed", child: "loop")
      try await events.wait(for: "ready", child: "loop", generation: 2)
    }
  }

  @Test func `L13 a probe decides when a child is ready`() async throws {
    let attempts = Record<String>()
    let child = Child.task(
      "probed",
      readiness: .probe(every: .seconds(1)) {
        attempts.add("try")
        if attempts.all.count < 2 { throw Boom() }
        return attempts.all.count == 3
      }
    ) { await $0.untilStopped() }
    let next = ScriptedChild("next")
    let app = Supervisor("app", timeline: time, children: [child, next.child()])
    let run = Task { try await app.run() }
    for expected in 1...2 {
      await time.waitForSleepers(2)
      #expect(attempts.all.count == expected)
      #expect(next.counts.started == 0)
      time.advance(by: .seconds(1))
    }
    await app.untilStarted()
    #expect(attempts.all.count == 3)
    app.stop()
    try await run.value
  }

  @Test func `what waits for the stop of a child that ended by itself is woken`() async throws {
    let (tasks, found) = AsyncStream.makeStream(of: Task<Void, Never>.self)
    let child = Child.task("short", restart: .transient) { context in
      context.ready()
      let waiting = AsyncStream.makeStream(of: Void.self)
      found.yield(
        Task {
          waiting.continuation.finish()
          await context.untilStopped()
        })
      for await _ in waiting.stream {}
    }
    let app = Supervisor("app", children: [child])
    try await running(app) {
      for await task in tasks {
        await task.value
        break
      }
    }
  }
}
