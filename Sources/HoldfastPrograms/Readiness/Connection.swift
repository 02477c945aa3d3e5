import CHoldfastPrograms
// Dispatch sources may be used from every thread; the module does not say so yet.
@unsafe @preconcurrency import Dispatch

/// A socket of a probe: never blocks, and every wait ends when the task is cancelled.
struct Connection {
  private let socket: Descriptor

  /// Nil when nobody accepts.
  init?(host: String, port: UInt16) async {
    let number = unsafe hf_connect(HTTPTarget.numeric(host), port)
    guard number >= 0 else { return nil }
    socket = Descriptor(number)
    guard await isReady(.writing), hf_socket_error(number) == 0 else { return nil }
  }

  /// Sends a short request.
  func send(_ bytes: [UInt8]) -> Bool {
    unsafe bytes.withUnsafeBytes { unsafe hf_send(socket.number, $0.baseAddress, $0.count) }
  }

  /// The next bytes, or nil at the end.
  func receive() async -> ArraySlice<UInt8>? {
    var buffer = [UInt8](repeating: 0, count: 512)
    while await isReady(.reading) {
      switch System.read(socket.number, into: &buffer) {
      case .bytes(let bytes): return bytes
      case .wouldBlock: continue
      case .end: return nil
      }
    }
    return nil
  }

  private enum Direction { case reading, writing }

  /// False when the task was cancelled first.
  private func isReady(_ direction: Direction) async -> Bool {
    let source: any DispatchSourceProtocol =
      switch direction {
      case .reading: DispatchSource.makeReadSource(fileDescriptor: socket.number)
      case .writing: DispatchSource.makeWriteSource(fileDescriptor: socket.number)
      }
    // In its own handler: one that is cancelled by others just when its event arrives can bring libdispatch down.
    source.setEventHandler { source.cancel() }
    // The socket may be closed only when the source has let go of it.
    let released = OneShot<Void>()
    source.setCancelHandler { released.fulfil(()) }
    source.activate()
    await withTaskCancellationHandler {
      await released.value
    } onCancel: {
      #if os(Linux)
        // The end of the socket is the source's event.
        hf_channel_close(socket.number)
      #else
        source.cancel()
      #endif
    }
    return !Task.isCancelled
  }
}
