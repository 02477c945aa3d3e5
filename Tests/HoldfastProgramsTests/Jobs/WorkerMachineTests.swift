import FoundationEssentials
import Holdfast
import Testing

@testable import HoldfastPrograms

/// Tables of what a worker's machine does with each event.
struct WorkerMachineTests {
  private static let run = WorkerRun(
    job: JobRecord(
      id: 1, draft: JobDraft(kind: "noop", payload: Data()), due: .distantPast, enqueued: .distantPast),
    timeout: nil, lateness: .zero)
  private static let killed = ProgramExit.signalled(.kill, coreDumped: false)
  private static let done = WorkerAnswer.outcome(.complete)

  private func second(_ number: Int64) -> Instant { Instant.zero.advanced(by: .seconds(number)) }

  private func starting(jobLimit: Int = 1000) -> WorkerMachine {
    WorkerMachine(jobLimit: jobLimit, startingUntil: second(10))
  }

  private func idle(jobLimit: Int = 1000) -> WorkerMachine {
    var machine = starting(jobLimit: jobLimit)
    _ = machine.ready(version: 1)
    return machine
  }

  private func running(jobLimit: Int = 1000) -> WorkerMachine {
    var machine = idle(jobLimit: jobLimit)
    _ = machine.begin(Self.run)
    return machine
  }

  @Test func `a run goes out, and its answer makes the worker idle before it is told`() {
    var machine = starting()
    #expect(machine.ready(version: 1) == [.becomeIdle])
    #expect(machine.begin(Self.run) == [.send(.run(Self.run))])
    #expect(
      machine.answered(Self.done, isTooLarge: false, at: second(1)) == [.becomeIdle, .conclude(.answered(Self.done))])
    #expect(machine.ended(.exited(0)) == [.leave(failure: nil)])
    #expect(machine.ended(.exited(0)) == [])
  }

  @Test func `a worker leaves after its share of jobs, or when it is too large`() {
    for isTooLarge in [true, false] {
      var machine = running(jobLimit: isTooLarge ? 1000 : 1)
      let effects = machine.answered(Self.done, isTooLarge: isTooLarge, at: second(1))
      #expect(effects == [.hangUp, .wake(at: second(6)), .conclude(.answered(Self.done))])
      #expect(machine.begin(Self.run) == [.conclude(.notBegun)])
      #expect(machine.wake(at: second(5)) == [])
      #expect(machine.wake(at: second(6)) == [.kill])
      #expect(machine.ended(Self.killed) == [.leave(failure: nil)])
    }
  }

  @Test func `a run that could not be sent goes to another worker, and this one is done`() {
    var machine = running()
    #expect(machine.unsent() == [.kill, .conclude(.notBegun)])
    #expect(machine.unsent() == [])
    #expect(machine.ended(Self.killed) == [.leave(failure: nil)])
    var answered = running()
    _ = answered.answered(Self.done, isTooLarge: false, at: second(1))
    #expect(answered.unsent() == [])
  }

  @Test func `a run that does not stop in its grace is killed, and only that run`() {
    var machine = running()
    #expect(
      machine.cancel(run: 1, reason: "why", grace: .seconds(5), at: second(1))
        == [.send(.cancel(reason: "why")), .wake(at: second(6))])
    #expect(machine.cancel(run: 1, reason: "again", grace: .seconds(5), at: second(2)) == [])
    #expect(machine.wake(at: second(5)) == [])
    #expect(machine.wake(at: second(6)) == [.kill])
    #expect(machine.wake(at: second(6)) == [])
    #expect(
      machine.ended(Self.killed)
        == [.leave(failure: nil), .conclude(.lost(Self.killed, .stuck("why", .seconds(5))))])
  }

  @Test func `C4 a run that is stopping and may take no time any more is killed now`() {
    var machine = running()
    _ = machine.cancel(run: 1, reason: "why", grace: .seconds(5), at: second(1))
    #expect(machine.cancel(run: 1, reason: "now", grace: .zero, at: second(2)) == [.wake(at: second(2))])
    #expect(machine.wake(at: second(2)) == [.kill])
    #expect(
      machine.ended(Self.killed) == [.leave(failure: nil), .conclude(.lost(Self.killed, .stuck("why", .zero)))])
  }

  @Test func `a late cancellation or an old timer does not touch the next run`() {
    var machine = running()
    _ = machine.cancel(run: 1, reason: "why", grace: .seconds(5), at: second(1))
    _ = machine.answered(Self.done, isTooLarge: false, at: second(2))
    _ = machine.begin(Self.run)
    #expect(machine.cancel(run: 1, reason: "late", grace: .zero, at: second(3)) == [])
    #expect(machine.wake(at: second(6)) == [])
  }

  @Test func `a process that never is ready tells why`() {
    var late = starting()
    #expect(late.wake(at: second(9)) == [])
    #expect(late.wake(at: second(10)) == [.kill])
    #expect(late.ended(Self.killed) == [.leave(failure: .lost(Self.killed, .unready))])
    var dead = starting()
    #expect(dead.ended(.exited(1)) == [.leave(failure: .lost(.exited(1), nil))])
    var other = starting()
    #expect(other.ready(version: 9) == [.kill])
    #expect(other.ended(Self.killed) == [.leave(failure: .lost(Self.killed, .garbled("it speaks version 9")))])
  }

  @Test func `a worker that closes its channel is given time to end, because a dying one does so too`() {
    var dying = running()
    #expect(dying.closed(at: second(1)) == [.wake(at: second(6))])
    #expect(dying.ended(.exited(3)) == [.leave(failure: nil), .conclude(.lost(.exited(3), nil))])
    #expect(dying.wake(at: second(6)) == [])
    var living = running()
    _ = living.closed(at: second(1))
    #expect(living.wake(at: second(5)) == [])
    #expect(living.wake(at: second(6)) == [.kill])
  }

  @Test func `a worker that makes no sense is killed`() {
    var twice = idle()
    #expect(twice.ready(version: 1) == [.kill])
    var unasked = idle()
    #expect(unasked.answered(Self.done, isTooLarge: false, at: second(1)) == [.kill])
    #expect(unasked.ended(Self.killed) == [.leave(failure: nil)])
    var running = running()
    #expect(running.garbled("noise") == [.kill])
    #expect(running.garbled("more") == [])
    #expect(running.ended(Self.killed) == [.leave(failure: nil), .conclude(.lost(Self.killed, .garbled("noise")))])
  }
}

/// Tables of who gets which worker.
struct WorkerPoolTests {
  private func second(_ number: Int64) -> Instant { Instant.zero.advanced(by: .seconds(number)) }

  private func pool(_ limit: Int) -> WorkerPool {
    var pool = WorkerPool(limit: limit, idleTime: .seconds(60))
    pool.open()
    return pool
  }

  @Test func `workers are made for those who wait, up to the limit, and go to the first of them`() {
    var pool = pool(2)
    #expect(pool.request(1) == [.make(1)])
    #expect(pool.request(2) == [.make(2)])
    #expect(pool.request(3) == [])
    #expect(pool.becameIdle(2, at: second(0)) == [.grant(1, 2)])
    #expect(pool.becameIdle(2, at: second(1)) == [.grant(2, 2)])
    #expect(pool.becameIdle(1, at: second(1)) == [.grant(3, 1)])
    #expect(pool.becameIdle(1, at: second(2)) == [.wake(at: second(62))])
    #expect(pool.request(4) == [.grant(4, 1)])
  }

  @Test func `a worker that starts is enough for a second request once another is free`() {
    var pool = pool(8)
    #expect(pool.request(1) == [.make(1)])
    #expect(pool.withdraw(1) == [.refuse(1)])
    #expect(pool.withdraw(1) == [])
    #expect(pool.request(2) == [])
    #expect(pool.becameIdle(1, at: second(0)) == [.grant(2, 1)])
  }

  @Test func `idle workers are stopped by age, the newest is used first`() {
    var pool = pool(3)
    for request in 1...3 { _ = pool.request(request) }
    for worker in 1...3 { _ = pool.becameIdle(worker, at: second(0)) }
    #expect(pool.becameIdle(1, at: second(0)) == [.wake(at: second(60))])
    #expect(pool.becameIdle(2, at: second(10)) == [])
    #expect(pool.becameIdle(3, at: second(20)) == [])
    #expect(pool.request(4) == [.grant(4, 3)])
    #expect(pool.wake(at: second(59)) == [])
    #expect(pool.wake(at: second(60)) == [.stop(1), .wake(at: second(70))])
    #expect(pool.ended(1) == [])
    #expect(pool.wake(at: second(70)) == [.stop(2)])
  }

  @Test func `a lost worker is replaced while somebody waits; one that never was ready is told`() {
    var pool = pool(1)
    #expect(pool.request(1) == [.make(1)])
    #expect(pool.request(2) == [])
    #expect(pool.ended(1) == [.refuse(1), .make(2)])
    #expect(pool.becameIdle(2, at: second(0)) == [.grant(2, 2)])
    #expect(pool.request(3) == [])
    #expect(pool.ended(2) == [.make(3)])
    #expect(pool.becameIdle(3, at: second(1)) == [.grant(3, 3)])
    #expect(pool.ended(3) == [.becomeEmpty])
  }

  @Test func `a closed pool refuses, stops what becomes idle, and opens again`() {
    var pool = pool(1)
    _ = pool.request(1)
    _ = pool.request(2)
    #expect(pool.close() == [.refuse(1), .refuse(2)])
    #expect(pool.request(3) == [.refuse(3)])
    #expect(pool.becameIdle(1, at: second(0)) == [.stop(1)])
    #expect(pool.ended(1) == [.becomeEmpty])
    pool.open()
    #expect(pool.request(4) == [.make(2)])
  }
}

struct LastWordsTests {
  @Test func `the last lines are kept, within their bytes`() {
    var words = LastWords()
    for line in 1...1000 { words.add("line \(line)") }
    #expect(words.text.hasSuffix("line 999\nline 1000") && words.text.utf8.count <= LastWords.limit)
    words.add(String(repeating: "x", count: 100_000))
    #expect(words.text.utf8.count <= LastWords.limit)
  }

  @Test(arguments: ["x", "é", "👩‍👩‍👧‍👦", "e\u{301}\u{302}\u{303}"])
  func `a long line of wide characters is cut by its bytes`(character: String) {
    var words = LastWords()
    words.add("first")
    words.add(String(repeating: character, count: 8192))
    #expect((LastWords.limit - 64...LastWords.limit).contains(words.text.utf8.count))
    words.add("last")
    #expect(words.text == "last")
  }

  @Test func `of the report of a crash the beginning is kept`() {
    var words = LastWords()
    words.add("all is well")
    words.add("a.swift:1: Fatal error: boom")
    for line in 1...1000 { words.add("rax \(line)") }
    #expect(words.text.hasPrefix("a.swift:1: Fatal error: boom\nrax 1\n") && words.text.utf8.count <= LastWords.limit)
  }
}

/// Frames, cut anywhere.
struct FrameTests {
  @Test(arguments: [1, 3, 7, 1000]) func `messages survive any cut`(size: Int) throws {
    let messages = (0..<20).map { WorkerReply.progress(JobProgress(0.5, note: String(repeating: "é", count: $0))) }
    let bytes = try messages.flatMap { try Frame.encode($0) }
    var cutter = FrameCutter()
    var heard: [WorkerReply] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      for frame in try cutter.add(bytes[start..<min(start + size, bytes.count)]) {
        heard.append(try Frame.decode(WorkerReply.self, from: frame))
      }
    }
    #expect(heard == messages)
  }

  @Test func `a length beyond the limit is refused before it is waited for`() {
    var cutter = FrameCutter()
    #expect(throws: FrameError.self) { try cutter.add([0xff, 0, 0, 0]) }
  }
}

struct WorkerOptionsTests {
  @Test func `options that contradict themselves are refused`() {
    let changes: [(inout WorkerProcesses.Options) -> Void] = [
      { $0.processes = 0 }, { $0.jobs = 0 }, { $0.idleTime = .zero }, { $0.startDeadline = .zero },
      { $0.outputLines = -1 }, { $0.command = [] }, { $0.limits.memory = .init(soft: 2, hard: 1) },
    ]
    for change in changes {
      var options = WorkerProcesses.Options()
      change(&options)
      let error = #expect(throws: ProgramError.self) { try WorkerProcesses(options) }
      #expect(error?.code == .invalid)
    }
  }
}
