import Synchronization

/// Something that happens once, and may be awaited by one task before or after it happens.
final class OneShot<Value: Sendable>: Sendable {
  private enum State {
    case pending
    case awaited(CheckedContinuation<Value, Never>)
    case fulfilled(Value)
  }

  private let state = Mutex(State.pending)

  /// The first value counts.
  func fulfil(_ value: Value) {
    let waiting: CheckedContinuation<Value, Never>? = state.withLock { state in
      switch state {
      case .fulfilled: return nil
      case .pending:
        state = .fulfilled(value)
        return nil
      case .awaited(let continuation):
        state = .fulfilled(value)
        return continuation
      }
    }
    waiting?.resume(returning: value)
  }

  /// Suspends until there is a value, whether the task is cancelled or not.
  var value: Value {
    get async {
      await withCheckedContinuation { continuation in
        let known: Value? = state.withLock { state in
          if case .fulfilled(let value) = state { return value }
          state = .awaited(continuation)
          return nil
        }
        if let known { continuation.resume(returning: known) }
      }
    }
  }
}
