import Foundation
import HoldfastTesting

@testable import Holdfast

/// A runner's machine with its store played by the test: arithmetic, no tasks, no clocks.
struct RunnerMachineFixture {
  var machine: RunnerMachine
  var now = Instant.zero
  var wall = WallTime(microseconds: 1_000_000_000)
  var generator = SplitMix64(seed: 1)
  private(set) var last: Int64 = 0

  init(_ queues: [QueueConfiguration] = [.init(workers: 2)], _ change: (inout RunnerMachine.Plan) -> Void = { _ in }) {
    var plan = RunnerMachine.Plan()
    change(&plan)
    machine = RunnerMachine(plan, queues: queues)
  }

  var moment: Moment { Moment(now: now, wall: wall) }

  /// A job as the store would give it.
  mutating func job(
    pool: Int = 0, queue: String = "default", priority: Int = 0, dueIn: Duration = .zero,
    limits: RunLimits = RunLimits(), _ change: (inout JobDraft) -> Void = { _ in }
  ) -> Reservation {
    last += 1
    var draft = JobDraft(kind: "work", payload: Data())
    draft.queue = queue
    draft.priority = priority
    change(&draft)
    var record = JobRecord(id: JobID(last), draft: draft, due: wall.advanced(by: dueIn), enqueued: wall)
    record.token = 1
    record.attempt = 1
    return Reservation(JobClaim(pool: pool, job: record), handler: nil, limits: limits)
  }

  mutating func jobs(_ count: Int, limits: RunLimits = RunLimits()) -> [Reservation] {
    (0..<count).map { _ in job(limits: limits) }
  }

  mutating func exchange() -> JobExchange? { machine.exchange(at: moment) }

  /// One whole exchange, in which the store accepts everything and gives what it is told to.
  @discardableResult
  mutating func round(
    _ claims: [Reservation] = [], _ change: (inout JobExchangeReply) -> Void = { _ in }
  ) -> (asked: JobExchange?, effects: RunnerEffects) {
    guard let asked = exchange() else { return (nil, RunnerEffects()) }
    var reply = JobExchangeReply(now: wall)
    reply.settled = asked.settlements.map { _ in .accepted(.completed) }
    change(&reply)
    return (asked, machine.succeeded(reply, claims: claims, at: moment))
  }

  /// Lets time pass on both clocks, as one step.
  mutating func pass(_ duration: Duration) -> RunnerEffects {
    now = now.advanced(by: duration)
    wall = wall.advanced(by: duration)
    return machine.tick(at: moment)
  }

  /// Sets the wall clock.
  mutating func step(_ duration: Duration) -> RunnerEffects {
    wall = wall.advanced(by: duration)
    return machine.wallStepped(at: moment)
  }

  mutating func end(_ start: (key: RunKey, reservation: Reservation)) -> RunnerEffects {
    machine.ended(start.key, .completed(output: nil), at: now)
  }
}

extension RunnerEffects {
  var startedIDs: [Int64] { starts.map(\.reservation.job.id.number) }
}
