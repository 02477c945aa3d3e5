#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What is stored of a remedy, so that another run of the process goes on with the incident (RM1).
public struct RemedyRecord: Codable, Sendable, Hashable {
  let state: RemedyState
  let attempts: Int
  let lastRun: UInt64
  let isExhausted: Bool
  /// Nanoseconds of the wall clock; nil for never.
  let deadline: Int64?
  let coolUntil: Int64?
}

extension RemedyMachine {
  /// What is to be stored.
  public func record(at time: AlarmTime) -> RemedyRecord {
    let wall = { (instant: Instant) in saturatingSum(instant.nanoseconds, time.wallOffset) }
    return RemedyRecord(
      state: state, attempts: attempts, lastRun: lastRun, isExhausted: isExhausted,
      deadline: deadline == .distantFuture ? nil : wall(deadline),
      coolUntil: coolUntil <= time.instant ? nil : wall(coolUntil))
  }

  /// Goes on where another run of the process stopped: a run that was going on then is over and is run again, as the
  /// next attempt of the same incident; a wait goes on by the wall time that has passed.
  ///
  /// `isRaised` says whether the alarm is set now.
  public static func resume(
    _ record: RemedyRecord, _ policy: RemedyPolicy, isRaised: Bool, at time: AlarmTime
  ) -> (machine: RemedyMachine, effects: [Effect]) {
    var machine = RemedyMachine(policy)
    let instant = { (wall: Int64) in Instant(nanoseconds: saturatingDifference(wall, time.wallOffset)) }
    machine.lastRun = record.lastRun
    if let cool = record.coolUntil { machine.coolUntil = instant(cool) }
    guard isRaised else { return (machine, record.isExhausted ? [.recovered] : []) }
    guard record.state != .clear else { return (machine, machine.raised(at: time.instant)) }
    machine.attempts = record.attempts
    machine.isExhausted = record.isExhausted
    machine.backoff.attempt = UInt32(clamping: record.attempts)
    machine.state = .waitingToRetry
    let wasRunning = record.state == .running || record.state == .finishingRun
    let isUsedUp = policy.maxAttempts.map { record.attempts >= $0 } ?? false
    if wasRunning, !isUsedUp { return (machine, machine.start(at: time.instant)) }
    if wasRunning {
      machine.isExhausted = true
      return (machine, [.exhausted(attempts: record.attempts)])
    }
    if let deadline = record.deadline { machine.deadline = instant(deadline) }
    return (machine, [])
  }
}
