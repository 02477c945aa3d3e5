import Holdfast
import Synchronization

/// A child that waits to be crashed, and says each time that it is up again.
final class CrashingChild: Sendable {
  struct Boom: Error {}

  private let waiting = Mutex<CheckedContinuation<Void, any Error>?>(nil)
  private let onUp: @Sendable () -> Void

  init(onUp: @escaping @Sendable () -> Void) { self.onUp = onUp }

  func child(_ id: String, backoff: Backoff = .none) -> Child {
    .task(id, backoff: backoff) { context in
      context.ready()
      try await self.untilCrashed()
    }
  }

  private func untilCrashed() async throws {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        waiting.withLock { $0 = continuation }
        Task.isCancelled ? crash() : onUp()
      }
    } onCancel: {
      crash()
    }
  }

  func crash() {
    let continuation = waiting.withLock { waiting in
      defer { waiting = nil }
      return waiting
    }
    continuation?.resume(throwing: Boom())
  }
}

/// Counts arrivals; one task waits for so many of them.
final class Arrivals: Sendable {
  private struct State {
    var left = 0
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  func arrive() {
    let waiter = state.withLock { state in
      state.left -= 1
      guard state.left == 0 else { return CheckedContinuation<Void, Never>?.none }
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  /// Runs the body and waits until `count` have arrived since it began.
  func wait(for count: Int, after body: () async throws -> Void) async rethrows {
    state.withLock { $0.left = count }
    try await body()
    await withCheckedContinuation { continuation in
      let over = state.withLock { state in
        if state.left > 0 { state.waiter = continuation }
        return state.left <= 0
      }
      if over { continuation.resume() }
    }
  }
}
