import Foundation
import Testing

@testable import HoldfastDaemon

extension EndToEndTests {
  @Suite struct OperatorTests {
    private static let three =
      "groups: { g: { strategy: restForOne } }\nprograms:\n  a: { command: [sleep, 1000] }\n  b: { command: [sleep, 1000] }\n  c: { command: [sleep, 1000], group: g }\n"

    @Test func `a reload touches only what changed, in groups too`() async throws {
      let daemon = try await DaemonProcess(Self.three)
      let before = try await daemon.programs()
      try daemon.folder.write(
        Self.three.replacing("b: { command: [sleep, 1000] }", with: "b: { command: [sleep, 2000] }")
          + "  d: { command: [sleep, 1000], group: g, after: [c] }\n", to: "holdfast.yml")
      let reload = try await Holdfast.run(["reload"], in: daemon.folder)
      #expect(reload.output == "added: d\nchanged: b\n")
      var after = try await daemon.programs()
      #expect(after["a"]?.pid == before["a"]?.pid && after["c"]?.pid == before["c"]?.pid)
      #expect(after["b"]?.pid != before["b"]?.pid && after["b"]?.state == "running")
      #expect(after["d"]?.state == "running")
      try daemon.folder.write("programs:\n  b: { command: [sleep, 2000] }\n", to: "holdfast.yml")
      daemon.signal(SIGHUP)
      #expect(try await daemon.wait("reloaded").message == "removed: a, c, d")
      let last = try await daemon.programs()
      #expect(Array(last.keys) == ["b"])
      #expect(last["b"]?.pid == after["b"]?.pid)
      after = last
    }

    @Test func `a reload of a wrong file changes nothing and says what is wrong`() async throws {
      let daemon = try await DaemonProcess(Self.three)
      let before = try await daemon.programs()
      try daemon.folder.write("programs: { a: { command: [sleep, 1], nise: 3 } }", to: "holdfast.yml")
      let reload = try await Holdfast.run(["reload"], in: daemon.folder)
      #expect(reload.status == 2)
      #expect(reload.errors.contains("holdfast.yml:1:39: programs.a: unknown key `nise`; did you mean `nice`?"))
      #expect(try await daemon.programs().mapValues(\.pid) == before.mapValues(\.pid))
    }

    @Test func `a group that restarts after a reload runs what the file says now`() async throws {
      let daemon = try await DaemonProcess(Self.three)
      try daemon.folder.write(Self.three + "  d: { command: [sleep, 1000], group: g }\n", to: "holdfast.yml")
      #expect(try await Holdfast.run(["reload"], in: daemon.folder).status == 0)
      let before = try await daemon.programs()
      kill(try #require(before["c"]?.pid), SIGKILL)
      try await daemon.wait("exited", "c")
      try await daemon.wait("ready", "d")
      let after = try await daemon.programs()
      #expect(after["d"]?.pid != before["d"]?.pid)
      #expect(after["a"]?.pid == before["a"]?.pid)
    }

    @Test func `UX8 a command about many things lists them without a word more, and explains itself when asked`()
      async throws
    {
      let daemon = try await DaemonProcess(
        """
        jobs: { note: { shell: cat } }
        schedules: { nightly: { cron: "30 2 * * *", job: note } }
        remedies: { disk.odd: { job: note } }

        """)
      _ = try await Holdfast.run(["jobs", "enqueue", "note", "--in", "1h"], in: daemon.folder)
      for command in ["schedules", "queues", "jobs", "remedies"] {
        let short = try await Holdfast.run([command, "--json"], in: daemon.folder)
        let long = try await Holdfast.run([command, "list", "--json"], in: daemon.folder)
        #expect(short.status == 0 && !short.output.isEmpty && short.output == long.output, "\(short)")
        let help = try await Holdfast.run([command, "--help"], in: daemon.folder)
        #expect(help.status == 0 && help.output.contains("SUBCOMMANDS:"), "\(help)")
        let slip = try await Holdfast.run([command, "lsit", "of", "them"], in: daemon.folder)
        #expect(slip.status == 2 && !slip.errors.isEmpty, "\(slip)")
      }
    }

    @Test func `programs are stopped, started and restarted by name`() async throws {
      let daemon = try await DaemonProcess(Self.three)
      let before = try await daemon.programs()
      #expect(try await Holdfast.run(["stop", "a", "g/c"], in: daemon.folder).output == "c stopped\na stopped\n")
      var now = try await daemon.programs()
      #expect(now["a"]?.state == "stopped" && now["c"]?.state == "stopped" && now["a"]?.pid == nil)
      #expect(try await Holdfast.run(["start", "a"], in: daemon.folder).output.hasPrefix("a started (pid "))
      #expect(try await Holdfast.run(["restart", "b"], in: daemon.folder).status == 0)
      now = try await daemon.programs()
      #expect(now["a"]?.state == "running" && now["b"]?.pid != before["b"]?.pid)
      #expect(try await Holdfast.run(["start", "b"], in: daemon.folder).output == "b is running already\n")
    }

    @Test func `UX8 statuses tell what went wrong`() async throws {
      let daemon = try await DaemonProcess(Self.three)
      let unknown = try await Holdfast.run(["stop", "aa"], in: daemon.folder)
      #expect(unknown.status == 3 && unknown.errors.contains("did you mean `a`?"))
      #expect(try await Holdfast.run(["stop", "--all"], in: daemon.folder).status == 2)
      #expect(try await Holdfast.run(["status", "--nope"], in: daemon.folder).status == 2)
      let nowhere = try TemporaryFolder()
      #expect(try await Holdfast.run(["status"], in: nowhere).status == 5)
      let named = try await Holdfast.run(
        ["status", "a", "--json", "--socket", daemon.folder.path + "/.holdfast/holdfast.sock"], in: nowhere)
      #expect(named.status == 0 && named.output.contains(#""name":"a""#))
      #expect(try await Holdfast.run(["stop", "--all", "--yes"], in: daemon.folder).status == 0)
    }

    @Test func `UX9 logs show the lines of earlier runs, filtered`() async throws {
      let daemon = try await DaemonProcess(
        "programs:\n  a: { command: [sh, -c, \"echo one $$; echo two >&2; exec sleep 1000\"], ready: { line: two } }\n")
      let first = try #require(try await daemon.programs()["a"]?.pid)
      #expect(try await Holdfast.run(["restart", "a"], in: daemon.folder).status == 0)
      let previous = try await Holdfast.run(
        ["logs", "a", "--previous", "--stream", "out", "--json"], in: daemon.folder)
      let line = try JSONLine.decode(LogLine.self, from: previous.output.utf8)
      #expect(line.line == "one \(first)" && line.generation == 1)
      let errors = try await Holdfast.run(["logs", "--grep", "two", "-n", "1"], in: daemon.folder)
      #expect(errors.output.hasSuffix("| two\n") && errors.output.filter { $0 == "\n" }.count == 1)
    }

    @Test func `UX9 followers get lines as they come, until they go away`() async throws {
      struct Enough: Error {}
      let daemon = try await DaemonProcess("programs:\n  a: { shell: \"while :; do echo tick; sleep 0.05; done\" }\n")
      let client = ControlClient(path: StateFolder.socket(in: daemon.folder.path + "/.holdfast"))
      await #expect(throws: Enough.self) {
        try await blocking {
          var seen = 0
          _ = try client.send(ControlRequest(command: .logs, logs: LogQuery(lines: 0, follow: true))) { line in
            #expect(try JSONLine.decode(LogLine.self, from: line).line == "tick")
            seen += 1
            if seen == 3 { throw Enough() }
          }
        }
      }
      #expect(try await daemon.programs()["a"]?.state == "running")
    }

    @Test func `UX9 followers of everything get the lines of a program that a reload adds`() async throws {
      struct Enough: Error {}
      let file = Self.three + "  e: { shell: \"echo up; exec sleep 1000\", ready: { line: up } }\n"
      let daemon = try await DaemonProcess(file)
      let (first, arrived) = AsyncStream.makeStream(of: Void.self)
      let client = ControlClient(path: StateFolder.socket(in: daemon.folder.path + "/.holdfast"))
      let request = ControlRequest(command: .logs, logs: LogQuery(follow: true))
      let following = Task {
        try await blocking {
          _ = try client.send(request) { line in
            let line = try JSONLine.decode(LogLine.self, from: line)
            arrived.finish()
            if line.name == "e" { return }
            #expect(line.name == "d" && line.line == "new" && line.dropped == nil)
            throw Enough()
          }
        }
      }
      for await _ in first {}
      try daemon.folder.write(file + "  d: { shell: \"echo new; exec sleep 1000\" }\n", to: "holdfast.yml")
      #expect(try await Holdfast.run(["reload"], in: daemon.folder).output == "added: d\n")
      await #expect(throws: Enough.self) { try await following.value }
    }

    @Test func `UX9 following a program ends with status 0 when a reload removes it`() async throws {
      let daemon = try await DaemonProcess(
        Self.three + "  d: { shell: \"echo up; exec sleep 1000\", ready: { line: up } }\n")
      let (first, arrived) = AsyncStream.makeStream(of: Void.self)
      let client = ControlClient(path: StateFolder.socket(in: daemon.folder.path + "/.holdfast"))
      let request = ControlRequest(command: .logs, names: ["d"], logs: LogQuery(follow: true))
      let following = Task { try await blocking { try client.send(request) { _ in arrived.finish() } } }
      for await _ in first {}
      try daemon.folder.write(Self.three, to: "holdfast.yml")
      #expect(try await Holdfast.run(["reload"], in: daemon.folder).output == "removed: d\n")
      #expect(try await following.value == ReplyEnd(done: 0))
    }

    @Test func `UX10 the tree is text, a diagram or JSON`() async throws {
      let daemon = try await DaemonProcess(Self.three)
      let text = try await Holdfast.run(["tree"], in: daemon.folder)
      #expect(text.output.contains("└─ g · running · restForOne · 5 restarts left · generation 1"))
      #expect(try await Holdfast.run(["tree", "--mermaid"], in: daemon.folder).output.hasPrefix("flowchart TD\n"))
      let json = try await Holdfast.run(["tree", "--json"], in: daemon.folder)
      #expect(json.output.contains(#""strategy":"restForOne""#))
    }

    @Test func `a path that is too long for a socket works all the same`() async throws {
      let daemon = try await DaemonProcess(Self.three, in: TemporaryFolder(depth: 3))
      #expect(try await daemon.programs()["a"]?.state == "running")
    }
  }
}
