import CHoldfastPrograms
import Dispatch
import Holdfast
import Testing

@testable import HoldfastPrograms

extension RealPrograms {
  struct Stops {
    @Test func `a polite program ends by TERM`() async throws {
      let harness = Harness(shell: "trap 'exit 4' TERM; echo up; while :; do sleep 0.01; done")
      let error = try await harness.whileRunning { _ = await harness.line(prefix: "up") }
      #expect((error as? ProgramFailure)?.exit == .exited(4))
    }

    @Test func `a program that ignores TERM is killed when its wait is over`() async throws {
      let harness = Harness(shell: "trap '' TERM; echo up; while :; do sleep 0.01; done") {
        $0.stop = [.signal(.terminate), .wait(.milliseconds(50)), .signal(.kill)]
      }
      let error = try await harness.whileRunning { _ = await harness.line(prefix: "up") }
      #expect((error as? ProgramFailure)?.exit == .signalled(.kill, coreDumped: false))
    }

    @Test func `a halted program hears the request`() async throws {
      let harness = Harness(shell: "trap 'exit 5' TERM; echo up; kill -STOP $$; while :; do sleep 0.01; done")
      let error = try await harness.whileRunning { _ = await harness.line(prefix: "up") }
      #expect((error as? ProgramFailure)?.exit == .exited(5))
    }

    @Test func `a cancelled task kills at once`() async throws {
      let harness = Harness(shell: "trap '' TERM; echo up; while :; do sleep 0.01; done")
      let task = Task { await harness.exit() }
      _ = await harness.line(prefix: "up")
      task.cancel()
      #expect(await task.value == .signalled(.kill, coreDumped: false))
    }

    @Test func `a stop before the process is there is kept for it`() async throws {
      let latch = StopLatch()
      latch.stop()
      let process = try #require(await started(["/bin/sleep", "60"]))
      let running = RunningProgram(process, stop: .standard, timeline: .system)
      latch.attach(running)
      #expect(running.isStopping)
      let ended = Signal()
      process.whenEnded(on: .global()) { ended.set() }
      await ended.wait()
      #expect(running.collect()?.status == ProgramSignal.terminate.rawValue)
    }

    @Test func `grandchildren of the group end with the program`() async throws {
      let harness = Harness(shell: "sh -c 'trap \"\" TERM; echo child $$; while :; do sleep 0.01; done' & wait")
      let task = Task { await harness.run() }
      let child = try #require(Int32(await harness.line(prefix: "child ")))
      harness.stop()
      _ = await task.value
      #expect(!isAlive(child))
    }

    @Test func `a process that left group and session ends with the program`() async throws {
      let harness = Harness(shell: "setsid sh -c 'echo escaped $$; exec sleep 60' & wait")
      let task = Task { await harness.run() }
      let escaped = try #require(Int32(await harness.line(prefix: "escaped ")))
      harness.stop()
      _ = await task.value
      #expect(!isAlive(escaped))
    }

    @Test func `what a crashed program leaves behind ends before it is restarted`() async throws {
      let harness = Harness(
        shell: "setsid sh -c 'echo escaped $$; exec sleep 60' & read x < /dev/null; sleep 0.2; exit 9")
      #expect(await harness.exit() == .exited(9))
      let escaped = try #require(harness.output.first.flatMap { Int32($0.dropFirst(8)) })
      #expect(!isAlive(escaped))
    }

    @Test func `a monitor signals the group and says when there is none`() async throws {
      let harness = Harness(shell: "trap 'echo got it; exit 0' USR1; echo up; while :; do sleep 0.01; done")
      #expect(throws: ProgramError.self) { try harness.monitor.send(.user1) }
      let task = Task { await harness.run() }
      _ = await harness.line(prefix: "up")
      try harness.monitor.send(.user1)
      #expect(await task.value == nil)
      #expect(harness.output.last == "got it")
    }

    @Test func `200 programs start and stop`() async {
      let harnesses = (0..<200).map { _ in Harness(Program(["/bin/sleep", "600"])) }
      let ends = await withTaskGroup(of: Bool.self) { group in
        for harness in harnesses { group.addTask { await harness.run() is ProgramFailure } }
        for harness in harnesses { await harness.becameReady.wait() }
        for harness in harnesses { harness.stop() }
        return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(ends == 200)
      #expect(harnesses.allSatisfy { $0.monitor.status.lastExit == .signalled(.terminate, coreDumped: false) })
    }

    private func started(_ command: [String]) async throws -> Process? {
      let launch = try Launch(Program(command), as: "test", tag: ProcessTag())
      let streams = try Streams.null()
      return try? await SpawnThread.shared.run { launch.start(streams) }.get()
    }
  }
}

struct StopLadderTests {
  private let start = Instant.zero
  private func after(_ milliseconds: Int64) -> Instant { start.advanced(by: .milliseconds(milliseconds)) }

  @Test func `steps follow each other by their waits`() {
    var ladder = StopLadder([.signal(.interrupt), .wait(.milliseconds(10)), .signal(.terminate), .wait(.seconds(1))])
    #expect(ladder.begin(at: start) == [.signal(.interrupt), .wake(at: after(10))])
    #expect(ladder.wake(at: after(10)) == [.signal(.terminate), .wake(at: after(1010))])
    #expect(ladder.wake(at: after(1010)) == [.signal(.kill)])
    #expect(ladder.wake(at: after(2000)) == [])
  }

  @Test func `only the first request counts, and early timers do not`() {
    var ladder = StopLadder(.standard)
    #expect(ladder.begin(at: start).count == 2)
    #expect(ladder.begin(at: after(1)) == [])
    #expect(ladder.wake(at: after(4999)) == [])
    #expect(ladder.wake(at: after(5000)) == [.signal(.kill)])
  }

  @Test func `a kill overtakes the sequence, and the end stops it`() {
    var ladder = StopLadder(.standard)
    _ = ladder.begin(at: start)
    #expect(ladder.kill() == [.signal(.kill)])
    #expect(ladder.kill() == [])
    var ended = StopLadder(.standard)
    _ = ended.begin(at: start)
    ended.ended()
    #expect(ended.wake(at: after(5000)) == [])
  }

  @Test func `every sequence ends in KILL`() {
    #expect(StopSequence([.signal(.terminate)]).steps == StopSequence.standard.steps)
    #expect(StopSequence([]).steps == [.signal(.kill)])
    #expect(StopSequence([.signal(.quit), .wait(.seconds(1))]).total == .seconds(1))
    #expect("\(StopSequence.standard)" == "TERM, 5.0 seconds, KILL")
  }
}
