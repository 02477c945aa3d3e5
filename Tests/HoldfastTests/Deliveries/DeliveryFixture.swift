import Foundation
@testable import Holdfast
import HoldfastTesting
import Synchronization

/// A message of the tests.
struct Note: Job, HaltingMessage {
  static let kind = "note"
  var text: String
  var isHalted = false

  init(_ text: String = "hello", isHalted: Bool = false) {
    self.text = text
    self.isHalted = isHalted
  }
}

struct Unhandled: Error, CustomStringConvertible {
  var description: String { "unhandled" }
}

/// Deliveries on virtual time.
struct DeliveryFixture {
  let jobs = JobFixture()
  /// What was handled and answered, in order.
  let log = Record<String>()

  var time: VirtualTimeline { jobs.time }
  var deliveries: Deliveries { Deliveries(jobs.queue) }

  /// How far from now.
  func at(_ milliseconds: Int) -> WallTime { time.wallTime.advanced(by: .milliseconds(milliseconds)) }

  /// Writes down each attempt and its response, and lets a test decide.
  func handler(
    timeout: Duration = .seconds(5), policy: JobPolicy? = nil,
    _ handle: @escaping @Sendable (Note, DeliveryContext) async throws -> String = { note, _ in note.text },
    decide: @escaping @Sendable (DeliveryResponse<String>, DeliveryContext) async throws -> DeliveryDecision<Note> = {
      _, _ in .done
    }
  ) -> JobHandler {
    JobHandler.delivering(Note.self, policy: policy, timeout: timeout) { [log] note, delivery in
      log.add("\(delivery.attempts) \(note.text)")
      return try await handle(note, delivery)
    } responded: { [log] response, delivery in
      switch response {
      case .answered(let answer): log.add("answered \(answer)")
      case .failed(let error): log.add("failed \(error)")
      case .timedOut(let duration): log.add("timed out \(duration)")
      }
      return try await decide(response, delivery)
    }
  }

  func running(
    _ handlers: [JobHandler], workers: Int = 4, options: JobRunner.Options = JobRunner.Options(),
    _ body: (JobRunner, JobRecorder) async throws -> Void
  ) async throws {
    try await jobs.running(handlers, queues: [.init(workers: workers)], options: options, body)
  }
}

extension JobRunner {
  /// Jobs that it has, running or reserved.
  var held: Int { snapshot.pools.reduce(0) { $0 + $1.running + $1.ready + $1.coming } }

  /// Whether a run that was stopped has said what becomes of its job.
  var hasDecided: Bool {
    node?.state.withLock { state in
      let window = state.machine.window
      return window.keys.contains { window[$0]?.reservation.control.withLock { $0.decided != nil } == true }
    } ?? false
  }
}
