import Holdfast
import HoldfastTesting
import Testing

/// The README's example of alarms, compiled and run.
@Suite(.timeLimit(.minutes(1))) struct AlarmsArticleTests {
  private struct Radio: Sendable {
    let resets: AsyncStream<Incident>.Continuation

    func reset(_ incident: Incident) async throws { resets.yield(incident) }
  }

  @Test("the example of alarms repairs what stays broken")
  func example() async throws {
    let time = VirtualTimeline()
    let store = MemoryStore(clock: time)
    let (resets, source) = AsyncStream.makeStream(of: Incident.self)
    let radio = Radio(resets: source)

    // The article begins
    let unstable = AlarmRule(
      "wifi.unstable", .warning,
      when: .debounce("wifi.down", .seconds(15)) || .intensity("wifi.down", 2, within: .seconds(60)),
      remedy: .run(timeout: .seconds(60), retry: .after(.seconds(60))) { incident in try await radio.reset(incident) })
    let alarms = try Alarms(store, AlarmConfiguration(rules: [unstable]))

    let app = Supervisor("app", children: [Child("alarms") { alarms }])
    async let running: Void = app.run()
    try await alarms.set(AlarmID("wifi.down"), "no carrier")
    // The article ends

    time.advance(by: .seconds(15))
    var incidents = resets.makeAsyncIterator()
    #expect(try await incidents.next()?.alarm == AlarmID("wifi.unstable"))
    app.stop()
    try await running
  }
}
