import Foundation
import Holdfast
import HoldfastTesting
import Testing

/// Handing in jobs.
struct JobQueueTests {
  private struct Mail: Job {
    static let kind = "mail"
    static let policy = JobPolicy(queue: "mail", priority: 3, maxAttempts: 8, timeout: .seconds(30))
    var user: Int
    var uniqueKey: String? { "user-\(user)" }
    var executionKey: String? { "mailbox" }
  }

  private struct Unencodable: Job {
    static let kind = "unencodable"
    func encode(to encoder: any Encoder) throws { throw Boom() }
  }

  private let time = VirtualTimeline()
  private let queue: JobQueue

  init() {
    queue = JobQueue(MemoryStore(clock: time), partition: "acme")
  }

  @Test func `J5 a draft is the job, its policy, and the options over both`() throws {
    let plain = try queue.draft(for: Mail(user: 1))
    #expect(plain.queue == "mail")
    #expect(plain.partition == "acme")
    #expect(plain.priority == 3)
    #expect(plain.maxAttempts == 8)
    #expect(plain.uniqueKey == "user-1")
    #expect(plain.executionKey == "mailbox")
    var options = JobOptions()
    options.queue = "slow"
    options.partition = "other"
    options.unique = .none
    options.priority = -1
    options.start = .after(.seconds(5))
    let changed = try queue.draft(for: Mail(user: 1), options: options)
    #expect(changed.queue == "slow")
    #expect(changed.partition == "other")
    #expect(changed.uniqueKey == nil)
    #expect(changed.priority == -1)
    #expect(changed.start == .after(.seconds(5)))
  }

  @Test func `Q1 a duplicate is an answer`() async throws {
    let first = try await queue.enqueue(Mail(user: 1))
    #expect(try await queue.enqueue(Mail(user: 1)) == .duplicate(first.id, .queued))
    #expect(try await !queue.enqueue(Mail(user: 1), unique: .key("other")).isDuplicate)
  }

  @Test func `many, and streams in slices`() async throws {
    let receipts = try await queue.enqueue(contentsOf: (0..<25).map(Mail.init))
    #expect(receipts.map(\.id.number) == Array(1...25))
    let stream = AsyncStream { continuation in
      for user in 20..<50 { continuation.yield(Mail(user: user)) }
      continuation.finish()
    }
    let slices = Record<String>()
    let count = try await queue.enqueue(stream: stream, slice: 12) { slices.add("\($0.count)") }
    #expect(count == 25)
    #expect(slices.all == ["12", "12", "6"])
  }

  @Test func `J3 what does not fit is refused before anything is stored`() async throws {
    var options = JobOptions()
    options.name = "17"
    let large = Data(count: JobLimits.payload + 1)
    let key = String(repeating: "k", count: 513)
    await #expect(throws: JobRefused.self) { try await queue.enqueue(Unencodable()) }
    await #expect(throws: JobRefused.self) { try await queue.enqueue(Mail(user: 1), starting: .after(.seconds(-1))) }
    await #expect(throws: JobRefused.self) { try await queue.enqueue(Mail(user: 1), unique: .key(key)) }
    await #expect(throws: JobRefused.self) { try await queue.enqueue(Mail(user: 1), options: options) }
    await #expect(throws: JobRefused.self) { try await queue.enqueue(kind: "a\u{7}", payload: Data()) }
    await #expect(throws: JobRefused.self) { try await queue.enqueue(kind: "a", payload: large) }
    await #expect(throws: JobRefused.self) { try await queue.snooze(1, for: .seconds(-1)) }
    await #expect(throws: JobRefused.self) { try await queue.prioritize(1, 101) }
    await #expect(throws: JobRefused.self) { try await queue.scale("mail", to: -1) }
    #expect(try await queue.list().jobs.isEmpty)
  }

  @Test func `jobs are found, moved, and taken back`() async throws {
    let id = try await queue.enqueue(Mail(user: 1), starting: .after(.seconds(60))).id
    #expect(try await queue.snooze(id, for: .seconds(600)) == .done(.queued))
    let moved = try await queue.get(id)
    #expect(moved?.due == time.wallTime.advanced(by: .seconds(600)))
    #expect(try await queue.prioritize(id, 50) == .done(.queued))
    #expect(try await queue.cancel(id) == .done(.cancelled))
    #expect(try await queue.cancel(id) == .refused(.cancelled))
    #expect(try await queue.retry(id, with: Mail(user: 2)) == .done(.queued))
    let again = try await queue.get(id)
    #expect(again.map { String(decoding: $0.payload, as: UTF8.self) } == #"{"user":2}"#)
    #expect(try await queue.cancel(99) == .unknown)
    #expect(try await queue.purge(QueueScope(queue: "mail")) == 1)
    let gone = try await queue.get(id)
    #expect(gone == nil)
  }
}
