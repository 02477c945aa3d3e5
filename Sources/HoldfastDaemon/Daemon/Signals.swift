// Dispatch sources are safe to share between threads, but are not declared so on Linux.
@unsafe @preconcurrency import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Signals as calls, on a queue of their own.
final class Signals: Sendable {
  private let sources: [any DispatchSourceSignal]

  init(_ numbers: [Int32], _ action: @escaping @Sendable (Int32) -> Void) {
    let queue = DispatchQueue(label: "holdfast.signals")
    sources = numbers.map { number in
      // Without this the default action would come first.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { action(number) }
      source.activate()
      return source
    }
  }

  deinit {
    for source in sources { source.cancel() }
  }

  /// A reader that goes away must not take the daemon with it.
  static func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
  }
}
