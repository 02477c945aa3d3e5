import Glibc
import Testing

@testable import HoldfastPrograms

struct HTTPTargetTests {
  @Test(
    arguments: [
      ("http://127.0.0.1:9000/", "127.0.0.1", 9000, "/"), ("http://localhost", "localhost", 80, "/"),
      ("http://[::1]:81/a?b=c#d", "::1", 81, "/a?b=c"), ("HTTP://10.0.0.1?x", "10.0.0.1", 80, "/?x"),
    ] as [(String, String, UInt16, String)])
  func `addresses are taken apart`(_ url: String, _ host: String, _ port: UInt16, _ path: String) throws {
    let target = try #require(HTTPTarget(url))
    #expect((target.host, target.port, target.path) == (host, port, path))
  }

  @Test(arguments: [
    "https://127.0.0.1/", "127.0.0.1", "http://example.org/", "http://127.0.0.1:0/", "http://127.0.0.1:x/",
    "http://127.0.0.1/a b",
  ])
  func `others are refused`(_ url: String) {
    #expect(HTTPTarget(url) == nil)
  }

  @Test(
    arguments: [
      ("HTTP/1.1 200 OK", true), ("HTTP/1.0 302 Found", true), ("HTTP/1.1 404 No", false), ("HTTP/1.1 500 ", false),
      ("SSH-2.0-OpenSSH_9", false), ("HTTP/1.1", nil),
    ] as [(String, Bool?)])
  func `a status line says whether all is well`(_ line: String, _ answer: Bool?) {
    #expect(HTTPTarget.isSuccess(Array(line.utf8)) == answer)
  }
}

extension RealPrograms {
  struct Readiness {
    /// A web server on a free port, which it writes.
    private static let server = """
      import http.server, sys, time
      class Handler(http.server.BaseHTTPRequestHandler):
          def do_GET(self):
              self.send_response(200 if self.path == "/good" else 503); self.end_headers()
      server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
      server.serve_forever()
      """

    private func becomesReady(_ program: Program) async throws {
      let harness = Harness(program)
      let error = try await harness.whileRunning {
        await harness.becameReady.wait()
        #expect(harness.monitor.status.isReady)
      }
      #expect(error is ProgramFailure)
      #expect(!harness.monitor.status.isReady)
    }

    private func serving(_ readiness: (UInt16) -> ProgramReadiness) throws -> Program {
      let port = try FreePort.next()
      var program = Program(["python3", "-c", Self.server, "\(port)"])
      program.readiness = readiness(port)
      return program
    }

    @Test func `a program without a probe is ready when it was executed`() async throws {
      try await becomesReady(Program(["/bin/sleep", "60"]))
    }

    @Test func `a port that accepts`() async throws {
      try await becomesReady(serving { .tcp(port: $0) })
    }

    @Test func `an address that answers well`() async throws {
      try await becomesReady(serving { .http("http://localhost:\($0)/good") })
    }

    @Test func `an address that answers badly is not ready`() async throws {
      let port = try FreePort.next()
      var program = Program(["python3", "-c", Self.server, "\(port)"])
      program.readiness = .http("http://127.0.0.1:\(port)/bad")
      let harness = Harness(program)
      _ = try await harness.whileRunning { _ = await harness.line { $0.contains("\"GET /bad HTTP/1.1\" 503") } }
      #expect(!harness.becameReady.isSet)
    }

    @Test func `a command that exits with 0, run where the program runs`() async throws {
      let folder = try TemporaryFolder()
      var program = Program(["/bin/sh", "-c", "sleep 0.05; touch up; exec sleep 60"])
      program.directory = folder.path
      program.readiness = .exec(["test", "-e", "up"])
      try await becomesReady(program)
    }

    @Test func `a line that contains a text, or matches a pattern, in either stream`() async throws {
      var program = Program(["/bin/sh", "-c", "echo listening on port 80 >&2; exec sleep 60"])
      program.readiness = .line("listening on")
      try await becomesReady(program)
      program.readiness = .lineMatching(#"port \d+$"#)
      try await becomesReady(program)
    }

    @Test func `a quick program without a probe, or with its line as its last words, was ready`() async {
      for readiness in [.onStart, .line("bye")] as [ProgramReadiness] {
        for _ in 0..<30 {
          let harness = Harness(shell: "echo bye") { $0.readiness = readiness }
          #expect(await harness.run() == nil)
          #expect(harness.becameReady.isSet)
        }
      }
    }

    @Test func `a program that succeeds before it is ready has failed`() async {
      let harness = Harness(shell: "exit 0") { $0.readiness = .tcp(port: 1) }
      #expect("\(await harness.run() as Any)".contains("exited with status 0: it was not ready before"))
    }

    @Test(
      arguments: [.line("never"), .tcp(port: 1), .http("http://127.0.0.1:1/"), .exec(["sleep", "60"])]
        as [ProgramReadiness])
    func `a program that ends first was never ready, and its probe ends with it`(_ readiness: ProgramReadiness) async {
      let harness = Harness(shell: "sleep 0.1; exit 3") { $0.readiness = readiness }
      #expect(await harness.exit() == .exited(3))
      #expect(!harness.becameReady.isSet)
    }
  }
}

/// A port that nobody listens on just now.
enum FreePort {
  static func next() throws -> UInt16 {
    let socket = Descriptor(Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(socket.number, address, length) == 0 && getsockname(socket.number, address, &length) == 0
      }
    }
    try #require(isBound)
    return UInt16(bigEndian: address.sin_port)
  }
}
