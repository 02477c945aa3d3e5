import Foundation
import Holdfast
import HoldfastPrograms
import Testing

@testable import HoldfastDaemon

@Suite(.timeLimit(.minutes(10)))
struct CommandRunTests {
  private func outcome(
    _ exit: ProgramExit, output: String = "", dropped: Int = 0, exits: [Int32: ExitMeaning]? = nil
  ) throws -> JobOutcome {
    let result = ProgramResult(
      exit: exit, usage: nil, hint: nil, output: Data(output.utf8), droppedOutput: dropped, errors: "why\n",
      droppedErrors: 0)
    return try CommandVerdict(exits: exits ?? JobConfiguration.standardExits).outcome(of: result)
  }

  @Test func `0 completes, 75 is tried again, and everything else fails by policy`() throws {
    #expect(try outcome(.exited(0)) == .complete)
    #expect(try outcome(.exited(75)) == .retry(reason: "exited with status 75: why"))
    for exit in [ProgramExit.exited(1), .exited(3), .signalled(.kill, coreDumped: false), .unknown] {
      #expect(throws: CommandFailure.self) { try outcome(exit) }
    }
  }

  @Test func `exit codes mean what the file says`() throws {
    let exits: [Int32: ExitMeaning] = [
      0: .fail, 1: .complete, 3: .discard, 4: .cancel, 5: .snooze(.seconds(9)), 6: .retry(after: .seconds(7)),
    ]
    #expect(throws: CommandFailure.self) { try outcome(.exited(0), exits: exits) }
    #expect(try outcome(.exited(1), exits: exits) == .complete)
    #expect(try outcome(.exited(3), exits: exits) == .discard("exited with status 3: why"))
    #expect(try outcome(.exited(4), exits: exits) == .cancel("exited with status 4: why"))
    #expect(try outcome(.exited(5), exits: exits) == .snooze(for: .seconds(9)))
    #expect(
      try outcome(.exited(6), exits: exits) == .retry(after: .seconds(7), reason: "exited with status 6: why"))
  }

  @Test(arguments: [
    ("", 0, nil), ("{\"a\": 1}\n", 0, "{\"a\": 1}\n"), ("42", 0, "42"), ("plain\n", 0, #""plain\n""#),
    ("{\"a\":", 7, #""{\"a\":\n… 7 more bytes were not kept""#), ("[1]", 2, #""[1]\n… 2 more bytes were not kept""#),
  ])
  func `output is kept as JSON, with a marker where it was cut`(output: String, dropped: Int, kept: String?) {
    let result = ProgramResult(
      exit: .exited(0), usage: nil, hint: nil, output: Data(output.utf8), droppedOutput: dropped, errors: "",
      droppedErrors: 0)
    #expect(CommandVerdict.output(of: result).map { String(decoding: $0, as: UTF8.self) } == kept)
  }

  @Test func `a command sees its job in its environment, and large payloads on standard input only`() throws {
    let job = try #require(
      try read("jobs: { a: { shell: x, environment: { B: c, HOLDFAST_JOB_ID: fake } } }").jobs.first)
    var draft = JobDraft(kind: "a", payload: Data(#"{"x":1}"#.utf8))
    (draft.executionKey, draft.name, draft.maxAttempts) = ("k", "n", 3)
    let time = WallTime(microseconds: 0)
    var record = JobRecord(id: 12, draft: draft, due: time, enqueued: time)
    (record.attempt, record.token) = (2, 5)
    let run = CommandRun(job: job, socket: "/s")
    let values = run.program(for: record).environment.set
    #expect(
      values == [
        "B": "c", "HOLDFAST_SOCKET": "/s", "HOLDFAST_JOB_ID": "12", "HOLDFAST_JOB_KIND": "a",
        "HOLDFAST_JOB_QUEUE": "default", "HOLDFAST_JOB_PARTITION": "default", "HOLDFAST_JOB_ATTEMPT": "2",
        "HOLDFAST_JOB_MAX_ATTEMPTS": "3", "HOLDFAST_JOB_TOKEN": "5", "HOLDFAST_JOB_CORRELATION": "12",
        "HOLDFAST_JOB_NAME": "n", "HOLDFAST_JOB_KEY": "k", "HOLDFAST_JOB_PAYLOAD": #"{"x":1}"#,
      ])
    record.payload = Data(repeating: UInt8(ascii: "1"), count: CommandRun.payloadVariableLimit + 1)
    #expect(run.program(for: record).environment.set["HOLDFAST_JOB_PAYLOAD"] == nil)
  }
}
