import Holdfast
import Synchronization

/// The run that a worker has: its task, and its way to the parent until it has ended.
final class WorkerAttempt: JobChannel {
  private struct State {
    var task: Task<Void, Never>?
    var cancellation: String?
    var exceeded: Duration?
    var isOver = false
  }

  private let channel: Channel
  private let state = Mutex(State())

  init(_ channel: Channel) {
    self.channel = channel
  }

  func start(_ body: @escaping @Sendable () async -> Void) {
    let task = Task.detached { await body() }
    state.withLock { $0.task = task }
  }

  func cancel(_ reason: String, exceeded: Duration?) {
    let task = state.withLock { state in
      state.exceeded = state.exceeded ?? exceeded
      state.cancellation = state.cancellation ?? reason
      return state.task
    }
    task?.cancel()
  }

  func end(_ answer: WorkerAnswer) {
    if say(.ended(answer), isLast: true) { return }
    say(.ended(.failed("its outcome cannot be sent: it is too large, or JSON cannot express it")), isLast: true)
  }

  var cancellation: String? { state.withLock { $0.cancellation } }

  var exceeded: Duration? { state.withLock { $0.exceeded } }

  func decide(_ outcome: JobOutcome) { say(.decided(outcome)) }

  func heartbeat() { say(.heartbeat) }

  func report(_ progress: JobProgress) { say(.progress(progress)) }

  /// In order, and nothing after the last, whatever tasks the handler has left behind.
  ///
  /// - Returns: Whether there was nothing wrong with it.
  @discardableResult
  private func say(_ reply: WorkerReply, isLast: Bool = false) -> Bool {
    guard let frame = try? Frame.encode(reply) else { return false }
    state.withLock { state in
      guard !state.isOver else { return }
      state.isOver = isLast
      channel.send(frame)
    }
    return true
  }
}
