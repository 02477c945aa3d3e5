import Foundation
import Testing

@testable import HoldfastDaemon

/// One at a time: the test process starts programs itself, and a descriptor that is open between two tests would be
/// inherited.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct EndToEndTests {}

extension EndToEndTests {
  @Suite struct RunTests {
    private static let two = "programs:\n  a: { command: [sleep, 1000] }\n  b: { command: [sleep, 1000], after: [a] }\n"

    @Test func `a program that is killed comes back, and a stop ends everything in reverse order with status 0`()
      async throws
    {
      let daemon = try await DaemonProcess(Self.two)
      let before = try await daemon.programs()
      kill(try #require(before["b"]?.pid), SIGKILL)
      try await daemon.wait("exited", "b")
      let back = try await daemon.wait("ready", "b")
      let after = try await daemon.programs()
      #expect(after["a"]?.pid == before["a"]?.pid)
      #expect(after["b"]?.pid == back.pid && back.pid != before["b"]?.pid)
      #expect(after["b"]?.restarts == 1)
      #expect(after["b"]?.lastExit == "failed: killed by SIGKILL")
      daemon.signal(SIGTERM)
      #expect(await daemon.children(of: "stopped") == ["b", "a"])
      #expect(await daemon.status() == 0)
    }

    @Test func `a second daemon on the same state folder is refused, and one that was killed is replaced`() async throws
    {
      let daemon = try await DaemonProcess(Self.two)
      let second = try await Holdfast.run(["run"], in: daemon.folder)
      #expect(second.status == 1)
      #expect(second.errors.contains("another holdfast (pid \(daemon.pid)) uses the state folder"))
      daemon.signal(SIGKILL)
      _ = await daemon.status()
      #expect(try await Holdfast.run(["status"], in: daemon.folder).status == 5)
      let next = try await DaemonProcess(Self.two, in: daemon.folder)
      #expect(try await next.programs()["a"]?.state == "running")
    }

    @Test func `a second signal does not wait for a stubborn program`() async throws {
      let daemon = try await DaemonProcess(
        "programs:\n  a: { command: [sh, -c, \"trap '' TERM; echo up; while :; do sleep 1; done\"], stop: [TERM, 50s, KILL], ready: { line: up } }\n"
      )
      daemon.signal(SIGINT)
      try await daemon.wait("stopping", "a")
      daemon.signal(SIGINT)
      #expect(await [0, 6].contains(daemon.status()))
    }

    @Test func `a daemon whose terminal is closed goes on`() async throws {
      let daemon = try await DaemonProcess(Self.two)
      let old = try #require(try await daemon.programs()["a"]?.pid)
      daemon.closeOutput()
      for _ in 1...2 { #expect(try await Holdfast.run(["restart", "a"], in: daemon.folder).status == 0) }
      let new = try await daemon.programs()["a"]
      #expect(new?.state == "running" && new?.pid != old)
    }

    @Test func `a program that cannot be executed is reported and retried, and the rest runs`() async throws {
      let folder = try TemporaryFolder()
      try folder.write("#!/no/such/interpreter\n", to: "a", executable: true)
      let daemon = try await DaemonProcess(
        "programs:\n  a: { command: [./a] }\n  b: { command: [sleep, 1000], after: [a] }\n", in: folder,
        until: "daemonStarted")
      let failure = try await daemon.wait("startFailed", "a")
      #expect(failure.message.hasPrefix("did not start: "))
      try await daemon.wait("ready", "b")
      #expect(try await daemon.programs()["b"]?.state == "running")
    }

    @Test func `a start says how many programs are ready`() async throws {
      let good = try await DaemonProcess(Self.two, until: "daemonStarted")
      #expect(try await good.wait("supervisorStarted").message.hasPrefix("all programs ready after "))
      let bad = try await DaemonProcess(
        "programs:\n  a: { shell: exit 3, limit: { failures: 0, then: park }, ready: { line: never } }\n  b: { command: [sleep, 1000], after: [a] }\n",
        until: "daemonStarted")
      let message = try await bad.wait("supervisorStarted").message
      #expect(message.hasPrefix("1 of 2 programs ready after ") && message.hasSuffix("; not ready: a (parked)"))
    }

    @Test func `a disk that is full costs lines in the file, and nothing else`() async throws {
      let daemon = try await DaemonProcess(
        "programs:\n  a: { shell: \"echo one; exec sleep 1000\", logs: { file: /dev/full } }\n", until: "daemonStarted")
      let trouble = try await daemon.wait("log", "a")
      #expect(trouble.message.hasPrefix("cannot write /dev/full: No space left on device"))
      #expect(try await Holdfast.run(["logs", "a", "--stream", "out"], in: daemon.folder).output.hasSuffix("| one\n"))
      #expect(try await daemon.programs()["a"]?.state == "running")
    }

    @Test func `descriptors that are exhausted are reported and retried, and the rest runs`() async throws {
      let daemon = try await DaemonProcess(
        "programs:\n  a: { command: [sleep, 1000], replicas: 40, backoff: { constant: 60s } }\n",
        until: "daemonStarted", files: 64)
      let failure = try await daemon.wait("startFailed")
      #expect(failure.message.contains("Too many open files"))
      try await daemon.wait("supervisorStarted")
      daemon.signal(SIGTERM)
      #expect(await daemon.status() == 0)
    }

    @Test func `many programs that fail together do not bring the others down`() async throws {
      let daemon = try await DaemonProcess(
        "programs:\n  bad: { shell: exit 3, replicas: 8, backoff: { constant: 10s } }\n  good: { command: [sleep, 1000] }\n"
      )
      let programs = try await daemon.programs()
      #expect(programs["good"]?.state == "running")
      #expect(programs.count == 9)
    }

    @Test func `a limit that escalates ends the daemon with status 1`() async throws {
      let daemon = try await DaemonProcess(
        "intensity: { restarts: 0, within: 1s }\nprograms:\n  a: { shell: exit 3, backoff: none }\n",
        until: "daemonStarted")
      #expect(await daemon.status() == 1)
    }

    @Test func `a wrong file starts nothing and has status 2`() async throws {
      let folder = try TemporaryFolder()
      try folder.write("programs:\n  a: { comand: [sleep, 1] }\n", to: "holdfast.yml")
      for command in ["run", "check"] {
        let result = try await Holdfast.run([command], in: folder)
        #expect(result.status == 2)
        #expect(result.errors.contains("holdfast.yml:2:8: programs.a: unknown key `comand`; did you mean `command`?"))
      }
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/.holdfast"))
    }
  }
}
