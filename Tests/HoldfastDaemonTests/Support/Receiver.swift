import Foundation
import HoldfastTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// A server for one request, which it answers with 204.
final class Receiver: Sendable {
  let port: UInt16
  private let socket: Int32

  init() throws {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.socket = socket
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(socket, address, length) == 0 && listen(socket, 8) == 0
          && getsockname(socket, address, &length) == 0
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    try #require(isListening)
  }

  deinit { close(socket) }

  /// The head and the body of the next request.
  func request() async throws -> (head: String, body: Data) {
    try await blocking { [socket] in
      let connection = FileHandle(fileDescriptor: accept(socket, nil, nil), closeOnDealloc: true)
      var data = Data()
      while true {
        if let end = data.firstRange(of: Data("\r\n\r\n".utf8)) {
          let head = String(decoding: data[..<end.lowerBound], as: UTF8.self)
          let length = head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }?.dropFirst(16)
          if data.count - end.upperBound >= Int(length ?? "0") ?? 0 {
            try connection.write(contentsOf: Data("HTTP/1.1 204 No Content\r\n\r\n".utf8))
            return (head, data[end.upperBound...])
          }
        }
        let more = connection.bytes()
        try #require(!more.isEmpty)
        data += more
      }
    }
  }
}
