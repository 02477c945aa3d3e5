import Holdfast
import HoldfastTesting
import Testing

/// The example of the article Testing, compiled and run.
@Suite(.timeLimit(.minutes(10))) struct TestingArticleTests {
  // The article begins
  @Test func `the feed comes back five seconds after a crash`() async throws {
    let time = VirtualTimeline()
    let feed = ScriptedChild("feed")
    let app = Supervisor(
      "app", timeline: time,
      children: [feed.child { $0.backoff = Backoff(.constant(.seconds(5)), immediateFirst: false) }])
    let events = EventRecorder(app)
    let run = Task { try await app.run() }
    await app.untilStarted()

    feed.crash()
    try await events.wait(for: "waiting", child: "feed")
    time.advance(by: .seconds(5))
    try await events.wait(for: "ready", child: "feed", generation: 2)
    #expect(feed.counts.maxLive == 1)

    app.stop()
    try await run.value
  }
  // The article ends
}
