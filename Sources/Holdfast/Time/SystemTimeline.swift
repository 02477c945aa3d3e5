import Synchronization

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Real time: the continuous clock of the machine, and one timer service for the whole process.
///
/// However many timers wait, one thread sleeps, and only until the earliest of them; with none it sleeps on. Where the kernel
/// has no timer to sleep on (that is, not on Linux) a task does so.
public final class SystemTimeline: Timeline {
  /// The one timeline of this process.
  public static let shared = SystemTimeline()

  /// What wakes up for the earliest timer.
  private enum Waker {
    case kernel(KernelTimer)
    case task(Task<Void, Never>?)
  }

  private struct State {
    var queue = TimerQueue()
    var wakeAt = Instant.distantFuture
    /// Nil before the first timer.
    var waker: Waker?
  }

  private let origin = ContinuousClock.now
  let wallSteps = WallSteps()
  private let state = Mutex(State())

  private init() {}

  /// Nanoseconds since this process first asked for the time.
  public var now: Instant {
    Instant(nanoseconds: origin.duration(to: .now).wholeNanoseconds)
  }

  /// The system's wall clock.
  public var wall: Date { Date() }

  /// See ``Timeline/schedule(at:_:)``.
  @discardableResult
  public func schedule(at instant: Instant, _ action: @escaping @Sendable () -> Void) -> TimerToken {
    state.withLock { state in
      let token = state.queue.add(at: instant, action)
      rearm(&state)
      return token
    }
  }

  /// See ``Timeline/cancel(_:)``. Whoever sleeps is left alone: waking it would cost more than it saves.
  public func cancel(_ token: TimerToken) {
    state.withLock { $0.queue.remove(token) }
  }

  /// See ``Timeline/watchWall(_:)``. On Linux the kernel tells of every setting of the clock and of the end of a sleep;
  /// elsewhere nobody does, and whoever waits for a wall time must look at it now and then.
  public func watchWall(_ hear: @escaping @Sendable () -> Void) -> Watch {
    wallSteps.watch(hear)
  }

  /// Makes sure that somebody wakes up for the earliest timer.
  private func rearm(_ state: inout State) {
    guard let next = state.queue.next, next < state.wakeAt else { return }
    state.wakeAt = next
    switch state.waker ?? makeWaker() {
    case .kernel(let timer):
      timer.set(in: now.duration(to: next))
      state.waker = .kernel(timer)
    case .task(let task):
      task?.cancel()
      state.waker = .task(waking(at: next))
    }
  }

  private func makeWaker() -> Waker {
    KernelTimer { [self] in wake() }.map(Waker.kernel) ?? .task(nil)
  }

  private func waking(at instant: Instant) -> Task<Void, Never> {
    let deadline = origin.advanced(by: Instant.zero.duration(to: instant))
    return Task.detached(priority: .high) { [self] in
      do { try await Task.sleep(until: deadline, clock: .continuous) } catch { return }
      wake()
    }
  }

  /// Fires what is due, outside the lock, then sleeps again. One that was overtaken may find nothing to do.
  private func wake() {
    while let timer = state.withLock({ $0.queue.popDue(by: now) }) { timer.action() }
    state.withLock { state in
      state.wakeAt = .distantFuture
      rearm(&state)
    }
  }
}

extension Timeline where Self == SystemTimeline {
  /// Real time.
  public static var system: SystemTimeline { .shared }
}
