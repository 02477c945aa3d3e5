import Holdfast

extension JobFixture {
  /// Runs an alarms service on the store, with watchers beside it.
  func watched(
    by watchers: (Alarms) -> [Child], _ body: (Alarms, AlarmRecorder) async throws -> Void
  ) async throws {
    let alarms = try Alarms(store)
    let app = Supervisor(
      "app", timeline: time, children: [Child("alarms", readiness: .signalled) { alarms }] + watchers(alarms))
    try await HoldfastTests.running(app) { try await body(alarms, AlarmRecorder(alarms.events())) }
  }
}
