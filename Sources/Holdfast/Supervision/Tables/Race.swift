import Synchronization

/// Waits for the first of several results without waiting for those who make them; nil when the waiter is cancelled.
final class Race<Value: Sendable>: Sendable {
  private enum State {
    case open
    case waiting(CheckedContinuation<Value?, Never>)
    case over(Value?)
  }

  private let state = Mutex(State.open)

  func finish(_ value: Value?) {
    let waiter: CheckedContinuation<Value?, Never>? = state.withLock { state in
      switch state {
      case .open: state = .over(value)
      case .over: break
      case .waiting(let waiter):
        state = .over(value)
        return waiter
      }
      return nil
    }
    waiter?.resume(returning: value)
  }

  /// May be called once.
  func value() async -> Value? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let value: Value?? = state.withLock { state in
          if case .over(let value) = state { return .some(value) }
          state = .waiting(continuation)
          return .none
        }
        if let value { continuation.resume(returning: value) }
      }
    } onCancel: {
      finish(nil)
    }
  }
}
