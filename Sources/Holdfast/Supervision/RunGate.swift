import Synchronization

/// Lets one run in at a time; others wait for their turn, in order, and may give up (G1, G2).
final class RunGate: Sendable {
  private struct State {
    var isTaken = false
    var last: UInt64 = 0
    var waiting: [(number: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
  }

  private let state = Mutex(State())

  /// - Throws: `CancellationError` when the task is cancelled while it waits.
  func enter() async throws {
    let number = state.withLock { state in
      state.last += 1
      return state.last
    }
    let entered = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer: Bool? = state.withLock { state in
          if !state.isTaken {
            state.isTaken = true
            return true
          }
          if Task.isCancelled { return false }
          state.waiting.append((number, continuation))
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      let waiting = state.withLock { state in
        state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
      }
      waiting?.continuation.resume(returning: false)
    }
    if !entered { throw CancellationError() }
  }

  func leave() {
    let next = state.withLock { state in
      state.isTaken = !state.waiting.isEmpty
      return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
    }
    next?.continuation.resume(returning: true)
  }
}
