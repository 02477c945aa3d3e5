import Foundation
import HoldfastTesting
import Testing

@testable import Holdfast

/// Why a job is not running, in words.
struct JobExplanationTests {
  private static let now = WallTime(microseconds: 1_800_000_000_000_000)

  private static func job(_ id: JobID = 7, _ change: (inout JobRecord) -> Void = { _ in }) -> JobRecord {
    var draft = JobDraft(kind: "mail", payload: Data())
    draft.executionKey = "a"
    draft.maxAttempts = 8
    var job = JobRecord(id: id, draft: draft, due: now, enqueued: now)
    change(&job)
    return job
  }

  private static func facts(_ job: JobRecord, _ change: (inout JobFacts) -> Void = { _ in }) -> JobFacts {
    var facts = JobFacts(job: job, now: now)
    change(&facts)
    return facts
  }

  private static func pool(running: Int, workers: Int, abandoned: Int = 0) -> JobRunnerSnapshot {
    var snapshot = JobRunnerSnapshot(name: "n", mode: .working, handles: [:])
    snapshot.pools = [
      JobRunnerSnapshot.Pool(
        queue: "default", workers: workers, configured: workers, running: running, ready: 0, coming: 0,
        abandoned: abandoned, abandonedLimit: 4, isPaused: false)
    ]
    return snapshot
  }

  private static let scope = QueueScope(partition: "default", queue: "default")

  static let table: [(JobFacts, String)] = [
    (facts(job()), "job 7 starts as soon as a worker takes it"),
    (
      facts(job { $0.due = now.advanced(by: .seconds(90)) }),
      "job 7 is due at 2027-01-15T08:01:30Z, in 1 min 30 s"
    ),
    (
      facts(
        job {
          $0.due = now.advanced(by: .seconds(5))
          $0.attempt = 1
        }
      ) { $0.lastFailure = JobFailure(.error, "no route", attempt: 1) },
      "job 7 is tried again at 2027-01-15T08:00:05Z, in 5.0 s, as attempt 2 of 8: no route"
    ),
    (
      facts(job()) {
        $0.pauses = [QueuePause(scope: QueueScope(queue: "default"), by: "alice", at: now, note: "disk")]
      },
      "job 7 is paused: queue 'default' by alice at 2027-01-15T08:00:00Z: disk"
    ),
    (
      facts(job()) {
        $0.queues = [
          QueueStatus(
            partition: "default", queue: "default", counts: [.executing: 5], nextDue: nil, pauses: [],
            settings: QueueSettings(scope, running: 5))
        ]
      },
      "job 7 waits: the limit of 5 running for queue 'default' of partition 'default' is reached"
    ),
    (
      facts(job()) { $0.runners = [pool(running: 0, workers: 0)] },
      "job 7 waits: queue 'default' has no workers; scale it up"
    ),
    (
      facts(job()) { $0.runners = [pool(running: 2, workers: 2)] },
      "job 7 waits: all 2 workers of queue 'default' are busy"
    ),
    (
      facts(job { $0.queue = "mail" }) { $0.runners = [pool(running: 0, workers: 2)] },
      "job 7 waits: no runner here serves queue 'mail'"
    ),
    (
      facts(job()) {
        let identity = NodeIdentity(id: "x", name: "n", handles: ["other": 1])
        $0.nodes = [NodeStatus(identity: identity, executing: 0, since: now, seen: now)]
      },
      "job 7 waits: no node has a handler for kind 'mail'; deploy one"
    ),
    (
      facts(
        job {
          $0.state = .parked
          $0.reason = "unknown kind"
        }),
      "job 7 is parked: unknown kind; retry it when that is mended"
    ),
    (
      facts(
        job {
          $0.state = .cancelled
          $0.reason = "not needed"
        }),
      "job 7 is cancelled: not needed"
    ),
  ]

  @Test(arguments: table) fileprivate func `every cause has its words`(facts: JobFacts, words: String) {
    #expect(JobExplanation([facts]).description == words)
  }

  @Test(
    "the others that wait before it are counted, up to a limit that is told",
    arguments: [
      (0, " of key 'a'"), (1, " of key 'a' (1 other before it)"), (14, " of key 'a' (14 others before it)"),
      (1000, " of key 'a' (1000 others before it)"), (1001, " of key 'a' (more than 1000 others before it)"),
    ])
  func line(count: Int, words: String) {
    let holder = Self.job(3) { $0.state = .executing }
    let first = Self.job(5) { $0.state = .waiting }
    let waiting = Self.job { $0.state = .waiting }
    func explanation(_ ahead: [JobRecord], _ line: Int) -> String {
      JobExplanation([
        Self.facts(waiting) { facts in (facts.ahead, facts.line) = (ahead, line) }
      ]).description
    }
    #expect(explanation([holder], count) == "job 7 waits behind job 3" + words)
    #expect(explanation([first], count + 1) == "job 7 waits behind job 5" + words)
    #expect(explanation([], 0) == "job 7 waits for its turn with key 'a'")
  }

  @Test func `a job with every attempt there is can be explained after a crash`() {
    let job = Self.job {
      $0.due = Self.now.advanced(by: .seconds(5))
      ($0.attempt, $0.crashes, $0.maxAttempts) = (1, 1, .max)
    }
    #expect(JobExplanation([Self.facts(job)]).description.hasSuffix("as attempt 2 of \(Int.max)"))
  }

  @Test func `a chain of waiting jobs is told to its end`() {
    let holder = Self.job(3) {
      $0.state = .executing
      $0.started = Self.now.advanced(by: .seconds(-3))
      $0.node = "x"
    }
    let middle = Self.job(5) { $0.state = .waiting }
    let last = Self.job(7) { $0.state = .waiting }
    let chain = [
      Self.facts(last) { $0.ahead = [middle] }, Self.facts(middle) { $0.ahead = [holder] }, Self.facts(holder),
    ]
    #expect(
      JobExplanation(chain).description
        == "job 7 waits behind job 5 of key 'a', which waits behind job 3 of key 'a', "
        + "which has been running for 3.0 s on node x")
  }

  @Test func `explained from the store: the holder of a key, by the node's name`() async throws {
    let fixture = JobFixture()
    let gate = Gate()
    let handler = JobHandler(kind: "work") { _, _ in
      await gate.pass()
      return .complete
    }
    var options = JobRunner.Options()
    options.name = "north"
    try await fixture.running([handler], options: options) { runner, events in
      for _ in 0..<4 { try await fixture.enqueue { $0.executionKey = "album" } }
      await gate.waitFor(1)
      fixture.time.advance(by: .seconds(3))
      let words = try await fixture.queue.explain(2, runners: [runner])?.description
      #expect(
        words == "job 2 waits behind job 1 of key 'album', which has been running for 3.0 s on node north")
      let last = try await fixture.queue.explain(4, runners: [runner])?.description
      #expect(last?.hasPrefix("job 4 waits behind job 1 of key 'album' (2 others before it), which has been") == true)
      gate.open()
      await events.wait(for: "completed", 4)
    }
    #expect(try await fixture.queue.explain(99) == nil)
  }
}
