import Foundation
import Testing

@testable import Holdfast

private let start = WallTime(microseconds: 1_000_000)
private let now = WallTime(microseconds: 9_000_000)
private let failure = JobFailure(.error, "no", attempt: 2)
private let crash = JobFailure(.crash, "trap", attempt: 2)
private let verdicts: [(JobVerdict, JobState, Int, WallTime, JobFailure.Kind?)] = [
  (.completed(output: Data([1])), .completed, 2, start, nil),
  (.retry(after: .seconds(3), failure: failure, payload: nil), .queued, 2, now.advanced(by: .seconds(3)), .error),
  (.retry(after: .seconds(-3), failure: failure, payload: nil), .queued, 2, now, .error),
  (.discarded(failure), .discarded, 2, start, .error),
  (.snoozed(for: .seconds(4)), .queued, 1, now.advanced(by: .seconds(4)), nil),
  (.cancelled(reason: "no"), .cancelled, 2, start, .cancelled),
  (.parked(.undecodable, reason: "no"), .parked, 1, start, .unrunnable),
  (.returned, .queued, 1, start, nil),
  (.crashed(retryAfter: .seconds(5), failure: crash), .queued, 2, now.advanced(by: .seconds(5)), .crash),
]

private let commandTable: [(JobCommand, Set<JobState>, JobState?)] = [
  (.cancel(reason: "no"), [.queued, .waiting, .parked, .executing], .cancelled),
  (.retry(payload: nil), [.queued, .completed, .cancelled, .discarded, .parked], .queued),
  (.discard(reason: "no"), [.queued, .waiting, .parked], .discarded),
  (.reschedule(WallTime(microseconds: 5)), [.queued], nil),
  (.prioritize(7), [.queued, .waiting], nil),
  (.delete, [.completed, .cancelled, .discarded, .parked], nil),
]

/// The whole table: each event in each state.
@Suite(.timeLimit(.minutes(10))) struct JobLifecycleTests {
  private static func job(_ state: JobState, attempt: Int = 1, crashes: Int = 0) -> JobRecord {
    var draft = JobDraft(kind: "k", payload: Data("{}".utf8))
    draft.maxAttempts = 5
    var job = JobRecord(id: 1, draft: draft, due: start, enqueued: start)
    if attempt > 0 {
      JobLifecycle.claim(&job, by: "n", at: start)
      job.attempt = attempt
    }
    job.crashes = crashes
    if state != .executing { job.leave(to: state) }
    if state == .parked { job.parking = .unknownKind }
    return job
  }

  @Test func `a claim counts the attempt and grows the token`() {
    var job = Self.job(.queued, attempt: 0)
    JobLifecycle.claim(&job, by: "n", at: now)
    #expect(job.state == .executing && job.attempt == 1 && job.token == 1 && job.node == "n" && job.started == now)
  }

  // MARK: Verdicts

  @Test(arguments: verdicts.indices) func `each verdict leads to its state`(row: Int) {
    let (verdict, state, attempt, due, kind) = verdicts[row]
    var job = Self.job(.executing, attempt: 2)
    let ending = JobLifecycle.settle(&job, JobSettlement(RunReference(job: 1, token: 1), verdict), at: now)
    #expect(ending.settled == .accepted(state))
    #expect(job.state == state && job.attempt == attempt && job.due == due && job.node == nil)
    #expect((job.finished != nil) == state.isFinal)
    #expect(ending.failure?.kind == kind && (ending.failure?.at ?? now) == now)
  }

  @Test("C5 whatever a run says, a job whose cancellation was asked for is cancelled", arguments: verdicts.indices)
  func overruled(row: Int) {
    let verdict = verdicts[row].0
    var job = Self.job(.executing, attempt: 2)
    #expect(JobLifecycle.perform(.cancel(reason: "enough"), on: &job, at: now) == .requested)
    #expect(JobLifecycle.perform(.cancel(reason: "again"), on: &job, at: now) == .requested)
    let ending = JobLifecycle.settle(&job, JobSettlement(RunReference(job: 1, token: 1), verdict), at: now)
    #expect(job.state == .cancelled && job.finished == now && !job.isCancelRequested)
    if case .cancelled = verdict {
      #expect(ending.settled == .accepted(.cancelled) && job.reason == "no")
    } else {
      #expect(ending.settled == .overruled(reason: "enough") && job.reason == "enough")
    }
  }

  @Test(
    "C4 a node hears of a cancellation that is the first, or more urgent than before",
    arguments: [
      ([false], [false]), ([true], [true]), ([false, false], [false, nil]), ([false, true], [false, true]),
      ([true, false, true], [true, nil, nil]), ([false, true, true], [false, true, nil]),
    ] as [([Bool], [Bool?])])
  func urgency(asked: [Bool], told: [Bool?]) {
    var job = Self.job(.executing)
    for (atOnce, isTold) in zip(asked, told) {
      let before = job
      #expect(JobLifecycle.perform(.cancel(reason: "no", atOnce: atOnce), on: &job, at: now) == .requested)
      #expect(JobLifecycle.cancellation(from: before, to: job)?.isAtOnce == isTold)
    }
    #expect(job.isCancelAtOnce == asked.contains(true))
    _ = JobLifecycle.settle(&job, JobSettlement(RunReference(job: 1, token: 1), .returned), at: now)
    #expect(!job.isCancelAtOnce && job.cancellation == nil)
  }

  @Test("T11 a stale token changes nothing", arguments: verdicts.indices) func stale(row: Int) {
    for state in JobState.allCases {
      var job = Self.job(state, attempt: 2)
      if state == .executing { job.token = 2 }
      let before = job
      let settlement = JobSettlement(RunReference(job: 1, token: 1), verdicts[row].0)
      #expect(JobLifecycle.settle(&job, settlement, at: now) == JobLifecycle.Ending(.stale))
      #expect(!JobLifecycle.report(&job, JobReport(settlement.run, JobProgress(0.5)), at: now))
      #expect(job == before)
    }
  }

  @Test("SC7 a retry may bring another payload") func changedPayload() {
    var job = Self.job(.executing)
    let verdict = JobVerdict.retry(after: .zero, failure: failure, payload: Data("[1]".utf8))
    _ = JobLifecycle.settle(&job, JobSettlement(RunReference(job: 1, token: 1), verdict), at: now)
    #expect(job.payload == Data("[1]".utf8))
  }

  @Test("T9 a crash counts as one, not as an attempt, and one too many parks the job", arguments: [0, 1, 2])
  func crashes(before: Int) {
    var job = Self.job(.executing, attempt: before + 1, crashes: before)
    let verdict = JobVerdict.crashed(retryAfter: .zero, failure: crash)
    let ending = JobLifecycle.settle(&job, JobSettlement(RunReference(job: 1, token: 1), verdict), at: now)
    let isLast = before == 2
    #expect(ending.settled == .accepted(isLast ? .parked : .queued) && ending.failure?.kind == .crash)
    #expect(job.crashes == before + 1 && job.attempt == before + 1)
    #expect(job.parking == (isLast ? .quarantined : nil))
    #expect(job.reason == (isLast ? "its process ended 3 times while it ran; the last time: trap" : nil))
  }

  // MARK: Commands

  @Test("C6 each command in each state", arguments: commandTable.indices) func commands(row: Int) {
    let (command, allowed, state) = commandTable[row]
    for from in JobState.allCases {
      var job = Self.job(from)
      let before = job
      let result = JobLifecycle.perform(command, on: &job, at: now)
      guard allowed.contains(from) else {
        #expect(result == .refused(from) && job == before, "\(command) in \(from)")
        continue
      }
      if from == .executing {
        #expect(result == .requested && job.state == .executing && job.isCancelRequested)
      } else {
        #expect(result == .done(state ?? from) && job.state == state ?? from, "\(command) in \(from)")
      }
    }
  }

  @Test func `a retry by a person begins from zero, with a token that never repeats`() {
    var job = Self.job(.parked, attempt: 4, crashes: 3)
    job.finished = now
    _ = JobLifecycle.perform(.retry(payload: Data("[]".utf8)), on: &job, at: now)
    #expect(job.attempt == 0 && job.crashes == 0 && job.due == now && job.finished == nil && job.parking == nil)
    #expect(job.token == 1 && job.payload == Data("[]".utf8))
  }

  // MARK: Dead nodes

  @Test(arguments: RunTrace.allCases) func `a dead node's job is queued again, blamed or not`(trace: RunTrace) {
    var job = Self.job(.executing, attempt: 2)
    let failure = JobLifecycle.recover(&job, trace, because: "killed", at: now)
    #expect(job.state == .queued && job.node == nil && job.token == 1)
    #expect(job.attempt == (trace == .notBegun ? 1 : 2))
    #expect(job.crashes == (trace == .begun ? 1 : 0))
    #expect(job.due == (trace == .begun ? now : start))
    #expect(failure?.kind == (trace == .begun ? .crash : nil))
  }

  @Test func `too many crashes park the job`() {
    var job = Self.job(.executing, attempt: 3, crashes: 2)
    #expect(JobLifecycle.recover(&job, .begun, because: "killed", at: now)?.kind == .crash)
    #expect(job.state == .parked && job.parking == .quarantined && job.crashes == 3 && job.finished == nil)
    #expect(!JobLifecycle.revive(&job, for: ["k": 9]))
  }

  @Test("C9 a cancellation that was asked for outlives the node", arguments: RunTrace.allCases)
  func cancelledRecovery(trace: RunTrace) {
    var job = Self.job(.executing)
    _ = JobLifecycle.perform(.cancel(reason: "enough"), on: &job, at: now)
    _ = JobLifecycle.recover(&job, trace, because: "killed", at: now)
    #expect(job.state == .cancelled && job.reason == "enough")
  }

  @Test(arguments: [
    (JobParking.unknownKind, 1, ["k": 1], true), (.newerVersion, 2, ["k": 2], true),
    (.newerVersion, 2, ["k": 1], false),
    (.unknownKind, 1, ["other": 1], false), (.undecodable, 1, ["k": 1], false), (.quarantined, 1, ["k": 1], false),
  ]) func `a node revives what only lacked a handler`(
    parking: JobParking, version: Int, handles: [String: Int], isRevived: Bool
  ) {
    var job = Self.job(.parked)
    job.parking = parking
    job.version = version
    #expect(JobLifecycle.revive(&job, for: handles) == isRevived)
    #expect(job.state == (isRevived ? .queued : .parked))
  }

  // MARK: Keys

  @Test("Q2 Q3 the unique key is held by live jobs", arguments: JobState.allCases) func uniqueKey(state: JobState) {
    var job = Self.job(state)
    #expect(!job.holdsUniqueKey)
    job.uniqueKey = "u"
    #expect(job.holdsUniqueKey == !state.isFinal)
    job.uniqueUntil = .started
    #expect(!job.holdsUniqueKey)
    job.token = 0
    #expect(job.holdsUniqueKey == !state.isFinal)
  }
}
