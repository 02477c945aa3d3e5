import Holdfast
import Testing

@testable import HoldfastPrograms

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension RealPrograms {
  /// What becomes of jobs whose process dies, hangs or never was one.
  struct WorkerDeaths {
    @Test(
      "T9 a death costs one job, and says why",
      arguments: [
        ("trap", "signal 4 (SIGILL)", "a trap of job 42"), ("overflow", "signal 4 (SIGILL)", ""),
        ("abort", "signal 6 (SIGABRT)", ""), ("exit", "exit status 3", ""),
      ])
    func deaths(kind: String, status: String, words: String) async throws {
      try await WorkerHarness.with { harness in
        let crash = try await harness.crash(kind)
        #expect(crash.status == status, "\(crash)")
        #expect(crash.output.contains(words), "\(crash)")
        #expect(try await harness.run("noop") == .complete)
      }
    }

    @Test func `T9 a job that takes all memory ends alone`() async throws {
      try await WorkerHarness.with {
        $0.limits.memory = .most(2 << 30)
      } _: { harness in
        let crash = try await harness.crash("memory")
        #expect(crash.status.hasPrefix("signal "), "\(crash)")
        #expect(try await harness.run("noop") == .complete)
      }
    }

    @Test func `a death takes one of many jobs at once`() async throws {
      try await WorkerHarness.with { harness in
        await withTaskGroup(of: Bool.self) { group in
          for number in 0..<20 {
            group.addTask { (try? await harness.run(number % 5 == 0 ? "abort" : "noop")) == .complete }
          }
          #expect(await group.reduce(0) { $0 + ($1 ? 1 : 0) } == 16)
        }
      }
    }

    @Test func `C4 a cancelled handler hears why, and its worker lives on`() async throws {
      try await WorkerHarness.with { harness in
        let process = try await harness.process()
        #expect(try await harness.cancelOnceBegun("polite", grace: .seconds(30)).end.get() == .cancel("enough"))
        let end = await harness.cancelOnceBegun("wait", grace: .seconds(30))
        #expect(throws: CancellationError.self) { try end.end.get() }
        #expect(try await harness.process() == process)
      }
    }

    @Test("T8 a handler that does not stop is killed after the grace", arguments: ["hang", "spin", "halt"])
    func kills(kind: String) async throws {
      try await WorkerHarness.with { harness in
        let (note, end) = await harness.cancelOnceBegun(kind, grace: .milliseconds(50), reason: "timeout")
        #expect(throws: CancellationError.self) { try end.get() }
        let process = try #require(Int32(note))
        #expect(!isAlive(process))
        #expect(harness.lines.all.contains { $0.contains("job 42 had not stopped") && $0.contains("timeout") })
        #expect(try await harness.run("noop") == .complete)
      }
    }

    @Test("C4 a handler that is cancelled at once, or at last, is killed without its grace", arguments: [false, true])
    func atOnce(isStopping: Bool) async throws {
      try await WorkerHarness.with { harness in
        let (note, end) = await harness.cancelOnceBegun("hang", grace: .seconds(100_000)) { end in
          if isStopping { Task { end() } } else { end() }
        }
        #expect(throws: CancellationError.self) { try end.get() }
        let process = try #require(Int32(note))
        #expect(!isAlive(process))
      }
    }

    @Test func `a job that waits for a process can be cancelled`() async throws {
      try await WorkerHarness.with {
        $0.processes = 1
      } _: { harness in
        let begun = Signal()
        let holder = Task { try await harness.run("hang", grace: .zero) { _ in begun.set() } }
        await begun.wait()
        let waiting = Task { try await harness.run("noop") }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        holder.cancel()
        await #expect(throws: CancellationError.self) { try await holder.value }
      }
    }

    @Test func `what a handler started dies with its worker`() async throws {
      try await WorkerHarness.with { harness in
        let orphan = Signal()
        let task = Task { try await harness.run("orphan", grace: .zero) { _ in orphan.set() } }
        await orphan.wait()
        let line = await harness.lines.first { $0.contains("orphan ") }
        task.cancel()
        _ = await task.result
        await untilGone(try #require(line.split(separator: " ").last.flatMap { Int32($0) }))
      }
    }

    @Test func `a stop ends every process, whatever it does`() async throws {
      let harness = try WorkerHarness()
      try await harness.workers.start()
      let begun = Signal()
      let task = Task { try await harness.run("hang") { _ in begun.set() } }
      await begun.wait()
      await harness.workers.stop()
      let error = await #expect(throws: JobProcessCrash.self) { try await task.value }
      #expect(error?.status == "signal 9 (SIGKILL), because its pool was stopped")
    }

    @Test func `law 6 a worker that does not even read is killed like any other`() async throws {
      let harness = try WorkerHarness()
      try await harness.workers.start()
      let process = Int32(try await harness.process())
      #expect(System.signal(group: process, SIGSTOP))
      let large = "\"" + String(repeating: "x", count: 1 << 20 - 2) + "\""
      let task = Task { try await harness.run("echo", large) }
      for _ in 0..<10_000 { await Task.yield() }
      await harness.workers.stop()
      await #expect(throws: (any Error).self) { try await task.value }
      #expect(!isAlive(process))
    }

    @Test func `a worker that was killed while idle costs no job`() async throws {
      try await WorkerHarness.with { harness in
        let process = Int32(try await harness.process())
        #expect(System.signal(group: process, ProgramSignal.kill.rawValue))
        await untilGone(process)
        #expect(try await harness.run("noop") == .complete)
      }
    }

    @Test("a job whose workers are ready and then gone, again and again, has crashed", .timeLimit(.minutes(1)))
    func gone() async throws {
      let deaf = try WorkerHarness(["deaf"])
      try await deaf.workers.start()
      let crash = try await deaf.crash("noop")
      #expect(crash.status.contains("\(WorkerProcesses.tries) in a row"), "\(crash)")
      await deaf.workers.stop()
    }

    @Test func `an executable that is no worker is found at the start`() async throws {
      let mute = try WorkerHarness(["mute"]) { $0.startDeadline = .milliseconds(50) }
      let late = await #expect(throws: ProgramError.self) { try await mute.workers.start() }
      #expect(late?.description.contains("because it was not up in time") == true)
      await mute.workers.stop()
      let other = try WorkerHarness { $0.command = ["/bin/sh", "-c", "echo no worker >&2; exit 2"] }
      let ended = await #expect(throws: ProgramError.self) { try await other.workers.start() }
      #expect(ended?.description.contains("exit status 2 before it was ready: no worker") == true)
      #expect(ended?.description.contains("JobWorker.serveIfAsked") == true)
      await other.workers.stop()
      let missing = try WorkerHarness { $0.command = ["/nowhere/worker"] }
      await #expect(throws: ProgramError.self) { try await missing.workers.start() }
      await missing.workers.stop()
    }

    @Test func `a worker that cannot be started costs the job no attempt`() async throws {
      let missing = try WorkerHarness { $0.command = ["/nowhere/worker"] }
      await #expect(throws: ProgramError.self) { try await missing.workers.start() }
      #expect(try await missing.run("noop") == .snooze(for: WorkerProcesses.retryDelay))
      #expect(missing.lines.all.contains { $0.hasPrefix("42 no worker could be started") })
      await missing.workers.stop()
      await #expect(throws: ProgramError.workersStopped) { try await missing.run("noop") }
    }

    @Test func `no worker outlives a parent that is killed`() async throws {
      let host = Harness(Program([try WorkerHarness.host(), "parent"]))
      async let end = host.run()
      var workers: [Int32] = []
      for await entry in host.monitor.log.follow(from: 1) {
        guard case .line(let line) = entry, line.text.hasPrefix("worker ") else { continue }
        workers.append(try #require(Int32(line.text.dropFirst(7))))
        if workers.count == 2 { break }
      }
      let parent = try #require(host.monitor.status.process)
      #expect(workers.allSatisfy(isAlive))
      #expect(System.signal(group: parent, ProgramSignal.kill.rawValue))
      _ = await end
      for worker in workers { await untilGone(worker) }
    }
  }
}
