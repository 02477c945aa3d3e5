public import Foundation

extension FileHandle {
  /// What there is to read, empty at the end. Foundation's own way traps when a signal interrupts it.
  public func bytes() -> Data {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = receive(fileDescriptor, &buffer)
      if count >= 0 { return Data(buffer[..<count]) }
      guard errno == EINTR else { return Data() }
    }
  }

  /// Everything until the end.
  public func allBytes() -> Data {
    var all = Data()
    while case let more = bytes(), !more.isEmpty { all += more }
    return all
  }
}

/// In a handle `read` means something else.
private func receive(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
  unsafe read(descriptor, &buffer, buffer.count)
}
