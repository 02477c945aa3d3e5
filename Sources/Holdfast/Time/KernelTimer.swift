import CHoldfastTime

/// One timer of the kernel, and the thread that waits for it: nobody stands between the two.
///
/// A sleeping task hears of its time through libdispatch's event loop and then through a thread of the pool. Both have to be
/// woken, and the second may be busy with somebody's work.
struct KernelTimer: Sendable {
  private let descriptor: Int32

  /// A timer that is not set. It stays for as long as the process.
  ///
  /// Nil where the kernel has no such timer, and when it has no descriptor or thread to spare.
  ///
  /// - Parameter fire: Called on the thread each time the timer is due.
  init?(_ fire: @escaping @Sendable () -> Void) {
    let descriptor = ht_timer_make()
    guard descriptor >= 0 else { return nil }
    self.descriptor = descriptor
    let isRunning = SystemThread.start {
      ht_thread_prompt()
      while ht_timer_wait(descriptor) == 0 { fire() }
    }
    guard isRunning else {
      ht_timer_end(descriptor)
      return nil
    }
  }

  /// Makes it due in so long, at once for zero and less, instead of whatever was set before.
  func set(in duration: Duration) {
    ht_timer_set(descriptor, Int64(clamping: duration.wholeNanoseconds))
  }
}
