import Dispatch

/// An OS thread that does something again and again: not a queue's, because those could be used up, too.
final class WatchdogThread: Sendable {
  private let isOver = DispatchSemaphore(value: 0)

  /// Nil when the system has no thread to spare.
  init?(every interval: Duration, _ tick: @escaping @Sendable () -> Void) {
    let nanoseconds = Int(clamping: interval.wholeNanoseconds)
    let isRunning = SystemThread.start { [isOver] in
      repeat { tick() } while isOver.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .timedOut
    }
    guard isRunning else { return nil }
  }

  /// The thread ends at once, or after the tick that it is in.
  func stop() {
    isOver.signal()
  }
}
