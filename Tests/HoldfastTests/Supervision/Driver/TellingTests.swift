import Foundation
import Holdfast
import HoldfastTesting
import Logging
import Metrics
import MetricsTestKit
import Synchronization
import Testing
import Tracing

@Suite(.timeLimit(.minutes(10))) struct TellingTests {
  /// Keeps what is logged.
  final class Captured: Sendable {
    let lines = Mutex<[(level: Logger.Level, message: String, metadata: Logger.Metadata)]>([])

    var logger: Logger {
      var logger = Logger(label: "captured") { _ in Handler(captured: self) }
      logger.logLevel = .debug
      return logger
    }

    struct Handler: LogHandler {
      let captured: Captured
      var metadata: Logger.Metadata = [:]
      var logLevel = Logger.Level.debug

      subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
      }

      func log(event: LogEvent) {
        let metadata = self.metadata.merging(event.metadata ?? [:]) { $1 }
        captured.lines.withLock { $0.append((event.level, "\(event.message)", metadata)) }
      }
    }
  }

  @Test func `S33 a crash is logged with the fields of OTP's report`() async throws {
    let captured = Captured()
    let web = ScriptedChild("web")
    let app = Supervisor("app", children: [web.child { $0.shutdown = .unlimited }])
    let events = EventRecorder(app)
    try await withLogger(captured.logger) { _ in
      try await running(app) {
        web.crash()
        try await events.wait(for: "ready", child: "web", generation: 2)
      }
    }
    let line = try #require(captured.lines.withLock { $0.first { $0.metadata["event"] == "exited" } })
    #expect(line.level == .error)
    #expect(line.metadata["supervisor"] == "app")
    #expect(line.metadata["errorContext"] == "child_terminated")
    #expect(line.metadata["reason"] == "failed: scripted crash of generation 1")
    guard case .dictionary(let offender)? = line.metadata["offender"] else {
      Issue.record("no offender: \(line.metadata)")
      return
    }
    let expected: Logger.Metadata = [
      "id": "web", "generation": "1", "restart_type": "permanent", "significant": "false", "shutdown": "infinity",
      "child_type": "worker",
    ]
    #expect(offender == expected)
  }

  @Test func `L5 children get the run's logger with their path, and what the supervisor wraps them in`() async throws {
    let captured = Captured()
    let journal = Record<String>()
    let app = Supervisor(
      "app",
      around: { context, body in
        journal.add("around \(context.id)")
        try await body()
      },
      children: [
        .task("web") { context in
          context.logger.info("hello")
          context.ready()
          await context.untilStopped()
        }
      ])
    try await withLogger(captured.logger) { _ in try await running(app) {} }
    let line = try #require(captured.lines.withLock { $0.first { $0.message == "hello" } })
    #expect(line.metadata["child"] == "app/web")
    #expect(line.metadata["generation"] == "1")
    #expect(journal.all == ["around web"])
  }

  private enum Tenant: ServiceContextKey { typealias Value = String }

  @TaskLocal private static var request = "none"

  @Test func `L5 the run's tracing context crosses into every generation, other task-locals do not`() async throws {
    let journal = Record<String>()
    let web = Child.task("web", backoff: Backoff.none) { context in
      journal.add("\(ServiceContext.current?[Tenant.self] ?? "lost"), \(Self.request)")
      context.ready()
      if context.generation == 1 { throw Boom() }
      await context.untilStopped()
    }
    let app = Supervisor("app", children: [web])
    let events = EventRecorder(app)
    var tracing = ServiceContext.topLevel
    tracing[Tenant.self] = "blue"
    try await ServiceContext.$current.withValue(tracing) {
      try await Self.$request.withValue("7") {
        try await running(app) { try await events.wait(for: "ready", child: "web", generation: 2) }
      }
    }
    #expect(journal.all == ["blue, none", "blue, none"])
  }

  @Test func `G30 what children failed with is told, and does not become the error of a run that was stopped`()
    async throws
  {
    let web = ScriptedChild("web")
    let app = Supervisor("app", children: [web.child()])
    let events = EventRecorder(app)
    try await running(app) {
      web.crash()
      let end = try await events.wait(for: "exited", child: "web")
      guard case .exited(.failed(let error), _) = end.kind else {
        Issue.record("ended with \(end)")
        return
      }
      #expect((error as? ScriptedChild.Crash)?.generation == 1)
    }
  }

  @Test func `G33 only the first word that a child is ready counts, and each generation ends once`() async throws {
    let eager = Child.task("eager", restart: .temporary) { context in
      for _ in 1...3 { context.ready() }
    }
    let app = Supervisor("app", children: [eager])
    let events = EventRecorder(app)
    try await running(app) { try await events.wait(for: "removed", child: "eager") }
    try await events.wait(for: "supervisorStopped")
    #expect(events.names.filter { $0 == "eager.ready" }.count == 1)
    #expect(events.names.filter { $0 == "eager.exited" }.count == 1)
  }

  @Test func `starts, exits and readiness are counted by supervisor`() async throws {
    let metrics = TestMetrics()
    let web = ScriptedChild("web")
    let app = withMetricsFactory(metrics) { Supervisor("app", children: [web.child()]) }
    let events = EventRecorder(app)
    try await running(app) {
      web.crash()
      try await events.wait(for: "ready", child: "web", generation: 2)
    }
    let dimensions = [("supervisor", "app")]
    #expect(metrics.counterTotal(label: "holdfast.child.starts", dimensions: dimensions) == 2)
    #expect(metrics.counterTotal(label: "holdfast.child.exits", dimensions: dimensions) == 1)
    #expect(try metrics.expectTimer("holdfast.child.ready", dimensions).values.count == 2)
  }

  @Test func `events are numbered without gaps, in order, and reach the top of the tree`() async throws {
    let leaf = ScriptedChild("leaf")
    let app = Supervisor("app", children: [.supervisor(Supervisor("inner", children: [leaf.child()]))])
    let events = EventRecorder(app)
    try await running(app) {}
    try await events.next { $0.name == "supervisorStopped" && $0.supervisor == "app" }
    for supervisor in ["app", "app/inner"] {
      let numbers = events.events.filter { $0.supervisor == supervisor }.map(\.number)
      #expect(numbers == (0..<UInt64(numbers.count)).map { $0 + 1 })
    }
    #expect(
      events.names == [
        "supervisorStarting", "inner.starting", "supervisorStarting", "leaf.starting", "leaf.ready",
        "supervisorStarted",
        "inner.ready", "supervisorStarted", "supervisorStopping", "inner.stopping", "supervisorStopping",
        "leaf.stopping", "leaf.stopped", "supervisorStopped", "inner.stopped", "supervisorStopped",
      ])
  }

  @Test func `a slow reader is told how much it missed, and gets the newest`() async throws {
    let app = Supervisor("app")
    let feed = app.events(buffer: 2)
    try await running(app) {}
    var items: [String] = []
    for await item in feed {
      switch item {
      case .dropped(let count): items.append("dropped \(count)")
      case .item(let event): items.append(event.name)
      }
      if items.last == "supervisorStopped" { break }
    }
    #expect(items == ["dropped 2", "supervisorStopping", "supervisorStopped"])
  }

  @Test func `D15 a snapshot shows the whole tree, and survives JSON`() async throws {
    let time = VirtualTimeline()
    let web = ScriptedChild("web")
    let leaf = ScriptedChild("leaf")
    let app = Supervisor(
      "app", strategy: .oneForOne, timeline: time,
      children: [
        web.child { $0.backoff = .constant(.seconds(60)).delayingFirst() },
        .supervisor(Supervisor("inner", timeline: time, children: [leaf.child()])),
      ])
    let events = EventRecorder(app)
    try await running(app) {
      web.crash()
      try await events.wait(for: "waiting", child: "web")
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let json = try encoder.encode(app.snapshot())
      let copy = try JSONDecoder().decode(SupervisorSnapshot.self, from: json)
      #expect(try encoder.encode(copy) == json)
      let child = try #require(copy.children.first)
      #expect(child.state == .waiting)
      #expect(child.until == time.wall.addingTimeInterval(60))
      #expect(child.lastExit == "failed: scripted crash of generation 1")
      #expect(copy.children.last?.subtree?.path == "app/inner")
      #expect(copy.children.last?.subtree?.children.map(\.id) == ["leaf"])
      #expect(copy.state == "running")
      #expect(copy.budgetLeft == 5)
    }
  }
}
