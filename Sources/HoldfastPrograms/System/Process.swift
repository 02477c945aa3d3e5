// Dispatch sources may be used from every thread; the module does not say so yet.
@unsafe @preconcurrency import Dispatch

/// A process that was just started.
struct Process: Sendable {
  let id: Int32
  /// Readable when the process has ended.
  let descriptor: Descriptor

  /// Calls `action` once when the process has ended; its status is still to be collected then.
  func whenEnded(on queue: DispatchQueue, _ action: @escaping @Sendable () -> Void) {
    let source = DispatchSource.makeReadSource(fileDescriptor: descriptor.number, queue: queue)
    // The handler keeps its source, and the source the descriptor, until it is cancelled.
    source.setEventHandler {
      source.cancel()
      action()
    }
    source.setCancelHandler { [descriptor] in withExtendedLifetime(descriptor) {} }
    source.activate()
  }
}
