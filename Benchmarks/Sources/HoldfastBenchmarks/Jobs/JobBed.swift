import Foundation
import Holdfast
import HoldfastSQLite

/// A job that does nothing, with a payload as large as the peers' have.
struct NoOp: Job {
  static let kind = "no-op"
  var text = String(repeating: "a", count: 89)
}

/// A store in a file of its own, and on demand a runner that counts what ran.
final class JobBed: Sendable {
  let file: URL
  let store: SQLiteStore
  let queue: JobQueue
  let ran = Count()

  init(_ file: URL = JobPeers.folder.appending(path: "\(UUID().uuidString).db")) async throws {
    self.file = file
    store = try await SQLiteStore.open(file.path)
    queue = JobQueue(store)
  }

  /// Closes the store and deletes its files.
  func end() async throws {
    await store.close()
    let folder = file.deletingLastPathComponent()
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where name.hasPrefix(file.lastPathComponent) {
      try FileManager.default.removeItem(at: folder.appending(path: name))
    }
  }

  /// Runs jobs while the body goes on; the default handler only counts.
  func serving<Answer>(
    workers: Int = 64, handlers: [JobHandler]? = nil, middleware: [any JobMiddleware] = [],
    isolation: (any JobProcessPool)? = nil, _ body: () async throws -> Answer
  ) async throws -> Answer {
    let ran = ran
    let handlers = handlers ?? [JobHandler.on(NoOp.self) { _, _ in _ = ran.add() }]
    let runner = try JobRunner(
      store, handlers: handlers, queues: [QueueConfiguration(workers: workers)], middleware: middleware,
      isolation: isolation)
    let run = Task { try await runner.run() }
    do {
      let answer = try await body()
      runner.stop()
      try await run.value
      return answer
    } catch {
      run.cancel()
      throw error
    }
  }

  /// Waits until every run's end is committed; they all have happened.
  func settles() async throws {
    while try await queue.queues().contains(where: { $0.counts[.executing, default: 0] > 0 }) { await Task.yield() }
  }

  /// Jobs enqueued one by one by so many tasks, each call awaited.
  func enqueue(_ count: Int, callers: Int) async throws {
    let next = Count()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<callers {
        group.addTask { [queue] in
          while true {
            guard next.add() <= count else { return }
            try await queue.enqueue(NoOp())
          }
        }
      }
      try await group.waitForAll()
    }
  }

  func enqueueInBulk(_ count: Int, slice: Int = 1000) async throws {
    for done in stride(from: 0, to: count, by: slice) {
      try await queue.enqueue(contentsOf: [NoOp](repeating: NoOp(), count: min(slice, count - done)))
    }
  }
}
