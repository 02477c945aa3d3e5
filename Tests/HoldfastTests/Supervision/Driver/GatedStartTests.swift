import Holdfast
import HoldfastTesting
import Testing

/// Gates and probes in a time that moves only when told.
@Suite(.timeLimit(.minutes(10))) struct GatedStartTests {
  private let time = VirtualTimeline()
  private let attempts = Record<String>()

  /// Starts beside whatever stands before it, and is found ready by its n-th probe, one a second.
  private func database(readyAt attempt: Int, startDeadline: Duration = .seconds(30)) -> Child {
    var options = Child.Options()
    options.gate = .after([])
    options.backoff = .none
    options.startDeadline = startDeadline
    options.readiness = .probe(every: .seconds(1)) { [attempts] in
      attempts.add("probe")
      return attempts.all.count >= attempt
    }
    return Child("database", options: options) { await $0.untilStopped() }
  }

  @Test func `L13 a child starts when the one its gate names is ready, beside one that hangs`() async throws {
    let (slow, app, last) = (ScriptedChild("slow", [.hangInStart]), ScriptedChild("app"), ScriptedChild("last"))
    let root = Supervisor(
      "root", timeline: time,
      children: [
        slow.child { $0.startDeadline = .seconds(600) }, database(readyAt: 3),
        app.child { $0.gate = .after(["database"]) }, last.child(),
      ])
    let events = EventRecorder(root)
    let run = Task { try await root.run() }
    for probe in 1...2 {
      await time.waitForSleepers(2)
      #expect(attempts.all.count == probe)
      #expect(app.counts.started == 0)
      time.advance(by: .seconds(1))
    }
    try await events.wait(for: "ready", child: "app")
    #expect(root.state(of: "database") == .running)
    #expect(root.state(of: "slow") == .starting)
    #expect(last.counts.started == 0)
    root.stop()
    try await run.value
  }

  @Test func `S24 L13 a probe that never succeeds fails the start at its deadline`() async throws {
    let root = Supervisor("root", timeline: time, children: [database(readyAt: .max, startDeadline: .seconds(2))])
    let run = Task { try await root.run() }
    for _ in 1...2 {
      await time.waitForSleepers(2)
      time.advance(by: .seconds(1))
    }
    let error = await #expect(throws: SupervisorError.self) { try await run.value }
    #expect(error?.code == .startFailed)
    #expect((error?.underlying as? StartDeadlineExceeded)?.deadline == .seconds(2))
  }

  @Test func `S2 L13 a group starts again through its gates and probes`() async throws {
    let app = ScriptedChild("app")
    let root = Supervisor(
      "root", strategy: .oneForAll, timeline: time,
      children: [database(readyAt: 1), app.child { $0.gate = .after(["database"]) }])
    let events = EventRecorder(root)
    try await running(root) {
      app.crash()
      try await events.wait(for: "ready", child: "app", generation: 2)
    }
    let second = events.events.filter { $0.generation == 2 && ["starting", "ready"].contains($0.name) }
    #expect(
      second.map { "\($0.child ?? "").\($0.name)" } == [
        "database.starting", "database.ready", "app.starting", "app.ready",
      ])
  }

  @Test func `G35 subtrees are the chain: c, b and a stop in that order, and errors name the way`() async throws {
    let leaves = ["a", "b", "c"].map { ScriptedChild($0) }
    let inner = Supervisor("inner", children: [leaves[1].child(), leaves[2].child()])
    let root = Supervisor("root", children: [leaves[0].child(), .supervisor(inner)])
    let events = EventRecorder(root)
    try await running(root) {
      let error = await #expect(throws: SupervisorError.self) { try await inner.restartChild("b") }
      #expect(error?.description.hasPrefix("root/inner/b: ") == true)
    }
    try await events.next { $0.name == "supervisorStopped" && $0.supervisor == "root" }
    #expect(events.events.filter { $0.name == "stopped" }.compactMap(\.child) == ["c", "b", "inner", "a"])
  }
}
