import Foundation
import Holdfast
import HoldfastTesting
import Logging
import ServiceLifecycle
import Testing
import UnixSignals

/// §6.3: ServiceLifecycle both ways.
@Suite(.timeLimit(.minutes(10))) struct ServiceTests {
  /// Notes its life, and ends on a graceful shutdown or by throwing when told.
  struct Worker: Service {
    let name: String
    let journal: Record<String>
    var fails = false

    func run() async throws {
      journal.add("start \(name)")
      if fails { throw Boom() }
      try? await gracefulShutdown()
      journal.add("stop \(name) \(Task.isShuttingDownGracefully ? "gracefully" : "cancelled")")
    }
  }

  private let journal = Record<String>()

  private func worker(_ name: String) -> Child {
    Child(name) { [journal] in Worker(name: name, journal: journal) }
  }

  private func group(_ services: [any Service]) -> ServiceGroup {
    ServiceGroup(configuration: .init(services: services.map { .init(service: $0) }, logger: Logger(label: "test")))
  }

  @Test func `L1 a graceful shutdown of the group stops the tree, in order, before earlier services`() async throws {
    let app = Supervisor("app", children: [worker("a"), worker("b")])
    let group = group([Worker(name: "early", journal: journal), app])
    let run = Task { try await group.run() }
    await app.untilStarted()
    await group.triggerGracefulShutdown()
    try await run.value
    #expect(journal.lines("stop") == ["stop b gracefully", "stop a gracefully", "stop early gracefully"])
  }

  @Test func `L1 L11 a real signal reaches the group alone, once, and stops the tree`() async throws {
    let app = Supervisor("app", children: [worker("a"), worker("b")])
    let group = ServiceGroup(
      configuration: .init(
        services: [.init(service: Worker(name: "early", journal: journal)), .init(service: app)],
        gracefulShutdownSignals: [.sigusr2], logger: Logger(label: "test")))
    let run = Task { try await group.run() }
    await app.untilStarted()
    kill(getpid(), SIGUSR2)
    try await run.value
    #expect(journal.lines("stop") == ["stop b gracefully", "stop a gracefully", "stop early gracefully"])
  }

  @Test func `L1 L3 cancelling the group stops the tree in order, each child gracefully`() async throws {
    let app = Supervisor("app", children: [worker("a"), worker("b")])
    let group = group([app])
    let run = Task { try await group.run() }
    await app.untilStarted()
    run.cancel()
    _ = await run.result
    #expect(journal.lines("stop") == ["stop b gracefully", "stop a gracefully"])
  }

  @Test func `L5 the parent's signal does not reach a child directly`() async throws {
    let last = ScriptedChild("last", [.slowStop(.seconds(1))])
    let time = VirtualTimeline()
    let first = Child.task("first") { [journal] context in
      context.ready()
      await context.untilStopped()
      journal.add("asked \(context.isStopping), signalled \(Task.isShuttingDownGracefully)")
    }
    let app = Supervisor("app", timeline: time, children: [first, last.child()])
    let group = group([app])
    let run = Task { try await group.run() }
    await app.untilStarted()
    await group.triggerGracefulShutdown()
    await time.waitForSleepers(2)
    #expect(app.state(of: "first") == .running)
    time.advance(by: .seconds(1))
    try await run.value
    #expect(journal.all == ["asked true, signalled false"])
  }

  @Test func `L2 each generation is a fresh instance, also of a service that runs once only`() async throws {
    let made = Record<String>()
    let child = Child("group", backoff: Backoff.none) { [journal] in
      made.add("made")
      let inner = Worker(name: "inner", journal: journal, fails: made.all.count < 4)
      return ServiceGroup(services: [inner], logger: Logger(label: "test"))
    }
    let app = Supervisor("app", children: [child])
    let events = EventRecorder(app)
    try await running(app) {
      try await events.wait(for: "ready", child: "group", generation: 4)
    }
    #expect(made.all.count == 4)
  }

  @Test func `L6 a stop of one service reaches only that one`() async throws {
    let app = Supervisor("app", children: (1...5).map { worker("w\($0)") })
    try await running(app) {
      _ = try await app.terminateChild("w3")
      #expect(journal.lines("stop") == ["stop w3 gracefully"])
    }
    #expect(journal.lines("stop").count == 5)
  }

  @Test(arguments: [(RestartPolicy.permanent, 2), (.transient, 1)])
  func `L7 §3.2.13 a service that returns by itself has ended normally`(restart: RestartPolicy, starts: Int)
    async throws
  {
    struct Brief: Service {
      let journal: Record<String>
      func run() async throws {
        journal.add("start")
        if journal.all.count > 1 { try? await gracefulShutdown() }
      }
    }
    let app = Supervisor(
      "app",
      children: [Child("brief", restart: restart, backoff: Backoff.none) { [journal] in Brief(journal: journal) }])
    let events = EventRecorder(app)
    try await running(app) {
      let end = try await events.wait(for: "exited", child: "brief")
      guard case .exited(.normal, _) = end.kind else {
        Issue.record("ended with \(end)")
        return
      }
      if starts == 2 {
        try await events.wait(for: "ready", generation: 2)
      } else {
        try await events.wait(for: "finished")
      }
    }
    #expect(journal.all.count == starts)
  }

  @Test func `L8 a CancellationError nobody asked for is a failure`() async throws {
    let app = Supervisor(
      "app",
      children: [
        .task("c", restart: .transient, backoff: Backoff.none) { context in
          context.ready()
          if context.generation == 1 { throw CancellationError() }
          await context.untilStopped()
        }
      ])
    let events = EventRecorder(app)
    try await running(app) { try await events.wait(for: "ready", child: "c", generation: 2) }
  }

  @Test func `L12 S10 an escalation ends the group with its own error`() async throws {
    let app = Supervisor(
      "app", intensity: .restarts(0, within: .seconds(1)),
      children: [Child("bad") { [journal] in Worker(name: "bad", journal: journal, fails: true) }])
    #expect(await code { try await group([app]).run() } == .restartLimitReached)
  }

  @Test func `L14 a nested tree stops at its turn, not at the signal`() async throws {
    let inner = Supervisor("inner", children: [worker("i1"), worker("i2")])
    let app = Supervisor("app", children: [worker("first"), .supervisor(inner), worker("last")])
    let group = group([app])
    let run = Task { try await group.run() }
    await app.untilStarted()
    #expect(inner.path == "app/inner")
    await group.triggerGracefulShutdown()
    try await run.value
    #expect(journal.lines("stop").map { $0.split(separator: " ")[1] } == ["last", "i2", "i1", "first"])
  }

  @Test func `S10 S15 a subtree that reaches its limit fails, so that even a transient one is restarted`() async throws
  {
    let bad = ScriptedChild("bad")
    let inner = Supervisor("inner", intensity: .restarts(0, within: .seconds(1)), children: [bad.child()])
    let app = Supervisor("app", children: [.supervisor(inner, restart: .transient, backoff: Backoff.none)])
    let events = EventRecorder(app)
    try await running(app) {
      bad.crash()
      let end = try await events.wait(for: "exited", child: "inner")
      guard case .exited(.failed(let error as SupervisorError), _) = end.kind else {
        Issue.record("ended with \(end)")
        return
      }
      #expect(error.code == .restartLimitReached)
      #expect(error.supervisor == "app/inner")
      try await events.wait(for: "ready", child: "inner", generation: 2)
    }
    #expect(bad.counts.maxLive == 1)
  }

  @Test func `a subtree asked to stop while it is entered is stopped`() async throws {
    for _ in 0..<100 {
      let leaf = ScriptedChild("leaf")
      let app = Supervisor(
        "app", children: [.supervisor(Supervisor("inner", children: [leaf.child()]))])
      let feed = app.events()
      let run = Task { try await app.run() }
      for await case .item(let event) in feed where event.child == "inner" { break }
      app.stop()
      try await run.value
      #expect(leaf.counts.live == 0)
      #expect(app.counts.abandoned == 0)
    }
  }
}
