import FoundationEssentials
import Holdfast
import Synchronization
import Testing

@testable import HoldfastPrograms

extension RealPrograms {
  /// What jobs in worker processes do when nothing goes wrong with the process.
  struct Workers {
    @Test func `outcomes, outputs and errors cross to the parent`() async throws {
      try await WorkerHarness.with { harness async throws in
        #expect(try await harness.run("noop") == .complete)
        #expect(try await harness.run("echo", "{\"a\":1}").output == Data("{\"a\":1}".utf8))
        #expect(try await harness.run("snooze") == .snooze(for: .seconds(7)))
        #expect(try await harness.run("main") == .complete)
        let refusal = JobProcessFailure("Refusal()", detail: "JobHost.Handlers.Refusal()")
        await #expect(throws: refusal) { try await harness.run("throw") }
        #expect(harness.workers.count == 1)
      }
    }

    @Test func `a payload of a megabyte crosses both ways`() async throws {
      let payload = String(repeating: "x", count: 1 << 20)
      try await WorkerHarness.with { harness in
        #expect(try await harness.run("echo", payload).output == Data(payload.utf8))
        let failure = try #require(
          await #expect(throws: JobProcessFailure.self) { try await harness.run("oversized") })
        #expect(failure.description.contains("too large"))
        #expect(try await harness.run("noop") == .complete)
      }
    }

    @Test(
      "J11 what the worker's executable cannot run is refused, to be parked",
      arguments: [
        ("nobody", "{}", 1, JobParking.unknownKind), ("count", "{\"number\":1}", 3, .newerVersion),
        ("count", "{}", 2, .undecodable), ("count", "no JSON", 1, .undecodable),
      ])
    func refusals(kind: String, payload: String, version: Int, parking: JobParking) async throws {
      try await WorkerHarness.with { harness in
        let failure = try #require(
          await #expect(throws: JobProcessFailure.self) { try await harness.run(kind, payload, version: version) })
        #expect(failure.parking == parking)
      }
    }

    @Test func `progress and heartbeats arrive in order, and none after the end`() async throws {
      try await WorkerHarness.with { harness in
        let reports = Mutex<[JobProgress]>([])
        _ = try await harness.run("progress") { progress in reports.withLock { $0.append(progress) } }
        #expect(reports.withLock { $0 }.map(\.fraction) == [nil, 0.25, 0.5, 0.75, 1])
        #expect(reports.withLock { $0 }.last?.note == "step 4 of 42")
        let late = Mutex(0)
        _ = try await harness.run("late")
        for _ in 1...20 { _ = try await harness.run("noop") { _ in late.withLock { $0 += 1 } } }
        #expect(late.withLock { $0 } == 0)
      }
    }

    @Test func `what a job prints is logged as its own, and so much of it`() async throws {
      try await WorkerHarness.with {
        $0.outputLines = 3
      } _: { harness in
        _ = try await harness.run("print", "2")
        #expect(harness.lines.all.prefix(2) == ["42 out line 1", "42 out line 2"])
        _ = try await harness.run("print", "10")
        #expect(harness.lines.all.last == "42 7 further lines of output were left out")
      }
    }

    @Test func `one process runs job after job, and is replaced after its share`() async throws {
      try await WorkerHarness.with {
        $0.jobs = 3
      } _: { harness in
        var processes: [Int] = []
        for _ in 1...7 { processes.append(try await harness.process()) }
        #expect(Set(processes[0..<3]).count == 1 && Set(processes[3..<6]).count == 1)
        #expect(Set(processes).count == 3)
      }
    }

    @Test func `a process that has grown too large is replaced after its job`() async throws {
      try await WorkerHarness.with {
        $0.memory = 48 << 20
      } _: { harness in
        let first = try await harness.process()
        #expect(try await harness.process("grow") == first)
        #expect(try await harness.process() != first)
      }
    }

    @Test func `jobs at once have a process each, as many as there may be`() async throws {
      try await WorkerHarness.with {
        $0.processes = 3
      } _: { harness in
        try await withThrowingTaskGroup(of: Int.self) { group in
          for _ in 1...30 { group.addTask { try await harness.process() } }
          let processes = try await group.reduce(into: Set<Int>()) { $0.insert($1) }
          #expect(processes.count <= 3 && harness.workers.count <= 3)
        }
      }
    }

    @Test func `idle processes go, and come back when they are needed`() async throws {
      try await WorkerHarness.with {
        $0.idleTime = .milliseconds(1)
      } _: { harness in
        let first = Int32(try await harness.process())
        await untilGone(first)
        #expect(try await harness.process() != first)
      }
    }

    @Test func `a pool runs again after a stop, and refuses jobs between`() async throws {
      let harness = try WorkerHarness()
      for _ in 1...2 {
        await #expect(throws: ProgramError.workersStopped) { try await harness.run("noop") }
        try await harness.workers.start()
        #expect(try await harness.run("noop") == .complete)
        await harness.workers.stop()
        #expect(harness.workers.count == 0)
      }
      await harness.workers.stop()
    }
  }
}
