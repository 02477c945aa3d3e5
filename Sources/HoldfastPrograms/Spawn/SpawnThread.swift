import CHoldfastPrograms
import Dispatch
import Synchronization

/// The one thread that starts programs, for as long as this process lives.
///
/// The kernel ties a program's death signal to the *thread* that started it, so no thread of a pool will do. It is also
/// where foreign children are collected and the guardian is kept, so that neither can meet a half-started program.
final class SpawnThread: Sendable {
  static let shared = SpawnThread()

  private struct State {
    var started = false
    var jobs: [@Sendable () -> Void] = []
  }

  private let state = Mutex(State())
  private let pending = DispatchSemaphore(value: 0)

  /// Runs `work` on the thread.
  ///
  /// - Throws: What `work` throws, or ``SystemError`` when the thread cannot be started.
  func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async throws(SystemError) -> Value {
    try start()
    let result = OneShot<Value>()
    add { result.fulfil(work()) }
    return await result.value
  }

  /// Like ``run(_:)``, without waiting.
  func add(_ job: @escaping @Sendable () -> Void) {
    state.withLock { $0.jobs.append(job) }
    pending.signal()
  }

  private func start() throws(SystemError) {
    let error: Int32 = state.withLock { state in
      guard !state.started else { return 0 }
      let error = hf_thread_start { SpawnThread.shared.work() }
      state.started = error == 0
      return error
    }
    if error != 0 { throw SystemError(code: error) }
  }

  private func work() {
    while true {
      pending.wait()
      let jobs = state.withLock { state in
        defer { state.jobs = [] }
        return state.jobs
      }
      for job in jobs { job() }
    }
  }
}
