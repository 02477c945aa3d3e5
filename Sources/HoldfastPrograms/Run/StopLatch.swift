import Synchronization

/// Keeps a stop that was asked for while the program was still being started.
final class StopLatch: Sendable {
  private enum State {
    case starting
    case stopped
    case running(RunningProgram)
  }

  private let state = Mutex(State.starting)

  func stop() {
    let running: RunningProgram? = state.withLock { state in
      if case .running(let running) = state { return running }
      state = .stopped
      return nil
    }
    running?.stop()
  }

  /// Lets go of a program that has ended, however long others keep this latch.
  func detach() {
    state.withLock { $0 = .stopped }
  }

  func attach(_ running: RunningProgram) {
    let isStopped = state.withLock { state in
      defer { state = .running(running) }
      if case .stopped = state { return true }
      return false
    }
    if isStopped { running.stop() }
  }
}
