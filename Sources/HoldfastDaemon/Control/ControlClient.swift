#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The other side: asks a daemon and hands its lines on as they come. It blocks.
struct ControlClient {
  /// The socket, absolute.
  let path: String
  /// Seconds of silence after which a daemon that should have taken the request is given up, > 0.
  var patience = 10.0

  /// Sends the request and gives every line of the answer to `onLine`, the end excepted.
  ///
  /// - Throws: A ``Failure`` when no daemon answers; what the daemon itself refuses is in the end.
  func send(_ request: ControlRequest, onLine: ([UInt8]) throws -> Void) throws -> ReplyEnd {
    let descriptor = try connect()
    defer { close(descriptor) }
    UnixSocket.limitSilence(of: descriptor, to: patience)
    var rest = Array((try JSONLine.encode(request) + "\n").utf8)[...]
    var input: [UInt8] = []
    do {
      while !rest.isEmpty { rest = rest.dropFirst(try UnixSocket.write(rest, to: descriptor)) }
      while true {
        let bytes = try UnixSocket.receive(from: descriptor)
        if bytes.isEmpty { throw closed }
        input += bytes
        let end = try consume(&input) { line in
          guard let start = try? JSONLine.decode(ReplyStart.self, from: line) else { return try onLine(line) }
          UnixSocket.limitSilence(of: descriptor, to: start.within.map { $0 + patience })
        }
        if let end { return end }
      }
    } catch let error as SystemError {
      if error.code == EAGAIN { throw silent }
      throw Failure(.unreachable, "the daemon at \(path) closed the connection (\(error)): see its log")
    }
  }

  private func consume(_ input: inout [UInt8], _ onLine: ([UInt8]) throws -> Void) throws -> ReplyEnd? {
    var start = input.startIndex
    defer { input.removeSubrange(..<start) }
    while let newline = input[start...].firstIndex(of: UInt8(ascii: "\n")) {
      let line = Array(input[start..<newline])
      start = newline + 1
      if let end = try? JSONLine.decode(ReplyEnd.self, from: line) { return end }
      guard line.first == UInt8(ascii: "{") else {
        throw Failure(.unreachable, "what listens at \(path) is not a holdfast daemon: check the path of the socket")
      }
      try onLine(line)
    }
    return nil
  }

  private func connect() throws -> Int32 {
    do {
      return try UnixSocket.makeConnection(to: path)
    } catch {
      throw Failure(error.status(.unreachable), advice(error))
    }
  }

  private func advice(_ error: SystemError) -> String {
    switch error.code {
    case ENOENT: "no daemon listens at \(path): start one with `holdfast run`, or name its socket with --socket"
    case ECONNREFUSED: "the daemon that listened at \(path) is gone: start it again with `holdfast run`"
    case EACCES, EPERM: "you may not connect to \(path): use the user who runs the daemon"
    case EAGAIN: silent.description
    case ENOTSOCK: "\(path) is not a socket: name the daemon's socket with --socket"
    default: "cannot connect to \(path): \(error)"
    }
  }

  private var closed: Failure {
    Failure(
      .unreachable, "the daemon at \(path) has ended, or gave up on this command: see its log"
    )
  }

  private var silent: Failure {
    Failure(
      .unreachable,
      "the daemon at \(path) does not answer: it is overloaded or was suspended (`kill -CONT` wakes it); try again")
  }
}
