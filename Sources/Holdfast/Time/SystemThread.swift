#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An OS thread for what must run although every pool is busy, asleep or used up.
enum SystemThread {
  /// Runs `body` on a thread of its own, which ends with it. False when the system has no thread to spare.
  static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    unsafe Work(body).start()
  }

  /// Carries a closure through the C interface.
  private final class Work {
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    @unsafe func start() -> Bool {
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
