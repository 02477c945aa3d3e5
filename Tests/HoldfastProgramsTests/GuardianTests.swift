import FoundationEssentials
import Testing

@testable import HoldfastPrograms

extension RealPrograms {
  /// What is left when the process that supervises is killed: nothing.
  struct Guardians {
    /// A program with a child that ignores TERM, one that left its session, and one that did so twice removed.
    static let family = """
      trap '' TERM
      sh -c 'echo alive $$; trap "" TERM; while :; do sleep 0.01; done' &
      setsid sh -c 'echo alive $$; exec sleep 600' &
      setsid sh -c 'setsid sh -c "echo alive \\$\\$; exec sleep 600" & echo alive $$; exec sleep 600' &
      echo alive $$
      wait
      """

    private func family(of host: Harness) async -> [Int32] {
      var processes: [Int32] = []
      for await entry in host.monitor.log.follow(from: 1) {
        guard case .line(let line) = entry, line.text.hasPrefix("alive ") else { continue }
        processes.append(Int32(line.text.dropFirst(6)) ?? 0)
        if processes.count == 5 { break }
      }
      return processes
    }

    /// The guardian of a host: the child of that name.
    private func guardian(of host: Int32) -> Int32? {
      let children = FileManager.default.contents(atPath: "/proc/\(host)/status").map { _ in
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
      }
      return children?.compactMap { Int32($0) }.first { process in
        let status = FileManager.default.contents(atPath: "/proc/\(process)/status") ?? Data()
        let text = String(decoding: status, as: UTF8.self)
        return text.contains("Name:\thf-guardian\n") && text.contains("PPid:\t\(host)\n")
      }
    }

    @Test func `kill -9 of the host leaves no survivor`() async throws {
      let host = try Harness.host("supervise", Self.family)
      let end = Task { await host.exit() }
      let processes = await family(of: host)
      let main = try #require(host.monitor.status.process)
      let guardian = try #require(self.guardian(of: main))
      for process in processes + [guardian] { #expect(isAlive(process)) }
      try host.monitor.send(.kill)
      for process in processes + [guardian] { await untilGone(process) }
      #expect(await end.value == .signalled(.kill, coreDumped: false))
    }

    @Test func `a guardian that dies is replaced, and the new one knows everything`() async throws {
      let host = try Harness.host("supervise", Self.family)
      let end = Task { await host.exit() }
      let processes = await family(of: host)
      let main = try #require(host.monitor.status.process)
      let first = try #require(guardian(of: main))
      #expect(System.signal(group: first, ProgramSignal.kill.rawValue))
      #expect(await host.line { $0.contains("the guardian died") } != nil)
      #expect(await host.line { $0.contains("the guardian runs again") } != nil)
      for process in processes { #expect(isAlive(process)) }
      try host.monitor.send(.kill)
      for process in processes { await untilGone(process) }
      _ = await end.value
    }

    @Test func `a guardian ignores the signals of a terminal and of a service manager`() async throws {
      let program = Harness(Program(["/bin/sleep", "600"]))
      _ = try await program.whileRunning {
        await program.becameReady.wait()
        let guardian = try #require(Guardian.shared.process)
        for name in ["INT", "TERM", "HUP", "QUIT", "PIPE"] {
          #expect(System.signal(group: guardian, ProgramSignal(name)?.rawValue ?? 0))
        }
        #expect(isAlive(guardian))
      }
    }

    @Test func `tags of two generations are told apart, and a part of a tag is none`() {
      let (first, second) = (ProcessTag(), ProcessTag())
      #expect(first != second)
      #expect(first.entry.hasPrefix(ProcessTag.tree) && first.entry.hasSuffix("/"))
    }
  }
}
