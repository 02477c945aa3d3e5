import Synchronization

/// Wakes the one task that rests: as soon as it is rung, or at an instant. A ring that nobody waits for is kept.
final class Bell: Sendable {
  private struct State {
    var hasRung = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  func ring() {
    let waiter = state.withLock { state in
      state.hasRung = state.waiter == nil
      return state.waiter.take()
    }
    waiter?.resume()
  }

  /// Waits for the next ring, at most until an instant.
  func wait(until instant: Instant, on clock: some Timeline) async {
    let timer = clock.schedule(at: instant) { [weak self] in self?.ring() }
    await withCheckedContinuation { continuation in
      let hasRung = state.withLock { state in
        if !state.hasRung { state.waiter = continuation }
        defer { state.hasRung = false }
        return state.hasRung
      }
      if hasRung { continuation.resume() }
    }
    clock.cancel(timer)
  }
}
