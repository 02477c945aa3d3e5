#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Time as Holdfast sees it: a monotonic clock, a wall clock, and one timer service.
///
/// Everything that waits takes its time from a timeline, so that tests can move it by hand (`VirtualTimeline` in
/// HoldfastTesting). Durations are measured on the monotonic clock only; the wall clock is for people and calendars.
public protocol Timeline: Sendable {
  /// The monotonic clock.
  var now: Instant { get }

  /// The wall clock.
  var wall: Date { get }

  /// Calls `action` once, as soon as ``now`` has reached `instant`: at once if it has already.
  ///
  /// The action runs on the timer's own thread or task, or on the caller's; it must be short and must not block.
  ///
  /// - Returns: A token that ``cancel(_:)`` takes.
  @discardableResult
  func schedule(at instant: Instant, _ action: @escaping @Sendable () -> Void) -> TimerToken

  /// Forgets a timer; one that has fired, or was forgotten before, is ignored.
  func cancel(_ token: TimerToken)

  /// Calls `hear` each time after the wall clock stepped against the monotonic one, forwards or backwards, until the watch
  /// is cancelled or released (TM7). It must be short and must not block; it may be called without a step.
  ///
  /// Whoever waits for a wall time works out anew when that is.
  func watchWall(_ hear: @escaping @Sendable () -> Void) -> Watch
}

/// Names one timer of one timeline.
public struct TimerToken: Hashable, Sendable {
  package let number: UInt64

  package init(number: UInt64) {
    self.number = number
  }
}

extension Timeline {
  /// Suspends until ``now`` has reached `instant`.
  ///
  /// - Throws: `CancellationError` as soon as the task is cancelled.
  public func sleep(until instant: Instant) async throws {
    let sleeper = Sleeper()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        guard sleeper.begin(continuation) else { return }
        sleeper.remember(schedule(at: instant) { sleeper.finish(.success(())) }, on: self)
      }
    } onCancel: {
      sleeper.finish(.failure(CancellationError()))
    }
  }

  /// Suspends for a duration of the monotonic clock.
  public func sleep(for duration: Duration) async throws {
    try await sleep(until: now.advanced(by: duration))
  }
}
