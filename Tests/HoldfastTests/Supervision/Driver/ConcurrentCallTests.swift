import HoldfastTesting
import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct ConcurrentCallTests {
  private let time = VirtualTimeline()

  @Test func `calls return typed results and errors`() async throws {
    let web = ScriptedChild("web")
    let app = Supervisor("app", children: [web.child()])
    #expect(await code { try await app.startChild(ScriptedChild("x").child()) } == .notRunning)
    try await running(app) {
      #expect(try await app.startChild(ScriptedChild("x").child()) == .running(generation: 1))
      #expect(try await app.startChild(ScriptedChild("i", [.ignore]).child()) == .ignored)
      #expect(await code { try await app.startChild(ScriptedChild("x").child()) } == .alreadyStarted)
      #expect(await code { try await app.startChild(ScriptedChild("f", [.failStart]).child()) } == .startFailed)
      #expect(await code { try app.deleteChild("web") } == .running)
      guard case .normal = try await app.terminateChild("web") else {
        Issue.record("not ended")
        return
      }
      #expect(try await app.restartChild("web") == .running(generation: 2))
      #expect(app.children == ["web", "x", "i"])
      #expect(app.counts.specifications == 3)
      #expect(app.counts.active == 2)
      #expect(try app.specification(of: "web").id == "web")
      #expect(await code { _ = try app.specification(of: "f") } == .notFound)
    }
  }

  @Test func `S21 other calls are served while a stop takes long`() async throws {
    let slow = ScriptedChild("slow", [.slowStop(.seconds(2))])
    let app = Supervisor("app", timeline: time, children: [slow.child()])
    try await running(app) {
      let stop = Task { try await app.terminateChild("slow") }
      await time.waitForSleepers(2)
      try await app.startChild(ScriptedChild("x").child())
      #expect(app.state(of: "slow") == .stopping)
      time.advance(by: .seconds(2))
      _ = try await stop.value
      #expect(app.state(of: "slow") == .stopped)
    }
  }

  @Test func `G20 a cancelled caller takes its start back`() async throws {
    let hanging = ScriptedChild("x", [.hangInStart])
    let app = Supervisor("app")
    let events = EventRecorder(app)
    try await running(app) {
      let start = Task { try await app.startChild(hanging.child()) }
      try await events.wait(for: "starting", child: "x")
      start.cancel()
      #expect(await code { _ = try await start.value } == .startFailed)
      #expect(app.children == [])
    }
  }

  enum SelfStop: CaseIterable { case addedByCall, fromTheStart, probed, restarted }

  /// Each listens for its stop, so that in a time that stands still nothing but the call's return can end it.
  @Test(arguments: SelfStop.allCases)
  func `§4.2.4 a child stops itself and does not wait for that`(_ which: SelfStop) async throws {
    let (results, app) = (Record<String>(), Latest<Supervisor>())
    let child = Child.task(
      "self", backoff: Backoff.none, readiness: which == .probed ? .probe(every: .seconds(1)) { true } : .signalled
    ) { context in
      context.onStop {}
      context.ready()
      if which == .restarted, context.generation == 1 { throw Boom() }
      guard let exit = try await app.value?.terminateChild("self") else { return }
      results.add("\(exit), asked to stop: \(context.isStopping)")
    }
    let supervisor = Supervisor("app", timeline: time, children: which == .fromTheStart ? [child] : [])
    app.value = supervisor
    let events = EventRecorder(supervisor)
    try await running(supervisor) {
      if which != .fromTheStart { _ = try? await supervisor.startChild(child) }
      try await events.wait(for: "stopped", child: "self")
    }
    #expect(results.all == ["shutdown, asked to stop: true"])
    #expect(supervisor.counts.abandoned == 0)
  }

  @Test func `a child may add, stop and delete its siblings and stop its supervisor`() async throws {
    let sibling = ScriptedChild("sibling")
    let app = Supervisor("app")
    let run = Task { try await app.run() }
    await app.untilStarted()
    try await app.startChild(
      .task("boss") { [app] context in
        context.ready()
        try await app.startChild(sibling.child())
        _ = try await app.terminateChild("sibling")
        try app.deleteChild("sibling")
        app.stop()
        await context.untilStopped()
      })
    try await run.value
    #expect(sibling.counts.started == 1)
  }

  @Test func `a cancelled caller of a stop stops waiting, and the stop goes on`() async throws {
    let slow = ScriptedChild("slow", [.slowStop(.seconds(2))])
    let app = Supervisor("app", timeline: time, children: [slow.child()])
    let events = EventRecorder(app)
    try await running(app) {
      let stop = Task { try await app.terminateChild("slow") }
      await time.waitForSleepers(2)
      stop.cancel()
      #expect(await code { _ = try await stop.value } == .cancelled)
      time.advance(by: .seconds(2))
      try await events.wait(for: "stopped", child: "slow")
      #expect(app.state(of: "slow") == .stopped)
    }
  }

  @Test func `skipDelay starts a waiting child at once`() async throws {
    let web = ScriptedChild("web")
    let app = Supervisor(
      "app", timeline: time, children: [web.child { $0.backoff = .constant(.seconds(600)).delayingFirst() }])
    let events = EventRecorder(app)
    try await running(app) {
      #expect(await code { try app.skipDelay(of: "web") } == .notWaiting)
      web.crash()
      try await events.wait(for: "waiting", child: "web")
      try app.skipDelay(of: "web")
      try await events.wait(for: "ready", child: "web", generation: 2)
    }
  }

  @Test func `many tasks that start, crash and stop children leave nothing alive`() async throws {
    // In a time that stands still no deadline passes. In real time a machine too busy to run a child for seconds on end
    // has it abandoned, as it should be, and this is not about that.
    let app = Supervisor("app", intensity: .unlimited, timeline: time)
    let children = (0..<40).map { ScriptedChild("c\($0)") }
    try await running(app) {
      await withTaskGroup { group in
        for child in children {
          group.addTask {
            for _ in 0..<10 {
              _ = try? await app.startChild(child.child())
              child.crash()
              _ = try? await app.terminateChild(child.id)
              try? app.deleteChild(child.id)
            }
          }
        }
      }
    }
    #expect(children.allSatisfy { $0.counts.maxLive == 1 && $0.counts.live == 0 })
    #expect(app.counts.abandoned == 0)
  }
}
