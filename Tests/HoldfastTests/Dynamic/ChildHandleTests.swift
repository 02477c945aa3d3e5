import HoldfastTesting
import ServiceLifecycle
import Synchronization
import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct ChildHandleTests {
  /// A child that publishes its generation.
  private func publisher(_ handle: ChildHandle<Int>, _ instances: Instances) -> Child {
    .task("pool", backoff: Backoff(.constant(.seconds(5)), immediateFirst: false)) { context in
      context.publish(context.generation, to: handle)
      try await instances.run("pool", context)
    }
  }

  @Test func `D14 S37 §3.2.6 a handle follows its child over restarts, and fails fast or waits in between`()
    async throws
  {
    let (handle, instances, timeline) = (ChildHandle<Int>("pool"), Instances(), VirtualTimeline())
    let app = Supervisor("app", timeline: timeline, children: [publisher(handle, instances)])
    let recorder = EventRecorder(app)
    #expect(throws: SupervisorError.self) { try handle.current }
    let run = Task { try await app.run() }
    #expect(try await handle.value() == 1)
    try await recorder.wait(for: "ready", child: "pool")
    instances.crash("pool")
    try await recorder.wait(for: "waiting", child: "pool")
    let error = #expect(throws: SupervisorError.self) { try handle.current }
    #expect(error?.code == .notRunning)
    let waiters = (1...3).map { _ in Task { try await handle.value() } }
    timeline.advance(by: .seconds(5))
    for waiter in waiters { #expect(try await waiter.value == 2) }
    app.stop()
    try await run.value
    #expect(throws: SupervisorError.self) { try handle.current }
  }

  @Test func `D14 a stop withdraws before the child has ended`() async throws {
    let (handle, instances) = (ChildHandle<Int>("pool"), Instances())
    instances.set { $0.stubborn["pool"] = .some(nil) }
    let app = Supervisor("app", children: [publisher(handle, instances)])
    let run = Task { try await app.run() }
    _ = try await handle.value()
    app.stop()
    await eventually { instances.state.withLock { ($0.stubborn["pool"] ?? nil) != nil } }
    #expect(throws: SupervisorError.self) { try handle.current }
    instances.release("pool")
    try await run.value
  }

  @Test func `D14 a wait ends by its limit, and by cancellation`() async throws {
    let timeline = VirtualTimeline()
    let handle = ChildHandle<Int>("pool", timeline: timeline)
    let limited = Task { try await handle.value(within: .seconds(3)) }
    await timeline.waitForSleepers(1)
    timeline.advance(by: .seconds(3))
    #expect(await error(limited) == .notRunning)
    let endless = Task { try await handle.value() }
    endless.cancel()
    #expect(await error(endless) == .cancelled)
    #expect(await error(Task { try await handle.value(within: .zero) }) == .notRunning)
    #expect(timeline.sleepers == 0)
  }

  private func error(_ task: Task<Int, any Error>) async -> SupervisorError.Code? {
    do { _ = try await task.value } catch { return (error as? SupervisorError)?.code }
    return nil
  }

  @Test func `D14 what a stale generation publishes is ignored`() async throws {
    let handle = ChildHandle<Int>("pool")
    let stale = Mutex<ChildContext?>(nil)
    let app = Supervisor(
      "app",
      children: [
        .task("pool") { context in
          stale.withLock { $0 = context }
          context.ready()
          try await Task.sleep(for: .seconds(600))
        }
      ])
    let run = Task { try await app.run() }
    await app.untilStarted()
    app.stop()
    try await run.value
    stale.withLock { $0 }?.publish(1, to: handle)
    #expect(throws: SupervisorError.self) { try handle.current }
  }

  @Test func `D14 a service is published for each generation`() async throws {
    let handle = ChildHandle<Idle>()
    let made = Atomic(0)
    let app = Supervisor(
      "app",
      children: [Child("idle", handle: handle) { Idle(value: made.add(1, ordering: .relaxed).newValue) }])
    let run = Task { try await app.run() }
    #expect(try await handle.value().value == 1)
    app.stop()
    try await run.value
  }
}
