import Foundation
import HoldfastTesting
import Testing

@testable import Holdfast

/// How an attempt ended, times the policy, gives what becomes of the job.
struct AttemptVerdictTests {
  private func verdict(
    _ end: AttemptEnd, attempt: Int = 1, crashes: Int = 0, maxAttempts: Int = 3,
    retry: JobRetry = .levels([.seconds(1), .seconds(3)])
  ) -> JobVerdict {
    var draft = JobDraft(kind: "work", payload: Data())
    draft.maxAttempts = maxAttempts
    var job = JobRecord(id: 1, draft: draft, due: .distantPast, enqueued: .distantPast)
    (job.attempt, job.crashes) = (attempt, crashes)
    var random = SplitMix64(seed: 1)
    return AttemptVerdict(job: job, policy: JobPolicy(retry: retry)).verdict(on: end, using: &random)
  }

  private func failure(_ kind: JobFailure.Kind, _ message: String, attempt: Int = 1) -> JobFailure {
    JobFailure(kind, message, attempt: attempt)
  }

  @Test(arguments: [
    (1, 0, JobVerdict.retry(after: .seconds(1), failure: .boom(attempt: 1), payload: nil)),
    (2, 0, .retry(after: .seconds(3), failure: .boom(attempt: 2), payload: nil)),
    (3, 0, .discarded(.boom(attempt: 3))),
    (3, 1, .retry(after: .seconds(3), failure: .boom(attempt: 3), payload: nil)),
    (4, 1, .discarded(.boom(attempt: 4))),
  ])
  func `T2 T6 errors retry level by level; deaths of the node use up no attempt`(
    attempt: Int, crashes: Int, expected: JobVerdict
  ) {
    #expect(verdict(.threw(Boom()), attempt: attempt, crashes: crashes) == expected)
  }

  @Test func `every outcome has its verdict`() throws {
    let data = Data("7".utf8)
    #expect(verdict(.said(.complete)) == .completed(output: nil))
    #expect(verdict(.said(try .complete(7))) == .completed(output: data))
    #expect(verdict(.said(.snooze(for: .seconds(-5)))) == .snoozed(for: .zero))
    #expect(verdict(.said(.cancel("no"))) == .cancelled(reason: "no"))
    #expect(verdict(.said(.discard("never"))) == .discarded(failure(.asked, "never")))
    #expect(
      verdict(.said(.retry(after: .seconds(-1), reason: "x")))
        == .retry(after: .zero, failure: failure(.asked, "x"), payload: nil))
    #expect(
      verdict(.said(.retry(reason: "x")), attempt: 2)
        == .retry(after: .seconds(3), failure: failure(.asked, "x", attempt: 2), payload: nil))
    #expect(verdict(.said(.retry(after: .seconds(9), reason: "x")), attempt: 3).isDiscarded)
  }

  private struct Declined: Error {
    var code = 51
    var underlying: any Error = Boom()
  }

  private enum Transport: Error { case lost(after: Int) }

  private struct Vague: Error, CustomStringConvertible, CustomDebugStringConvertible {
    var description: String { "something went wrong" }
    var debugDescription: String { "duplicate key in table accounts" }
  }

  @Test(arguments: [
    (Declined() as any Error, "Declined(code: 51, underlying: boom)", "Declined(code: 51, underlying: boom)"),
    (Transport.lost(after: 3), "lost(after: 3)", "Transport.lost(after: 3)"),
    (Vague(), "something went wrong", "Vague: duplicate key in table accounts"),
  ])
  func `T7 a thrown error is kept with its type and with what is behind it`(
    error: any Error, message: String, detail: String
  ) {
    let failure = JobFailure(
      .error, message, detail: "HoldfastTests.AttemptVerdictTests." + detail, attempt: 3)
    #expect(verdict(.threw(error), attempt: 3) == .discarded(failure))
  }

  @Test func `T7 of a long error the beginning is kept`() {
    struct Long: Error { var text = String(repeating: "x", count: 10_000) }
    guard case .discarded(let failure) = verdict(.threw(Long()), attempt: 3) else {
      Issue.record("not discarded")
      return
    }
    #expect(failure.message.utf8.count == JobLimits.words && failure.detail?.utf8.count == JobLimits.words)
  }

  @Test func `T8 T9 D1 stops and crashes`() {
    #expect(verdict(.stopped(.drained)) == .returned)
    #expect(verdict(.stopped(.cancelled("enough"))) == .cancelled(reason: "enough"))
    let late = failure(.timeout, "timed out after 3.0 s")
    #expect(verdict(.stopped(.timeout(.seconds(3)))) == .retry(after: .seconds(1), failure: late, payload: nil))
    let crash = JobProcessCrash(status: "signal 4 (SIGILL)")
    let died = failure(.crash, "the worker process ended with signal 4 (SIGILL)")
    #expect(verdict(.threw(crash)) == .crashed(retryAfter: .seconds(1), failure: died))
    #expect(verdict(.unrunnable(.undecodable, "bad")) == .parked(.undecodable, reason: "bad"))
  }

  @Test("T9 a crash uses up no attempt: its delay grows with the crashes, also when the kind never retries")
  func crashes() {
    let crash = AttemptEnd.threw(JobProcessCrash(status: "signal 6"))
    guard case .crashed(.seconds(3), _) = verdict(crash, attempt: 4, crashes: 1) else {
      Issue.record("the second crash has the second delay")
      return
    }
    guard case .crashed(let delay, _) = verdict(crash, maxAttempts: 1, retry: .none) else {
      Issue.record("discarded")
      return
    }
    #expect(delay > .zero)
  }

  @Test func `too large an output or payload is the handler's failure`() throws {
    let large = String(repeating: "x", count: JobLimits.payload)
    #expect(verdict(.said(try .complete(large)), attempt: 3).isDiscarded)
    let retry = JobOutcome(.retry(after: nil, payload: Data(large.utf8) + [0], version: nil, reason: nil))
    #expect(verdict(.said(retry), attempt: 3).isDiscarded)
  }

  @Test func `attempts that an enqueue asked for count, also when the kind never retries`() {
    guard case .retry(let delay, _, _, _) = verdict(.threw(Boom()), maxAttempts: 2, retry: .none) else {
      Issue.record("not retried")
      return
    }
    #expect(delay > .zero)
    #expect(verdict(.threw(Boom()), attempt: 2, maxAttempts: 2, retry: .none).isDiscarded)
  }
}

extension JobFailure {
  fileprivate static func boom(attempt: Int) -> JobFailure {
    JobFailure(.error, "boom", detail: "HoldfastTests.Boom", attempt: attempt)
  }
}

extension JobVerdict {
  fileprivate var isDiscarded: Bool { if case .discarded = self { true } else { false } }
}
