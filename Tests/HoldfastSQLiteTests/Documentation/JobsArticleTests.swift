import Foundation
import Holdfast
import HoldfastSQLite
import Testing

/// Opens the article's file in a folder of the test.
private enum SQLiteStore {
  @TaskLocal static var folder = "."

  static func open(_ name: String) async throws -> HoldfastSQLite.SQLiteStore {
    try await .open("\(folder)/\(name)")
  }
}

private struct Mailer {
  let welcomed: AsyncStream<UUID>.Continuation

  func welcome(_ user: UUID) async throws { welcomed.yield(user) }
}

/// The example of the README and of the article on jobs, compiled and run; ``ShownCodeTests`` compares them.
@Suite(.timeLimit(.minutes(10))) struct JobsArticleTests {
  @Test func `the example of the article on jobs does what it says`() async throws {
    let folder = try StoreFolder()
    try await SQLiteStore.$folder.withValue(folder.path) { try await example() }
  }

  private func example() async throws {
    let (users, welcomed) = AsyncStream.makeStream(of: UUID.self)
    let mailer = Mailer(welcomed: welcomed)
    let id = UUID()

    // The article begins
    struct SendWelcome: Job {
      static let kind = "send-welcome"
      static let policy = JobPolicy(queue: "mail", maxAttempts: 8, timeout: .seconds(30))
      var user: UUID
      var executionKey: String? { user.uuidString }  // one mail at a time for each user
    }

    let store = try await SQLiteStore.open("service.db")
    let queue = JobQueue(store)
    let runner = try JobRunner(
      store,
      handlers: [JobHandler.on(SendWelcome.self) { job, context in try await mailer.welcome(job.user) }],
      queues: [QueueConfiguration("mail", workers: 4)])

    let app = Supervisor("app", children: [Child("jobs") { runner }])
    _ = try await queue.enqueue(SendWelcome(user: id), starting: .after(.seconds(300)), unique: .key("welcome-\(id)"))
    // The article ends

    let job = try #require(try await queue.list().jobs.first)
    #expect(job.uniqueKey == "welcome-\(id)" && job.executionKey == id.uuidString && job.maxAttempts == 8)
    #expect(job.enqueued.duration(to: job.due) == .seconds(300))
    let run = Task { try await app.run() }
    #expect(try await queue.reschedule(job.id, to: job.enqueued) == .done(.queued))
    var next = users.makeAsyncIterator()
    #expect(await next.next() == id)
    app.stop()
    try await run.value
    await store.close()
  }
}
