import FoundationEssentials
import Glibc
import Testing

@testable import HoldfastPrograms

extension RealPrograms {
  /// What a program sees of what was specified.
  struct Spawning {
    private func output(_ script: String, _ change: (inout Program) -> Void = { _ in }) async -> [String] {
      let harness = Harness(shell: script, change)
      let error = await harness.run()
      #expect(error == nil)
      return harness.output
    }

    @Test func `the working directory, the umask and the niceness are set`() async throws {
      let folder = try TemporaryFolder()
      let seen = await output("pwd; umask; nice") {
        $0.directory = folder.path
        $0.umask = 0o027
        $0.nice = 7
      }
      #expect(seen == [folder.path, "0027", "7"])
    }

    @Test func `the environment is inherited as told, and added to`() async {
      let all = await output("echo ${HOME:+home} $ADDED") { $0.environment.set = ["ADDED": "yes=1"] }
      #expect(all == ["home yes=1"])
      let none = await output("echo [$HOME] $A") { $0.environment = .init(inherit: .none, set: ["A": "1"]) }
      #expect(none == ["[] 1"])
      let some = await output("echo ${HOME:+home} [$USER$LANG$PWD_X]") {
        $0.environment = .init(inherit: .only(["HOME"]))
      }
      #expect(some == ["home []"])
    }

    @Test func `limits are the program's own`() async {
      let seen = await output("ulimit -n; ulimit -Hn; ulimit -c; ulimit -v; ulimit -t; ulimit -f") {
        $0.limits.files = .init(soft: 99, hard: 199)
        $0.limits.core = .most(0)
        $0.limits.memory = .most(1 << 30)
        $0.limits.cpu = .most(77)
        $0.limits.fileSize = .unlimited
      }
      #expect(seen == ["99", "199", "0", "1048576", "77", "unlimited"])
    }

    @Test func `a program beyond its memory limit fails and nobody else does`() async {
      var program = Program(["python3", "-c", "x = bytearray(1 << 30)"])
      program.limits.memory = .most(512 << 20)
      let harness = Harness(program)
      #expect(await harness.exit() == .exited(1))
      #expect(harness.monitor.log.lines().contains { $0.text.contains("MemoryError") })
    }

    @Test(.enabled(if: geteuid() == 0)) func `another user has its groups, its home and none of our rights`() async {
      let seen = await output(
        "id -un; id -gn; id -Gn; echo $USER $LOGNAME $HOME; cat /etc/shadow 2>/dev/null || echo no"
      ) {
        $0.user = "nobody"
      }
      #expect(seen == ["nobody", "nogroup", "nogroup", "nobody nobody /nonexistent", "no"])
      let numeric = await output("id -u; id -g; id -G") {
        $0.user = "12345"
        $0.group = "54321"
      }
      #expect(numeric == ["12345", "54321", "54321"])
    }

    @Test func `nothing but the three streams is inherited`() async throws {
      let leak = try #require(try? Descriptor.null())
      _ = fcntl(leak.number, F_SETFD, 0)
      let seen = await output("ls /proc/$$/fd; readlink /proc/$$/fd/0")
      // The shell itself opens 10 for its script in some builds; ls is told of another process, so opens none here.
      #expect(seen == ["0", "1", "2", "/dev/null"])
    }

    @Test func `signals are as new: none blocked, none ignored`() async {
      let seen = await output("grep -E 'SigBlk|SigIgn' /proc/self/status | cut -f2")
      #expect(seen == ["0000000000000000", "0000000000000000"])
    }

    @Test func `each program leads a group of its own`() async {
      let seen = await output("read -r p n s pp g rest < /proc/$$/stat; [ $p = $g ] && echo leader")
      #expect(seen == ["leader"])
    }

    @Test func `an executable is found relative to the working directory`() async throws {
      let folder = try TemporaryFolder()
      _ = try folder.write("#!/bin/sh\necho here $1\n", to: "tool", executable: true)
      var program = Program(["./tool", "x"])
      program.directory = folder.path
      let harness = Harness(program)
      #expect(await harness.run() == nil)
      #expect(harness.output == ["here x"])
    }

    @Test func `an executable is found along the program's own PATH`() async throws {
      let folder = try TemporaryFolder()
      let path = try folder.write("#!/bin/sh\necho found\n", to: "holdfast-tool", executable: true)
      var program = Program(["holdfast-tool"])
      program.environment.set["PATH"] = "/nowhere:" + folder.path
      #expect(try program.executable(as: "t", environment: [:]) == path)
      let harness = Harness(program)
      #expect(await harness.run() == nil)
      #expect(harness.output == ["found"])
    }
  }

  /// Starts that fail, each with the words that its user gets.
  struct SpawnErrors {
    private func error(_ command: [String], _ change: (inout Program) -> Void = { _ in }) async -> String {
      var program = Program(command)
      change(&program)
      let harness = Harness(program)
      let error = await harness.run() as? ProgramError
      #expect(harness.monitor.status.startError == error)
      #expect(!harness.becameReady.isSet)
      return error?.description ?? "no error"
    }

    @Test func `a missing executable`() async {
      #expect(
        await error(["no-such-tool"])
          == "test: no-such-tool is not on the program's PATH; install it or correct `command:`")
      #expect(await error(["/no/such/tool"]) == "test: there is no /no/such/tool; install it or correct `command:`")
    }

    @Test func `a file that is not executable, has no interpreter, or is no program`() async throws {
      let folder = try TemporaryFolder()
      let plain = try folder.write("#!/bin/sh\n", to: "plain")
      #expect(
        await error([plain]) == "test: \(plain) is not an executable file; make it executable (chmod +x \(plain))")
      let orphan = try folder.write("#!/no/such/shell\n", to: "orphan", executable: true)
      #expect(
        await error([orphan])
          == "test: \(orphan) is there, but its interpreter or loader is not; install what its first line (`#!`) names")
      let text = try folder.write("echo hello\n", to: "text", executable: true)
      #expect(
        await error([text])
          == "test: \(text) is no program for this machine; begin a script with a line like `#!/bin/sh`")
    }

    @Test func `a directory that is not there`() async {
      #expect(
        await error(["true"]) { $0.directory = "/no/such/place" }
          == "test: cannot enter directory /no/such/place: No such file or directory; create it or correct `directory:`"
      )
    }

    @Test func `a user or group that is not there`() async {
      #expect(
        await error(["true"]) { $0.user = "no-such-user" }
          == "test: there is no user no-such-user; create it or correct `user:`")
      #expect(
        await error(["true"]) { $0.group = "no-such-group" }
          == "test: there is no group no-such-group; create it or correct `group:`")
    }

    @Test func `a specification that contradicts itself`() async {
      #expect(await error([]) == "test: the command is empty; name an executable in `command:`")
      #expect(await error(["true"]) { $0.nice = 99 } == "test: nice is not within -20…19; correct `nice:`")
      #expect(
        await error(["true"]) { $0.limits.files = .init(soft: 2, hard: 1) }
          == "test: the soft limit of files is above the hard one; correct `resources:`")
      #expect(await error(["true"]) { $0.readiness = .lineMatching("(") }.contains("is not a regular expression"))
      #expect(await error(["true"]) { $0.readiness = .http("https://x/") }.contains("plain http"))
    }

    @Test func `a limit that the kernel refuses`() async {
      let words = await error(["true"]) { $0.limits.files = .unlimited }
      #expect(words.hasPrefix("test: cannot set the limit of files: "))
    }

  }
}
