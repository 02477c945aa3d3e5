import Holdfast
import HoldfastTesting
import Testing

/// Cancelling what stops already: the last word of a stop, through every level of a tree.
@Suite(.timeLimit(.minutes(10))) struct HurryTests {
  private let time = VirtualTimeline()
  private let deaf = ScriptedChild("deaf", [.hang])

  private func supervisor(_ name: String, _ children: [Child]) -> Supervisor {
    Supervisor(name, timeline: time, children: children)
  }

  /// A leaf that would never end, so many supervisors below the top.
  private func tree(_ depth: Int) -> [Supervisor] {
    var tree = [supervisor("s\(depth)", [deaf.child { $0.shutdown = .unlimited }])]
    for level in (0..<depth).reversed() { tree.insert(supervisor("s\(level)", [.supervisor(tree[0])]), at: 0) }
    return tree
  }

  @Test(arguments: 0...3)
  func `L3 L10 the last word reaches the bottom of a tree, and each level ends by itself within its second`(
    _ depth: Int
  ) async throws {
    let tree = tree(depth)
    let events = EventRecorder(tree[0])
    let run = Task { try await tree[0].run() }
    await tree[0].untilStarted()
    tree[0].stop()
    try await events.wait(for: "stopping", child: "deaf")
    tree[0].hurry()
    try await events.wait(for: "cancelled", child: "deaf")
    time.advance(by: (0..<depth).reduce(.seconds(1)) { patience, _ in patience * 3 / 4 })
    try await run.value
    #expect(tree.map(\.counts.abandoned) == Array(repeating: 0, count: depth) + [1])
    deaf.release()
  }

  @Test func `L3 cancelling a run that stops already hurries it`() async throws {
    let app = tree(0)[0]
    let events = EventRecorder(app)
    let run = Task { try await app.run() }
    await app.untilStarted()
    app.stop()
    try await events.wait(for: "stopping", child: "deaf")
    run.cancel()
    try await events.wait(for: "cancelled", child: "deaf")
    time.advance(by: .seconds(1))
    try await run.value
    #expect(app.counts.abandoned == 1)
    deaf.release()
  }

  @Test func `L3 cancelling a run that does not stop yet stops it in order, in its own time`() async throws {
    let app = tree(0)[0]
    let events = EventRecorder(app)
    let run = Task { try await app.run() }
    await app.untilStarted()
    run.cancel()
    try await events.wait(for: "stopping", child: "deaf")
    time.advance(by: .seconds(30))
    #expect(!events.names.contains("deaf.cancelled"))
    deaf.release()
    try await run.value
    #expect(app.counts.abandoned == 0)
  }

  @Test func `S17 a subtree that is cancelled without being asked is hurried, too`() async throws {
    let inner = supervisor("inner", [deaf.child { $0.shutdown = .unlimited }])
    let app = supervisor("app", [Child("inner", shutdown: .immediately) { inner }])
    let events = EventRecorder(app)
    try await running(app) {
      let stop = Task { try await app.terminateChild("inner") }
      try await events.wait(for: "cancelled", child: "deaf")
      time.advance(by: .milliseconds(750))
      guard case .normal = try await stop.value else {
        Issue.record("the subtree did not end by itself")
        return
      }
    }
    #expect(app.counts.abandoned == 0)
    #expect(inner.counts.abandoned == 1)
    deaf.release()
  }
}
