import CHoldfastPrograms

/// One end of the socket between a parent and its worker.
final class Channel: Sendable {
  private let socket: Descriptor

  init(_ socket: Descriptor) {
    self.socket = socket
  }

  /// Two ends that are connected.
  static func pair() throws(SystemError) -> (ours: Channel, theirs: Descriptor) {
    var ours: Int32 = -1
    var theirs: Int32 = -1
    let error = unsafe hf_channel(&ours, &theirs)
    guard error == 0 else { throw SystemError(code: error) }
    return (Channel(Descriptor(ours)), Descriptor(theirs))
  }

  var descriptor: Int32 { socket.number }

  /// Sends a frame, waiting for the other side as long as it takes; false when there is no other side.
  @discardableResult
  func send(_ frame: [UInt8]) -> Bool {
    unsafe frame.withUnsafeBytes { unsafe hf_channel_send(socket.number, $0.baseAddress, $0.count) == 0 }
  }

  /// Fills `buffer` as far as there is something, or waits for it; an error counts as the end.
  func receive(into buffer: inout [UInt8], waits: Bool) -> ReadResult {
    let count = unsafe buffer.withUnsafeMutableBytes {
      unsafe hf_channel_receive(socket.number, $0.baseAddress, $0.count, waits)
    }
    if count > 0 { return .bytes(buffer[..<count]) }
    return count < 0 && SystemError.last.isNothingThere ? .wouldBlock : .end
  }

  /// Tells the other side that nothing more will come.
  func end() {
    hf_channel_end(socket.number)
  }

  /// Makes our own reading see the end, also when somebody else still holds the other side.
  func close() {
    hf_channel_close(socket.number)
  }
}
