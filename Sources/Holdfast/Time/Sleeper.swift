import Synchronization

/// One suspended `sleep`: whoever comes first, the timer or the cancellation, resumes it.
final class Sleeper: Sendable {
  private enum State {
    case idle
    case sleeping(CheckedContinuation<Void, any Error>, forget: (@Sendable () -> Void)?)
    case finished
  }

  private let state = Mutex(State.idle)

  /// Takes the continuation, or resumes it at once when the sleep was cancelled before it began.
  func begin(_ continuation: CheckedContinuation<Void, any Error>) -> Bool {
    let begun = state.withLock { state in
      guard case .idle = state else { return false }
      state = .sleeping(continuation, forget: nil)
      return true
    }
    if !begun { continuation.resume(throwing: CancellationError()) }
    return begun
  }

  /// Keeps what a cancellation must undo, unless the sleep is over already.
  func remember(_ token: TimerToken, on timeline: some Timeline) {
    let over = state.withLock { state in
      guard case .sleeping(let continuation, _) = state else { return true }
      state = .sleeping(continuation, forget: { timeline.cancel(token) })
      return false
    }
    if over { timeline.cancel(token) }
  }

  func finish(_ result: Result<Void, any Error>) {
    let previous = state.withLock { state in
      let previous = state
      state = .finished
      return previous
    }
    guard case .sleeping(let continuation, let forget) = previous else { return }
    if case .failure = result { forget?() }
    continuation.resume(with: result)
  }
}
