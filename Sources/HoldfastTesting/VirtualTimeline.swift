public import Holdfast
import Synchronization

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Time that stands still until a test moves it.
///
/// Its two clocks step separately: ``advance(by:)`` moves both, as real time does, and fires what comes due on the way;
/// ``stepWall(by:)`` moves the wall clock alone, as an administrator does. Timers fire on the task that advances.
///
/// ```swift
/// let time = VirtualTimeline()
/// let app = Supervisor("app", timeline: time, children: […])
/// await time.waitForSleepers(1)
/// time.advance(by: .seconds(30))
/// ```
public final class VirtualTimeline: Timeline {
  private struct State {
    var now = Instant.zero
    var wall: Date
    var queue = TimerQueue()
    var waiters: [(sleepers: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state: Mutex<State>
  private let wallWatchers = Watchers<Bool>()

  /// A timeline whose monotonic clock stands at `Instant.zero`.
  ///
  /// - Parameter wall: What the wall clock shows. Default 2001-01-01 00:00 UTC.
  public init(wall: Date = Date(timeIntervalSinceReferenceDate: 0)) {
    state = Mutex(State(wall: wall))
  }

  /// The monotonic clock.
  public var now: Instant { state.withLock { $0.now } }

  /// The wall clock.
  public var wall: Date { state.withLock { $0.wall } }

  /// Timers that have neither fired nor been cancelled; a `sleep` is one.
  public var sleepers: Int { state.withLock { $0.queue.count } }

  /// When the earliest of them is due; nil without any.
  public var nextDue: Instant? { state.withLock { $0.queue.next } }

  /// See `Timeline/schedule(at:_:)`. What is due already fires before this returns.
  @discardableResult
  public func schedule(at instant: Instant, _ action: @escaping @Sendable () -> Void) -> TimerToken {
    let (token, arrived) = state.withLock { state in
      let token = state.queue.add(at: instant, action)
      return (token, takeWaiters(&state))
    }
    for waiter in arrived { waiter.resume() }
    fire(until: now)
    return token
  }

  /// See `Timeline/cancel(_:)`.
  public func cancel(_ token: TimerToken) {
    state.withLock { $0.queue.remove(token) }
  }

  /// See `Timeline/watchWall(_:)`. It is told by ``stepWall(by:)``, on the task that steps.
  public func watchWall(_ hear: @escaping @Sendable () -> Void) -> Watch {
    wallWatchers.watch(true, hear)
  }

  /// Suspends until at least `count` timers wait. It is told by ``schedule(at:_:)``; nothing polls.
  public func waitForSleepers(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let enough = state.withLock { state in
        if state.queue.count >= count { return true }
        state.waiters.append((count, continuation))
        return false
      }
      if enough { continuation.resume() }
    }
  }

  private func takeWaiters(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
    let count = state.queue.count
    defer { state.waiters.removeAll { $0.sleepers <= count } }
    return state.waiters.filter { $0.sleepers <= count }.map(\.continuation)
  }
}

extension VirtualTimeline {
  /// Moves both clocks on, firing what comes due on the way, in order.
  ///
  /// - Parameter duration: ≥ 0; less does nothing.
  public func advance(by duration: Duration) {
    advance(to: now.advanced(by: duration))
  }

  /// Moves both clocks on to an instant; one that has passed only fires what is due.
  ///
  /// Each timer finds ``now`` at its own instant, and a timer that it sets fires in the same advance if it is due.
  public func advance(to instant: Instant) {
    while let action = step(to: instant) { action() }
  }

  /// Takes out the next timer that is due by an instant; moves on to that instant when there is none, at once, so that
  /// a timer that another task sets meanwhile is due either before the move or when it is set.
  private func step(to instant: Instant) -> (@Sendable () -> Void)? {
    state.withLock { state in
      let timer = state.queue.popDue(by: instant)
      move(&state, to: timer?.due ?? instant)
      return timer?.action
    }
  }

  /// Moves the wall clock alone, forwards or backwards, as a correction does.
  public func stepWall(by duration: Duration) {
    state.withLock { $0.wall.addTimeInterval(duration.seconds) }
    wallWatchers.tell([true])
  }

  private func fire(until instant: Instant) {
    while let action = popDue(by: instant) { action() }
  }

  private func popDue(by instant: Instant) -> (@Sendable () -> Void)? {
    state.withLock { state in
      guard let timer = state.queue.popDue(by: instant) else { return nil }
      move(&state, to: timer.due)
      return timer.action
    }
  }

  private func move(_ state: inout State, to instant: Instant) {
    guard instant > state.now else { return }
    state.wall.addTimeInterval(state.now.duration(to: instant).seconds)
    state.now = instant
  }
}
