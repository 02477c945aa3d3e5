import Synchronization

/// Counts from many tasks, and says when a number is reached.
final class Count: Sendable {
  private struct State {
    var number = 0
    var goal = Int.max
    var waiting: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  var number: Int { state.withLock(\.number) }

  /// - Returns: The new number.
  @discardableResult
  func add() -> Int {
    let (number, reached) = state.withLock { state in
      state.number += 1
      guard state.number >= state.goal else { return (state.number, CheckedContinuation<Void, Never>?.none) }
      defer { state.waiting = nil }
      return (state.number, state.waiting)
    }
    reached?.resume()
    return number
  }

  /// Waits until so many were counted.
  func reaches(_ goal: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        state.goal = goal
        if state.number >= goal { return true }
        state.waiting = continuation
        return false
      }
      if isThere { continuation.resume() }
    }
  }
}
