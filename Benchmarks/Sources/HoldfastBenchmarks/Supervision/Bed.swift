import Holdfast

/// A supervisor that runs, for the length of one round.
///
/// Everything that users get is on: ids, an intensity that counts, backoff, start and stop deadlines, metrics.
struct Bed {
  static let intensity = Intensity.restarts(100_000_000, within: .seconds(1), counting: .allRestarts)

  let supervisor: Supervisor
  private let run: Task<Void, any Error>

  init(timeline: any Timeline = .system) async {
    let supervisor = Supervisor("bench", intensity: Self.intensity, shutdown: .seconds(60), timeline: timeline)
    self.supervisor = supervisor
    run = Task { try await supervisor.run() }
    await supervisor.untilStarted()
  }

  /// Starts `count` children one after the other, each when the one before it is ready.
  func fill(_ count: Int) async throws {
    for number in 0..<count { try await supervisor.startChild(Self.idle("child-\(number)")) }
  }

  /// A child that does nothing until it is asked to stop.
  static func idle(_ id: String) -> Child {
    .task(id) { context in
      context.ready()
      await context.untilStopped()
    }
  }

  func stop() async throws {
    supervisor.stop()
    try await run.value
  }
}
