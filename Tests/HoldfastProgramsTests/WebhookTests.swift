import FoundationEssentials
import Holdfast
import HoldfastTesting
import Testing

@testable import HoldfastPrograms

extension RealPrograms {
  /// Messages to a real server, which checks signatures with another implementation.
  @Suite struct Webhooks {
    let bed: AlarmBed
    let port: UInt16

    init() throws {
      bed = try AlarmBed()
      port = try FreePort.next()
    }

    /// Answers each request with the next status, and writes what it got.
    private static let script = """
      import hashlib, hmac, http.server, json, sys
      secret, statuses = sys.argv[2].encode(), sys.argv[3:]
      class Handler(http.server.BaseHTTPRequestHandler):
          def do_POST(self):
              body = self.rfile.read(int(self.headers["Content-Length"]))
              time, code = [part[part.index("=") + 1:] for part in self.headers["Holdfast-Signature"].split(",")]
              own = hmac.new(secret, time.encode() + b"." + body, hashlib.sha256).hexdigest()
              words = json.loads(body)["alarms"][0]["description"]
              print("got", json.dumps([self.path, self.headers["Content-Type"], self.headers["X-Team"], own == code,
                  self.headers["Idempotency-Key"], time, words]), flush=True)
              self.send_response(int(statuses.pop(0))); self.end_headers()
          def log_message(self, *words): pass
      server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
      print("up", flush=True)
      server.serve_forever()
      """

    private func server(_ statuses: Int...) -> Harness {
      Harness(Program(["python3", "-c", Self.script, "\(port)", "secret"] + statuses.map { "\($0)" }))
    }

    /// Messages by a handler that signs them and tries again after ten seconds.
    private func running(_ body: (Alarms, JobEnds) async throws -> Void) async throws {
      let secret = WebhookSecret.file(try bed.folder.write("secret\n", to: "secret"))
      let policy = JobPolicy(
        maxAttempts: 20, retry: .backoff(.constant(.seconds(10)).delayingFirst()), timeout: .seconds(30))
      let configuration = bed.route(.webhook("http://127.0.0.1:\(port)/hook?[1]={a}"))
      try await bed.running(
        configuration,
        { alarms in
          [
            alarms.webhookNotificationHandler(policy: policy) { route in
              try WebhookOptions(secret: secret, headers: ["X-Team": "\(route) \"1\""])
            }
          ]
        }, body)
    }

    private struct Request {
      let key: String
      let time: String
    }

    /// What the server got, all of it as it should be.
    private func requests(_ server: Harness, _ words: String) throws -> [Request] {
      try server.output.filter { $0.hasPrefix("got ") }.map { line in
        var fields = line.dropFirst("got [".count).dropLast().split(separator: ", ", maxSplits: 6).map(String.init)
        #expect(
          fields[...3] == [#""/hook?[1]={a}""#, #""application/json""#, ##""ops \"1\"""##, "true"])
        fields.removeFirst(4)
        try #require(fields.count == 3)
        #expect(fields[2] == words)
        return Request(key: fields[0], time: fields[1])
      }
    }

    @Test(
      "AL45 what is not answered with 2xx is sent again, under the same key, signed anew", arguments: [500, 302, 404])
    func retried(_ status: Int) async throws {
      let server = server(status, 204)
      _ = try await server.whileRunning {
        _ = await server.line { $0 == "up" }
        try await running { alarms, events in
          try await alarms.set(bed.broken, "say \"no\"\\\n\tü")
          let failure = try #require(await events.next())
          #expect(failure.name == "failed" && failure.reason?.contains("answered with status \(status)") == true)
          bed.time.advance(by: .seconds(10))
          #expect(await events.next()?.name == "completed")
        }
      }
      let requests = try requests(server, #""say \"no\"\\\n\t\u00fc""#)
      #expect(requests.count == 2 && Set(requests.map(\.key)).count == 1)
      #expect(requests.map(\.time) == [#""1700000000""#, #""1700000010""#])
    }

    @Test("AL45 an address that refuses is tried again")
    func refused() async throws {
      try await running { alarms, events in
        try await alarms.set(bed.broken, "why")
        let failure = try #require(await events.next())
        #expect(failure.name == "failed" && failure.reason?.contains("curl: (7)") == true)
        let server = server(200)
        _ = try await server.whileRunning {
          _ = await server.line { $0 == "up" }
          bed.time.advance(by: .seconds(10))
          #expect(await events.next()?.name == "completed")
        }
        #expect(try requests(server, #""why""#).count == 1)
      }
    }

    @Test("without its secret nothing is sent")
    func noSecret() async throws {
      let configuration = bed.route(.webhook("http://127.0.0.1:\(port)/"))
      let handlers = { (alarms: Alarms) in
        [alarms.webhookNotificationHandler { _ in try WebhookOptions(secret: .environment("HOLDFAST_NO_SUCH_SECRET")) }]
      }
      try await bed.running(configuration, handlers) { alarms, events in
        try await alarms.set(bed.broken)
        let failure = try #require(await events.next())
        #expect(failure.reason?.contains("environment variable HOLDFAST_NO_SUCH_SECRET is not there") == true)
      }
    }
  }
}

struct WebhookOptionsTests {
  @Test("the signature is the one that others compute")
  func vector() {
    let value = WebhookSignature.value(of: Data("at do ya want for nothing?".utf8), secret: "Jefe", at: 0)
    #expect(value == "t=0,v1=\(Self.code)")
  }

  /// HMAC-SHA256 under `Jefe` of `0.at do ya want for nothing?`, by Python's hmac.
  private static let code = "1636d4ce04208a87bc2239e6c7caa62337099a551c6c95c7b04cf77f6f5017a0"

  @Test(
    "what does not fit is refused, and named",
    arguments: [
      (["a b": "x"], 20, "`a b`"), (["": "x"], 20, "no name"), (["X": "a\nb"], 20, "`X`"), (["X": " "], 20, "`X`"),
      (["Idempotency-Key": "x"], 20, "`Idempotency-Key`"), ([:], 0, "1…25"), ([:], 26, "1…25"),
    ] as [([String: String], Int, String)])
  func refused(_ headers: [String: String], _ seconds: Int, _ words: String) {
    let error = #expect(throws: WebhookError.self) {
      try WebhookOptions(headers: headers, timeout: .seconds(seconds))
    }
    #expect(error?.description.contains(words) == true)
  }

  @Test("a secret that is known to be wrong is refused at once", arguments: ["", String(repeating: "x", count: 4097)])
  func secretThatCannotBe(_ text: String) {
    #expect(throws: WebhookError.self) { try WebhookOptions(secret: .value(text)) }
  }

  @Test("a secret is the first line of a file, or a text, and never shown")
  func secrets() throws {
    let folder = try TemporaryFolder()
    #expect(try WebhookSecret.file(folder.write("one\ntwo\n", to: "s")).read() == "one")
    #expect(try WebhookSecret.value("three").read() == "three")
    #expect(!"\(WebhookSecret.value("three"))".contains("three"))
    for secret in [WebhookSecret.value(""), .file(folder.path + "/none"), .environment("HOLDFAST_NO_SUCH_SECRET")] {
      #expect(throws: WebhookError.self) { try secret.read() }
    }
  }
}
