import Testing

@testable import HoldfastDaemon

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

@Suite(.serialized, .timeLimit(.minutes(10)))
struct ControlTests {
  private static let answer: ControlServer.Handler = { request, connection in
    guard request.command == .status else { throw Failure(.notFound, "there is no program `x`") }
    for name in request.names ?? [] { try await connection.send(ActionReport(name: name, result: "started")) }
  }

  private func lines(_ client: ControlClient, _ request: ControlRequest) async throws -> ([String], ReplyEnd) {
    var client = client
    // The suites beside this one may keep every core busy.
    if client.patience == 10 { client.patience = 50 }
    return try await blocking { [client] in
      var lines: [String] = []
      let end = try client.send(request) { lines.append(String(decoding: $0, as: UTF8.self)) }
      return (lines, end)
    }
  }

  @Test(arguments: [0, 3])
  func `a request is answered line by line, however long the path of the socket is`(depth: Int) async throws {
    let folder = try TemporaryFolder(depth: depth)
    let path = StateFolder.socket(in: folder.path)
    let server = try ControlServer(at: path, handler: Self.answer)
    defer { server.stop() }
    let (lines, end) = try await lines(ControlClient(path: path), ControlRequest(command: .status, names: ["a", "b"]))
    #expect(lines == [#"{"name":"a","result":"started"}"#, #"{"name":"b","result":"started"}"#])
    #expect(end == ReplyEnd(done: 0))
  }

  @Test func `a failure is the end of the answer, with its status`() async throws {
    let folder = try TemporaryFolder()
    let server = try ControlServer(at: folder.path + "/s", handler: Self.answer)
    defer { server.stop() }
    let (lines, end) = try await lines(ControlClient(path: folder.path + "/s"), ControlRequest(command: .reload))
    #expect(lines.isEmpty)
    #expect(end == ReplyEnd(done: 3, error: "there is no program `x`"))
  }

  @Test func `only the owner may connect, and a stale socket is replaced`() async throws {
    let folder = try TemporaryFolder()
    close(try UnixSocket.makeListener(at: folder.path + "/s"))
    await #expect(
      throws: Failure(
        .unreachable, "the daemon that listened at \(folder.path)/s is gone: start it again with `holdfast run`")
    ) {
      try await lines(ControlClient(path: folder.path + "/s"), ControlRequest(command: .status))
    }
    let server = try ControlServer(at: folder.path + "/s", handler: Self.answer)
    defer { server.stop() }
    #expect(try folder.mode(of: "s") == 0o600)
    #expect(try await lines(ControlClient(path: folder.path + "/s"), ControlRequest(command: .status)).1.done == 0)
  }

  @Test(arguments: [
    "nonsense\n", #"{"protocol":99,"command":"status"}"# + "\n", #"{"command":"explode","protocol":1}"# + "\n",
  ])
  func `what is no request of this protocol is refused in words`(text: String) async throws {
    let folder = try TemporaryFolder()
    let server = try ControlServer(at: folder.path + "/s", handler: Self.answer)
    defer { server.stop() }
    let reply = try await exchange(text, at: folder.path + "/s")
    let end = try JSONLine.decode(ReplyEnd.self, from: reply.dropLast())
    #expect(end.done == 2)
    #expect(end.error?.contains("use the same version of holdfast on both sides") == true)
  }

  @Test func `a request beyond the limit is refused`() async throws {
    let folder = try TemporaryFolder()
    let server = try ControlServer(at: folder.path + "/s", handler: Self.answer)
    defer { server.stop() }
    let reply = try await exchange(String(repeating: "x", count: ControlRequest.sizeLimit + 1), at: folder.path + "/s")
    #expect(String(decoding: reply, as: UTF8.self).contains(#""done":2"#))
  }

  @Test func `clients that say nothing do not hold up others, and too many are refused`() async throws {
    let folder = try TemporaryFolder()
    let server = try ControlServer(at: folder.path + "/s", handler: Self.answer)
    defer { server.stop() }
    var silent = try (1..<ControlServer.clientLimit).map { _ in try UnixSocket.makeConnection(to: folder.path + "/s") }
    defer { silent.forEach { close($0) } }
    let client = ControlClient(path: folder.path + "/s")
    #expect(try await lines(client, ControlRequest(command: .status)).1.done == 0)
    silent.append(try UnixSocket.makeConnection(to: folder.path + "/s"))
    #expect(try await lines(client, ControlRequest(command: .status)).1.error?.contains("64 clients") == true)
  }

  @Test func `a client that reads slowly gets the whole answer, and then the end`() async throws {
    let folder = try TemporaryFolder()
    let server = try ControlServer(at: folder.path + "/s") { _, connection in
      for _ in 0..<16 { try await connection.send(String(repeating: "x", count: 1 << 18)) }
    }
    defer { server.stop() }
    let request = try JSONLine.encode(ControlRequest(command: .logs)) + "\n"
    // It ends only when the other side has.
    let count = try await blocking {
      let descriptor = try UnixSocket.makeConnection(to: folder.path + "/s")
      defer { close(descriptor) }
      _ = try UnixSocket.write(Array(request.utf8)[...], to: descriptor)
      var count = 0
      while case let bytes = try UnixSocket.receive(from: descriptor), !bytes.isEmpty { count += bytes.count }
      return count
    }
    #expect(count > 16 << 18)
  }

  @Test func `a client that goes away ends its request`() async throws {
    let folder = try TemporaryFolder()
    let (endless, source) = AsyncStream.makeStream(of: Void.self)
    let (ended, signal) = AsyncStream.makeStream(of: Void.self)
    let server = try ControlServer(at: folder.path + "/s") { _, connection in
      try await connection.send("{}")
      for await _ in endless {}
      signal.finish()
    }
    defer { server.stop() }
    let descriptor = try UnixSocket.makeConnection(to: folder.path + "/s")
    let request = Array((try JSONLine.encode(ControlRequest(command: .logs)) + "\n").utf8)
    _ = try UnixSocket.write(request[...], to: descriptor)
    _ = try await blocking { try UnixSocket.receive(from: descriptor) }
    close(descriptor)
    for await _ in ended {}
    withExtendedLifetime(source) {}
  }

  @Test func `a daemon that says nothing is given up`() async throws {
    let folder = try TemporaryFolder()
    let listener = try UnixSocket.makeListener(at: folder.path + "/s")
    defer { close(listener) }
    let failure = await #expect(throws: Failure.self) {
      try await lines(ControlClient(path: folder.path + "/s", patience: 0.05), ControlRequest(command: .status))
    }
    #expect(failure?.status == .unreachable && failure?.description.contains("does not answer") == true)
  }

  @Test func `a daemon that has taken a request may be silent for as long as it said`() async throws {
    let folder = try TemporaryFolder()
    let (held, source) = AsyncStream.makeStream(of: Void.self)
    let server = try ControlServer(at: folder.path + "/s") { request, connection in
      try await connection.send(ReplyStart(within: request.command == .stop ? 0.05 : nil))
      if request.command == .stop { for await _ in held {} }
      try await connection.send(["done soon": true])
    }
    defer { server.stop() }
    let client = ControlClient(path: folder.path + "/s", patience: 0.05)
    let failure = await #expect(throws: Failure.self) { try await lines(client, ControlRequest(command: .stop)) }
    #expect(failure?.status == .unreachable)
    let patient = ControlClient(path: folder.path + "/s")
    #expect(try await lines(patient, ControlRequest(command: .logs)).0 == [#"{"done soon":true}"#])
    withExtendedLifetime(source) {}
  }

  @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n", ""])
  func `something else that listens is not taken for a daemon`(reply: String) async throws {
    let folder = try TemporaryFolder()
    let listener = try UnixSocket.makeListener(at: folder.path + "/s")
    defer { close(listener) }
    async let server: Void = blocking {
      var waiting = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
      unsafe poll(&waiting, 1, 10_000)
      guard let client = try UnixSocket.nextClient(of: listener) else { return }
      var readable = pollfd(fd: client, events: Int16(POLLIN), revents: 0)
      unsafe poll(&readable, 1, 10_000)
      _ = try UnixSocket.receive(from: client)
      _ = try UnixSocket.write(Array(reply.utf8)[...], to: client)
      close(client)
    }
    let failure = await #expect(throws: Failure.self) {
      try await lines(ControlClient(path: folder.path + "/s"), ControlRequest(command: .status))
    }
    #expect(failure?.status == .unreachable)
    try await server
  }

  @Test func `no daemon, no socket, no permission are told apart`() async throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "file")
    let missing = await #expect(throws: Failure.self) {
      try await lines(ControlClient(path: folder.path + "/none"), ControlRequest(command: .status))
    }
    #expect(missing?.description.hasPrefix("no daemon listens at \(folder.path)/none") == true)
    await #expect(throws: Failure.self) {
      try await lines(ControlClient(path: folder.path + "/file"), ControlRequest(command: .status))
    }
  }

  private func exchange(_ text: String, at path: String) async throws -> [UInt8] {
    try await blocking {
      let descriptor = try UnixSocket.makeConnection(to: path)
      defer { close(descriptor) }
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty { rest = rest.dropFirst(try UnixSocket.write(rest, to: descriptor)) }
      var reply: [UInt8] = []
      while case let bytes = try UnixSocket.receive(from: descriptor), !bytes.isEmpty {
        reply += bytes
        if String(decoding: reply, as: UTF8.self).contains(#""done":"#) { break }
      }
      return reply
    }
  }
}
