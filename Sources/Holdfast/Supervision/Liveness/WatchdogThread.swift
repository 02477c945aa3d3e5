import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An OS thread that does something again and again: not a queue's, because those could be used up, too.
final class WatchdogThread: Sendable {
  private let isOver = DispatchSemaphore(value: 0)

  /// Nil when the system has no thread to spare.
  init?(every interval: Duration, _ tick: @escaping @Sendable () -> Void) {
    let nanoseconds = Int(clamping: interval.wholeNanoseconds)
    let work = Work { [isOver] in
      repeat { tick() } while isOver.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .timedOut
    }
    guard unsafe work.startThread() else { return nil }
  }

  /// The thread ends at once, or after the tick that it is in.
  func stop() {
    isOver.signal()
  }

  /// Carries a closure through the C interface.
  private final class Work {
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    @unsafe func startThread() -> Bool {
      #if canImport(Darwin)
        var thread: pthread_t?
      #else
        var thread = pthread_t()
      #endif
      let work = unsafe Unmanaged.passRetained(self)
      let error = unsafe pthread_create(
        &thread, nil,
        { argument in
          #if canImport(Darwin)
            let pointer = unsafe argument
          #else
            guard let pointer = unsafe argument else { return nil }
          #endif
          unsafe Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body()
          return nil
        }, work.toOpaque())
      guard error == 0 else {
        unsafe work.release()
        return false
      }
      #if canImport(Darwin)
        if let thread = unsafe thread { unsafe pthread_detach(thread) }
      #else
        pthread_detach(thread)
      #endif
      return true
    }
  }
}
