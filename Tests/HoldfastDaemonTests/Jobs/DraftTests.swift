import Foundation
import Holdfast
import Testing

@testable import HoldfastDaemon

@Suite(.timeLimit(.minutes(10)))
struct DraftTests {
  private func configuration() throws -> Configuration {
    try read(
      """
      queues: { default: , mail: { timeout: 1m } }
      partitions: { acme: { queues: { mail: { timeout: 2m } } } }
      jobs:
        welcome: { shell: x, queue: mail, priority: 3, attempts: 4, crashes: 2, uniqueKey: "w-{user}", executionKey: "{user}" }
        plain: { shell: x, timeout: 5s }
      """)
  }

  @Test func `J5 J6 a draft has what the file says of its kind and queue`() throws {
    var request = EnqueueRequest(kind: "welcome")
    request.payload = #"{"user":7}"#
    var expected = JobDraft(kind: "welcome", payload: Data(#"{"user":7}"#.utf8))
    (expected.queue, expected.priority, expected.maxAttempts, expected.maxCrashes) = ("mail", 3, 4, 2)
    (expected.uniqueKey, expected.executionKey, expected.timeout) = ("w-7", "7", .seconds(60))
    #expect(try configuration().draft(for: request) == expected)
    request.partition = "acme"
    #expect(try configuration().draft(for: request).timeout == .seconds(120))
  }

  @Test func `what the request says comes before what the file says`() throws {
    var request = EnqueueRequest(kind: "welcome")
    (request.queue, request.partition, request.priority, request.delay) = ("default", "acme", -1, 90)
    (request.uniqueKey, request.executionKey, request.name) = ("u", "e", "n")
    (request.attempts, request.timeout, request.metadata) = (1, 2.5, ["a": "b"])
    (request.correlation, request.causation) = ("c", "12")
    let draft = try configuration().draft(for: request)
    #expect((draft.queue, draft.partition, draft.priority) == ("default", "acme", -1))
    #expect(draft.start == .after(.seconds(90)))
    #expect(draft.uniqueKey == "u" && draft.executionKey == "e" && draft.name == "n")
    #expect(draft.maxAttempts == 1 && draft.timeout == .milliseconds(2500))
    #expect(draft.envelope == JobEnvelope(metadata: ["a": "b"], correlation: "c", causation: "12"))
    (request.delay, request.at) = (nil, WallTime(microseconds: 5))
    #expect(try configuration().draft(for: request).start == .at(WallTime(microseconds: 5)))
  }

  @Test func `a payload is an empty object unless given, and a kind's timeout comes before the queue's`() throws {
    let draft = try configuration().draft(for: EnqueueRequest(kind: "plain"))
    #expect(draft.payload == Data("{}".utf8) && draft.timeout == .seconds(5) && draft.maxAttempts == 1)
  }

  @Test(arguments: [
    (nil, nil, [QueueCommand]()),
    (nil, 3, [.set(QueueSettings(QueueScope(queue: "q"), running: 3))]),
    (3, 3, []),
    (3, 4, [.unset(QueueScope(queue: "q")), .set(QueueSettings(QueueScope(queue: "q"), running: 4))]),
    (3, nil, [.unset(QueueScope(queue: "q"))]),
  ])
  func `P6 only limits that the file changed are written`(old: Int?, new: Int?, expected: [QueueCommand]) {
    func settings(_ limit: Int?) -> [QueueSettings] {
      limit.map { [QueueSettings(QueueScope(queue: "q"), running: $0)] } ?? []
    }
    #expect(LimitRecord.commands(from: settings(old), to: settings(new)) == expected)
  }

  @Test func `workers that the file changes end what an operator said of the queue, and are not written`() {
    let scope = QueueScope(queue: "q")
    let commands = LimitRecord.commands(
      from: [QueueSettings(scope, workers: 1)], to: [QueueSettings(scope, workers: 2)])
    #expect(commands == [.unset(scope)])
  }
}
