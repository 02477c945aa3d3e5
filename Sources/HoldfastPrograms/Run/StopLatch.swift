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

  func attach(_ running: RunningProgram) {
    let isStopped = state.withLock { state in
      defer { state = .running(running) }
      if case .stopped = state { return true }
      return false
    }
    if isStopped { running.stop() }
  }
}
