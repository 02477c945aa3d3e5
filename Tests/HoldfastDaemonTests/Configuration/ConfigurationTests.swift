import Holdfast
import HoldfastPrograms
import Testing

@testable import HoldfastDaemon

@Suite(.timeLimit(.minutes(10)))
struct ConfigurationTests {
  @Test func `a program needs only a command, and the rest is the documented defaults`() throws {
    let configuration = try read("programs: { web: { command: [sleep, 5] } }")
    let program = try #require(configuration.programs.first)
    #expect(configuration.name == "shop")
    #expect(configuration.state == "/srv/shop/.holdfast")
    #expect(configuration.shutdown == .seconds(60))
    #expect(configuration.intensity == .unlimited)
    #expect(program == ProgramConfiguration(name: "web", command: ["sleep", "5"], directory: "/srv/shop"))
    #expect(program.stop == [.signal(.terminate), .wait(.seconds(5)), .signal(.kill)])
    #expect(program.startDeadline == .seconds(30))
  }

  @Test func `every key of a program is understood`() throws {
    let program = try #require(
      try read(
        """
        groups: { front: { strategy: restForOne, intensity: { restarts: 3, within: 10s, then: park } } }
        programs:
          db: { shell: "exec sleep 5" }
          web:
            command: [./worker.sh, "", 8080]
            directory: .
            environment: { PORT: 8080, EMPTY: , FLAG: true }
            inherit: [PATH, HOME]
            user: "www:staff"
            umask: 022
            nice: 5
            resources: { memory: 64MiB, files: 256, cpu: 2m, processes: 10, core: 0, fileSize: 10MB }
            ready: { http: "http://127.0.0.1:9000/", within: 10s }
            restart: transient
            backoff: { exponential: { from: 100ms, to: 5s, factor: 3 }, jitter: equal, reset: 1m, first: delayed, meaning: minimumLifetime }
            limit: { failures: 10, then: { coolDown: 5m } }
            stop: [INT, 2s, TERM, 3s]
            after: db
            replicas: 3
            group: front
            logs: { file: web.log, size: 1MiB, keep: 5, ring: 50 }
            success: [0, 143]
            autostart: false
        """
      ).programs.last)
    var expected = ProgramConfiguration(name: "web", command: ["./worker.sh", "", "8080"], directory: "/srv/shop")
    expected.environment = ["PORT": "8080", "EMPTY": "", "FLAG": "true"]
    expected.inherit = .names(["PATH", "HOME"])
    expected.user = "www:staff"
    expected.umask = 0o22
    expected.nice = 5
    expected.resources = ResourceConfiguration(
      memory: 64 << 20, files: 256, cpu: 120, processes: 10, core: 0, fileSize: 10_000_000)
    expected.ready = .http("http://127.0.0.1:9000/")
    expected.startDeadline = .seconds(10)
    expected.restart = .transient
    expected.backoff = BackoffConfiguration.fields(
      .exponential(from: .milliseconds(100), factor: 3), cap: .seconds(5), jitter: .equal, reset: .seconds(60))
    expected.limit = .failures(10, then: .coolDown(.seconds(300)))
    expected.stop = [
      .signal(.interrupt), .wait(.seconds(2)), .signal(.terminate), .wait(.seconds(3)), .signal(.kill),
    ]
    expected.after = ["db"]
    expected.replicas = 3
    expected.group = "front"
    expected.logs = LogConfiguration(file: .path("/srv/shop/web.log"), size: 1 << 20, keep: 5, ring: 50)
    expected.success = [0, 143]
    expected.autostart = false
    #expect(program == expected)
    #expect(program.children == ["web-1", "web-2", "web-3"])
  }

  @Test(arguments: [
    ("none", BackoffConfiguration.Shape.none, Duration.seconds(30)),
    ("constant", .constant(.seconds(1)), .seconds(1)),
    ("{ constant: 5s }", .constant(.seconds(5)), .seconds(5)),
    ("linear", .linear(from: .milliseconds(200), step: .milliseconds(200)), .seconds(30)),
    ("{ fibonacci: { from: 1s, to: 1m } }", .fibonacci(from: .seconds(1)), .seconds(60)),
    ("{ jitter: none }", .exponential(from: .milliseconds(200), factor: 2), .seconds(30)),
  ])
  func `a backoff is a word or a mapping`(text: String, shape: BackoffConfiguration.Shape, cap: Duration) throws {
    let program = try #require(try read("programs: { web: { shell: x, backoff: \(text) } }").programs.first)
    #expect(program.backoff.shape == shape)
    #expect(program.backoff.cap == cap)
  }

  @Test(arguments: [
    ("{ tcp: 80 }", ReadinessConfiguration.tcp(host: "127.0.0.1", port: 80)),
    ("{ tcp: \"db:5432\" }", .tcp(host: "db", port: 5432)),
    ("{ exec: [test, -f, x] }", .exec(["test", "-f", "x"])),
    ("{ line: started }", .line("started")),
  ])
  func `readiness is one of four probes`(text: String, expected: ReadinessConfiguration) throws {
    #expect(try read("programs: { web: { shell: x, ready: \(text) } }").programs.first?.ready == expected)
  }

  @Test(arguments: [
    ("0", Duration.zero), ("250ms", .milliseconds(250)), ("15s", .seconds(15)), ("5m", .seconds(300)),
    ("2h", .seconds(7200)), ("1d", .seconds(86400)),
  ])
  func `durations have a unit`(text: String, expected: Duration) {
    #expect(DurationText.parse(text) == expected)
  }

  @Test(arguments: ["", "5", "-5s", "1.5s", "5 s", "s", "1h30m", "99999999999999999999d", "9000000000d"])
  func `other durations are refused`(text: String) {
    #expect(DurationText.parse(text) == nil)
  }

  @Test(arguments: [
    ("512", 512), ("512B", 512), ("10kB", 10_000), ("10MB", 10_000_000), ("64MiB", 64 << 20), ("1GiB", 1 << 30),
  ])
  func `sizes are bytes or have a unit`(text: String, expected: UInt64) {
    #expect(SizeText.parse(text) == expected)
  }

  @Test(arguments: ["", "MB", "-1", "1.5GB", "99999999999GiB"])
  func `other sizes are refused`(text: String) {
    #expect(SizeText.parse(text) == nil)
  }

  @Test(arguments: [("/a/b", "/c", "/a/b"), ("b", "/a", "/a/b"), ("../b/./c", "/a", "/b/c"), ("../../..", "/a", "/")])
  func `paths are seen from the folder of the file`(path: String, folder: String, expected: String) {
    #expect(Paths.resolve(path, in: folder) == expected)
  }
}

extension BackoffConfiguration {
  fileprivate static func fields(
    _ shape: Shape, cap: Duration, jitter: Backoff.Jitter, reset: Duration
  ) -> BackoffConfiguration {
    BackoffConfiguration(
      shape: shape, cap: cap, jitter: jitter, immediateFirst: false, reset: reset, meaning: .minimumLifetime)
  }
}
