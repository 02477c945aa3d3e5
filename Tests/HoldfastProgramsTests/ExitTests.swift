import Testing

@testable import HoldfastPrograms

extension RealPrograms {
  struct Exits {
    @Test(arguments: [1, 3, 255] as [Int32])
    func `an exit status is reported as it is`(_ status: Int32) async {
      #expect(await Harness(shell: "exit \(status)").exit() == .exited(status))
    }

    @Test(arguments: ["TERM", "KILL", "INT", "USR1"])
    func `a death by signal is reported as that signal`(_ name: String) async throws {
      let signal = try #require(ProgramSignal(name))
      #expect(await Harness(shell: "kill -\(name) $$").exit() == .signalled(signal, coreDumped: false))
    }

    @Test func `status 0 is a normal end`() async {
      #expect(await Harness(shell: "exit 0").run() == nil)
    }

    @Test func `a success status of one's own is a normal end, and 0 is none then`() async {
      #expect(await Harness(shell: "exit 7") { $0.success = [7] }.run() == nil)
      #expect(await Harness(shell: "exit 0") { $0.success = [7] }.exit() == .exited(0))
    }

    @Test func `exits have words`() {
      #expect("\(ProgramFailure(.exited(3)))" == "exited with status 3")
      #expect(
        "\(ProgramFailure(.signalled(ProgramSignal("SEGV") ?? .kill, coreDumped: true)))"
          == "killed by SIGSEGV (core dumped)")
    }

    @Test func `what a program used is known after its end`() async {
      let harness = Harness(shell: "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done")
      #expect(await harness.run() == nil)
      #expect((harness.monitor.status.lastUsage?.cpu ?? .zero) > .zero)
    }

    @Test func `a used up cpu limit is named`() async {
      let harness = Harness(shell: "trap '' XCPU; while :; do :; done") { $0.limits.cpu = .most(1) }
      let failure = await harness.run() as? ProgramFailure
      #expect(failure?.exit == .signalled(.kill, coreDumped: false))
      #expect(failure?.hint?.hasSuffix(" ms of its cpu limit of 1 s") == true)
    }

    @Test func `no exit is lost among many quick ones`() async {
      let statuses = await withTaskGroup(of: ProgramExit?.self) { group in
        for number in 0..<300 {
          group.addTask { await Harness(Program(["/bin/sh", "-c", "exit \(number % 200 + 1)"])).exit() }
        }
        return await group.reduce(into: [ProgramExit?: Int]()) { $0[$1, default: 0] += 1 }
      }
      #expect(statuses.values.reduce(0, +) == 300)
      for number in 0..<200 { #expect(statuses[.exited(Int32(number + 1))] == (number < 100 ? 2 : 1)) }
    }

    @Test func `no zombie is left behind`() async throws {
      let harness = Harness(shell: "echo $$; exit 1")
      _ = await harness.run()
      let process = try #require(harness.output.first.flatMap { Int32($0) })
      #expect(Children.shared.look(at: process) == nil)
      #expect(!Children.shared.contains(process))
    }
  }
}
