import Holdfast
import HoldfastTesting
import Testing

/// Nodes beside each other: what each has, what becomes of it when one stops, and what the others notice.
@Suite(.timeLimit(.minutes(10))) struct NodeTests {
  private let fixture = JobFixture()
  private let gate = Gate()
  private let journal = Record<String>()

  private func work(_ name: String = "", _ body: @escaping @Sendable (JobContext) async throws -> Void) -> JobHandler {
    JobHandler(kind: "work") { [journal] _, context in
      journal.add("\(name)\(context.id)")
      try await body(context)
      return .complete
    }
  }

  /// A runner with a name, attached.
  private func start(
    _ name: String, _ handler: JobHandler, queues: [QueueConfiguration] = [.init(workers: 1)]
  ) async throws -> (runner: JobRunner, events: JobRecorder, run: Task<Void, any Error>) {
    var options = JobRunner.Options()
    options.name = name
    let runner = try JobRunner(fixture.store, handlers: [handler], queues: queues, options: options)
    let events = JobRecorder(runner)
    let run = Task { try await runner.run() }
    while try await !fixture.store.nodes().contains(where: { $0.identity.name == name }) { await Task.yield() }
    return (runner, events, run)
  }

  @Test func `P1 a runner that is run twice is one node; the second run waits for its turn`() async throws {
    let (runner, events, first) = try await start("one", work { _ in })
    let second = Task { try await runner.run() }
    for _ in 0..<10 { try await fixture.enqueue() }
    await events.wait(for: "completed", 10)
    let node = runner.snapshot.node
    #expect(try await fixture.store.nodes().map(\.identity.id) == [node])
    #expect(events.names.count { $0 == "started" } == 10)
    first.cancel()
    try await first.value
    try await fixture.enqueue()
    await events.wait(for: "completed", 11)
    #expect(try await fixture.store.nodes().map(\.identity.id) != [node])
    second.cancel()
    try await second.value
    #expect(try await fixture.store.nodes().isEmpty)
  }

  @Test func `P3 a node that is stopped in the middle of a job gives it back, and another runs it`() async throws {
    let time = fixture.time
    let (runner, _, run) = try await start(
      "first",
      work("first ") { [gate] _ in
        gate.open()
        await gate.pass()
        try await time.sleep(for: .seconds(100_000))
      })
    let id = try await fixture.enqueue()
    await gate.waitFor(1)
    runner.stop(within: .zero)
    try await run.value
    #expect(runner.snapshot.mode == .stopped)
    let job = try await fixture.queue.get(id)
    #expect(job?.state == .queued && job?.attempt == 0 && job?.node == nil)
    let other = try await start("other", work("other ") { _ in })
    await other.events.wait(for: "completed")
    #expect(try await fixture.queue.get(id)?.attempt == 1)
    #expect(journal.all == ["first 1", "other 1"])
    other.run.cancel()
    try await other.run.value
  }

  @Test func `P4 a node that is stopped safely begins nothing more, and ends with what it runs`() async throws {
    let (runner, events, run) = try await start("one", work { [gate] _ in await gate.pass() })
    for _ in 0..<3 { try await fixture.enqueue() }
    await gate.waitFor(1)
    runner.stop(within: .seconds(3600))
    #expect(runner.snapshot.mode == .draining)
    try await fixture.enqueue { $0.priority = 100 }
    gate.open()
    try await run.value
    #expect(journal.all == ["1"])
    #expect(events.names(of: 1) == ["started", "completed"])
    let rest = try await fixture.queue.list().jobs.filter { $0.id != 1 }
    #expect(rest.count == 3 && rest.allSatisfy { $0.state == .queued && $0.attempt == 0 })
  }

  @Test func `M3 a node that is set inactive takes nothing, ends what it runs, and is set active again`() async throws {
    let one = try await start("one", work("one ") { [gate] _ in await gate.pass() })
    try await fixture.enqueue()
    await gate.waitFor(1)
    try one.runner.reconfigure([])
    #expect(one.runner.snapshot.mode == .working)
    #expect(one.runner.snapshot.pools.map(\.running) == [1])
    let other = try await start("other", work("other ") { _ in })
    for _ in 0..<5 { try await fixture.enqueue() }
    await other.events.wait(for: "completed", 5)
    gate.open()
    await one.events.wait(for: "completed")
    #expect(one.runner.snapshot.pools == [])
    #expect(journal.lines("one ") == ["one 1"])
    other.run.cancel()
    try await other.run.value
    try one.runner.reconfigure([.init(workers: 2)])
    try await fixture.enqueue()
    await one.events.wait(for: "completed", 2)
    one.run.cancel()
    try await one.run.value
  }

  @Test func `I1 I2 each node says what it runs and what waits, and the store lists them all`() async throws {
    let handler = work { [gate] _ in await gate.pass() }
    let queues = [QueueConfiguration("mail", workers: 1), QueueConfiguration("mail", partition: "acme", workers: 2)]
    let one = try await start("one", handler, queues: queues)
    let two = try await start("two", handler, queues: [QueueConfiguration("reports", workers: 4)])
    try await fixture.queue.pause(QueueScope(queue: "reports"))
    for partition in ["acme", "other", "other"] {
      try await fixture.enqueue { ($0.partition, $0.queue) = (partition, "mail") }
    }
    try await fixture.enqueue { $0.queue = "reports" }
    await gate.waitFor(2)
    let snapshot = one.runner.snapshot
    #expect(snapshot.mode == .working && snapshot.trouble == nil && snapshot.handles == ["work": 1])
    #expect(snapshot.pools.map(\.running) == [1, 1])
    #expect(snapshot.pools.map(\.partition) == [nil, "acme"])
    #expect(snapshot.pools.map(\.workers) == [1, 2])
    #expect(Set(snapshot.runs.map(\.partition)) == ["acme", "other"])
    #expect(snapshot.runs.allSatisfy { $0.queue == "mail" && $0.kind == "work" && $0.attempt == 1 })
    while two.runner.snapshot.pools.map(\.isPaused) != [true] { await Task.yield() }
    #expect(two.runner.snapshot.runs == [])
    let nodes = try await fixture.store.nodes()
    #expect(Set(nodes.map(\.identity.id)) == Set([one, two].compactMap(\.runner.snapshot.node)))
    #expect(nodes.first { $0.identity.name == "two" }?.executing == 0)
    let running = try await fixture.queue.list(.executing).jobs
    #expect(Set(running.map(\.id)) == Set(snapshot.runs.map(\.job)))
    #expect(running.allSatisfy { $0.node == snapshot.node })
    gate.open()
    for node in [one, two] {
      node.run.cancel()
      try await node.run.value
      #expect(node.runner.snapshot.node == nil && node.runner.snapshot.mode == .stopped)
    }
  }

  @Test func `P9 a tenant whose runner fails again and again is parked, and the others notice nothing`() async throws {
    let broken = FaultyStore(fixture.store)
    broken.fail(.attach, with: StoreError(.corrupt, store: "acme", "damaged"))
    let acme = try JobRunner(broken, handlers: [work { _ in }], queues: [.init(partition: "acme", workers: 1)])
    let other = try JobRunner(
      fixture.store, handlers: [work { _ in }], queues: [.init(partition: "other", workers: 1)])
    let events = JobRecorder(other)
    let app = Supervisor(
      "tenants", timeline: fixture.time,
      children: [
        Child("other") { other },
        Child("acme", backoff: .none, limit: .failures(3, then: .park), startMayFail: true) { acme },
      ])
    try await running(app) {
      try await fixture.enqueue { $0.partition = "other" }
      await events.wait(for: "completed")
      let node = other.snapshot.node
      while app.snapshot().children.first(where: { $0.id == "acme" })?.state != .parked { await Task.yield() }
      try await fixture.enqueue { $0.partition = "acme" }
      for _ in 0..<5 { try await fixture.enqueue { $0.partition = "other" } }
      await events.wait(for: "completed", 6)
      #expect(other.snapshot.node == node)
      #expect(app.snapshot().children.first { $0.id == "other" }?.restarts == 0)
      broken.heal()
      try await app.restartChild("acme")
      while try await fixture.queue.list(.completed).jobs.count < 7 { await Task.yield() }
    }
  }
}

extension JobQuery {
  fileprivate static var executing: JobQuery { views(.executing) }
  fileprivate static var completed: JobQuery { views(.completed) }

  private static func views(_ view: JobView) -> JobQuery {
    var query = JobQuery()
    query.views = [view]
    return query
  }
}
