import FoundationEssentials
import Holdfast
import Testing

@testable import HoldfastPrograms

extension RealPrograms {
  /// Isolated handlers from the queue to their ends.
  struct IsolatedRunner {
    private struct Hooks: JobHooks {
      let ended: OneShot<Void>

      func afterRun(_ end: JobEnd) async throws { ended.fulfil(()) }
      func onDiscard(_ end: JobEnd) async throws { ended.fulfil(()) }
      func onPark(_ end: JobEnd) async throws { ended.fulfil(()) }
    }

    @Test(
      "T7 T8 T9 J11 MS4 an isolated job ends as it should, and no other with it",
      arguments: [
        ("noop", JobState.completed, JobFailure.Kind?.none, ""), ("throw", .discarded, .error, "Refusal()"),
        ("abort", .parked, .crash, "signal 6 (SIGABRT)"), ("hang", .discarded, .timeout, ""),
        ("reminder", .discarded, .asked, "nobody answered for 0.1 seconds"),
        ("unheard", .parked, .unrunnable, "no handler for `unheard`"),
      ])
    func ends(kind: String, state: JobState, failure: JobFailure.Kind?, words: String) async throws {
      let store = MemoryStore()
      let harness = try WorkerHarness()
      let ended = OneShot<Void>()
      let policy = JobPolicy(
        timeout: ["hang", "reminder"].contains(kind) ? .milliseconds(100) : nil,
        grace: kind == "hang" ? .zero : .seconds(60), maxCrashes: 1, isolation: .process)
      let handler = JobHandler(kind: kind, policy: policy) { _, _ in
        Issue.record("it ran in this process")
        return .complete
      }
      let runner = try JobRunner(
        store, handlers: [handler], hooks: [Hooks(ended: ended)], isolation: harness.workers)
      let running = Task { try await runner.run() }
      let queue = JobQueue(store)
      let id = try await queue.enqueue(kind: kind, payload: Data("{}".utf8), policy: policy).id
      await ended.value
      running.cancel()
      try? await running.value
      let job = try #require(try await queue.get(id))
      let failures = try await queue.failures(of: id)
      #expect(job.state == state)
      #expect(failures.last?.kind == failure)
      let said = [job.reason, failures.last?.message].compactMap(\.self).joined(separator: " ")
      #expect(words.isEmpty || said.contains(words))
      #expect(failures.last?.detail == (kind == "throw" ? "JobHost.Handlers.Refusal()" : nil))
      #expect(harness.workers.count == 0)
    }
  }
}
