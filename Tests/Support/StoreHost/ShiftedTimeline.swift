import Holdfast
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Real time that a test shifts, each clock by itself: as if the process had been stopped, or the wall clock set.
final class ShiftedTimeline: Timeline {
  private struct State {
    var monotonic = Duration.zero
    var wall = Duration.zero
    var queue = TimerQueue()
  }

  private let base = SystemTimeline.shared
  private let watchers = Watchers<String>()
  private let state = Mutex(State())

  var now: Instant { base.now.advanced(by: state.withLock { $0.monotonic }) }
  var wall: Date { base.wall.addingTimeInterval(state.withLock { $0.wall }.seconds) }

  func shift(monotonic: Duration, wall: Duration) {
    state.withLock { state in
      state.monotonic += monotonic
      state.wall += wall
    }
    fire(isChained: true)
    watchers.tell(["wall"])
  }

  func schedule(at instant: Instant, _ action: @escaping @Sendable () -> Void) -> TimerToken {
    let token = state.withLock { $0.queue.add(at: instant, action) }
    arm(instant, isChained: false)
    return token
  }

  func cancel(_ token: TimerToken) { state.withLock { $0.queue.remove(token) } }

  func watchWall(_ hear: @escaping @Sendable () -> Void) -> Watch { watchers.watch("wall", hear) }

  private func arm(_ instant: Instant, isChained: Bool) {
    let shift = state.withLock { $0.monotonic }
    base.schedule(at: instant.advanced(by: .zero - shift)) { [weak self] in self?.fire(isChained: isChained) }
  }

  /// What was scheduled before a shift comes sooner than its real timer: each shift begins a chain that sees to that.
  private func fire(isChained: Bool) {
    let now = now
    while let timer = state.withLock({ $0.queue.popDue(by: now) }) { timer.action() }
    if isChained, let next = state.withLock({ $0.queue.next }) { arm(next, isChained: true) }
  }
}
