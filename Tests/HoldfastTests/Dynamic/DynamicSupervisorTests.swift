import HoldfastTesting
import ServiceLifecycle
import Synchronization
import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct DynamicSupervisorTests {
  private func signalled(_ change: (inout Child.Options) -> Void = { _ in }) -> Child.Options {
    Child.Options().with {
      $0.readiness = .signalled
      change(&$0)
    }
  }

  /// Runs a tree for as long as the body takes.
  private func running(_ tree: some SupervisionTree, _ body: () async throws -> Void) async throws {
    let app = Supervisor("app", children: [.supervisor(tree)])
    let run = Task { try await app.run() }
    defer { app.stop() }
    await app.untilStarted()
    try await body()
    app.stop()
    try await run.value
  }

  @Test func `S5 children of one template are named by ascending numbers and get their argument`() async throws {
    let instances = Instances()
    let dynamic = DynamicSupervisor<String>("d", template: signalled(), body: instances.run)
    try await running(dynamic) {
      let (first, second) = (try await dynamic.startChild("x"), try await dynamic.startChild("y"))
      #expect(first == DynamicChild(id: "1", started: .running(generation: 1)))
      #expect(second.id == "2")
      #expect(dynamic.children == ["1", "2"])
      #expect(instances.live == ["x": 1, "y": 1])
      #expect(dynamic.counts.active == 2)
    }
    #expect(instances.live.isEmpty)
  }

  @Test func `S5 a crashed child restarts with its argument, a finished one is forgotten`() async throws {
    let instances = Instances()
    let template = signalled { $0.restart = .transient }
    let dynamic = DynamicSupervisor<String>("d", template: template, body: instances.run)
    let recorder = EventRecorder(dynamic)
    try await running(dynamic) {
      try await dynamic.startChild("x")
      instances.crash("x")
      try await recorder.wait(for: "ready", child: "1", generation: 2)
      instances.end("x")
      try await recorder.wait(for: "removed", child: "1")
      #expect(dynamic.counts.specifications == 0)
    }
  }

  @Test func `S16 a significant template is refused before anything runs`() async throws {
    let dynamic = DynamicSupervisor<Int>("d", template: signalled { $0.significant = true }) { _, _ in }
    let error = await #expect(throws: SupervisorError.self) { try await dynamic.run() }
    #expect(error?.code == .invalidSpecification)
  }

  @Test func `S22 all children stop at once, within one deadline`() async throws {
    let instances = Instances()
    let timeline = VirtualTimeline()
    let dynamic = DynamicSupervisor<String>("d", template: signalled(), timeline: timeline, body: instances.run)
    let run = Task { try await dynamic.run() }
    await dynamic.root.untilStarted()
    let keys = (1...100).map(String.init)
    instances.set { state in for key in keys { state.stubborn[key] = .some(nil) } }
    for key in keys { try await dynamic.startChild(key) }
    dynamic.stop()
    await eventually { instances.state.withLock { $0.stubborn.values.filter { $0 != nil }.count } == 100 }
    timeline.advance(by: dynamic.shutdownBound)
    try await run.value
    #expect(dynamic.counts.abandoned == 100)
    for key in keys { instances.release(key) }
  }

  @Test func `S34 maxChildren counts waiting children, and a terminated one makes room`() async throws {
    let instances = Instances()
    let timeline = VirtualTimeline()
    let template = signalled { $0.backoff = Backoff(.constant(.seconds(5)), immediateFirst: false) }
    let dynamic = DynamicSupervisor<String>(
      "d", template: template, maxChildren: 1, timeline: timeline, body: instances.run)
    let recorder = EventRecorder(dynamic)
    let run = Task { try await dynamic.run() }
    await dynamic.root.untilStarted()
    try await dynamic.startChild("x")
    instances.crash("x")
    try await recorder.wait(for: "waiting", child: "1")
    let full = await #expect(throws: SupervisorError.self) { try await dynamic.startChild("y") }
    #expect(full?.code == .maxChildren)
    try await dynamic.terminateChild("1")
    try await dynamic.startChild("y")
    #expect(instances.live == ["y": 1])
    let absent = await #expect(throws: SupervisorError.self) { try await dynamic.terminateChild("1") }
    #expect(absent?.code == .notFound)
    dynamic.stop()
    try await run.value
  }

  @Test func `S34 a child that is not wanted is told apart and dropped`() async throws {
    let dynamic = DynamicSupervisor<Int>("d", template: signalled()) { _, _ in throw ChildIgnored() }
    try await running(dynamic) {
      let child = try await dynamic.startChild(1)
      #expect(child.started == .ignored)
      #expect(dynamic.counts.specifications == 0)
    }
  }

  @Test func `S34 a start that fails says why and leaves nothing`() async throws {
    let dynamic = DynamicSupervisor<Int>("d", template: signalled()) { _, _ in throw Broken(name: "start") }
    try await running(dynamic) {
      let error = await #expect(throws: SupervisorError.self) { try await dynamic.startChild(1) }
      #expect(error?.underlying as? Broken == Broken(name: "start"))
      #expect(dynamic.counts.specifications == 0)
    }
  }

  @Test func `S5 services can be children of a template`() async throws {
    let dynamic = DynamicSupervisor<Int>("d", service: { Idle(value: $0) })
    try await running(dynamic) {
      try await dynamic.startChild(7)
      #expect(dynamic.state(of: "1") == .running)
    }
  }

  @Test func `S35 a key always leads to the same partition, and counts are summed`() async throws {
    let instances = Instances()
    let partitioned = PartitionedSupervisor<String>(
      "p", partitions: 4, template: signalled(), body: instances.run)
    try await running(partitioned) {
      let first = try await partitioned.startChild("x", key: 42).id.split(separator: "/")[0]
      let second = try await partitioned.startChild("y", key: 42).id.split(separator: "/")[0]
      #expect(first == second)
      var seen: Set<Substring> = []
      for number in 0..<4 { seen.insert(try await partitioned.startChild("r\(number)").id.split(separator: "/")[0]) }
      #expect(seen.count == 4)
      #expect(partitioned.counts.active == 6)
      #expect(partitioned.children.count == 6)
      let id = try #require(partitioned.children.first)
      try await partitioned.terminateChild(id)
      #expect(partitioned.counts.specifications == 5)
      for id in ["9/1", "x", "0"] {
        let error = await #expect(throws: SupervisorError.self) { try await partitioned.terminateChild(id) }
        #expect(error?.code == .notFound)
      }
    }
    #expect(instances.live.isEmpty)
  }
}
