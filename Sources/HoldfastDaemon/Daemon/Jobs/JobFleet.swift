import Holdfast
import ServiceLifecycle

/// Runs the runner of a ``JobService``, and after a reload the one that takes its place while the first one drains.
struct JobFleet: Service {
  let service: JobService

  func run() async throws {
    let first = try service.makeRunner()
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask { await Pruning(service: service).run() }
      var current: JobRunner?
      for await runner in service.runners().cancelOnGracefulShutdown() where runner !== current {
        current?.stop()
        current = runner
        group.addTask { try await runner.run() }
      }
    }
    withExtendedLifetime(first) {}
  }
}

/// Deletes jobs that ended long enough ago, now and every ten minutes.
struct Pruning: Sendable {
  private static let period = Duration.seconds(600)
  /// Jobs in one transaction.
  private static let slice = 1000

  let service: JobService

  /// Runs until the service stops.
  func run() async {
    await cancelWhenGracefulShutdown {
      repeat {
        // A store in trouble tells of it elsewhere; pruning can wait.
        try? await prune()
        try? await service.store.clock.sleep(for: Self.period)
      } while !Task.isCancelled
    }
  }

  private func prune() async throws {
    let configuration = service.configuration
    for lane in try await service.store.queues() {
      let retention = configuration.retention(lane.queue, partition: lane.partition)
      while !Task.isCancelled, try await service.store.prune(retention, limit: Self.slice) == Self.slice {}
    }
  }
}
