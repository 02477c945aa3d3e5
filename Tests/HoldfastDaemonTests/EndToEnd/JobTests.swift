import Foundation
import Holdfast
import Testing

@testable import HoldfastDaemon

extension EndToEndTests {
  @Suite struct JobTests {
    private static let file = """
      queues: { default: { workers: 2 }, slow: { workers: 1 } }
      jobs:
        echo: { shell: "cat; echo heard >&2", uniqueKey: "{album}" }
        sleepy: { shell: "echo $$ > pid; exec sleep 1000" }
        stubborn: { shell: "trap '' TERM; echo $$ > pid; while :; do sleep 0.05; done", stop: [TERM, 100ms, KILL] }
        fails: { shell: "echo broken >&2; exit 3", attempts: 2, retry: { levels: [0] } }
        slow: { shell: "true", queue: slow }

      """

    @Test func `J1 B2 a job gets its payload, runs, and its output is kept`() async throws {
      let daemon = try await DaemonProcess(Self.file)
      let enqueued = try await daemon.jobs("enqueue", "echo", #"{"album": "x"}"#)
      #expect(enqueued == "job 1\n")
      let job = try await daemon.job("1", until: "completed")
      #expect(job.output == .object(["album": .string("x")]))
      #expect(job.attempt == 1 && job.queue == "default" && job.uniqueKey == "x")
      let list = try await daemon.jobs("list", "--state", "completed", "--kind", "echo", "--json")
      #expect(try JSONLine.decode(JobDetails.self, from: list.utf8).id == 1)
    }

    @Test func `J3 Q1 UX8 what is wrong is told with its status before anything is stored`() async throws {
      let daemon = try await DaemonProcess(Self.file)
      try daemon.folder.write("no json", to: "bad.json")
      for (arguments, status, words) in [
        (["enqueue", "ehco", "{}"], 3, "did you mean `echo`?"),
        (["enqueue", "echo", "{"], 2, "the payload is not JSON"),
        (["enqueue", "echo", "--file", "bad.json"], 2, "the payload is not JSON"),
        (["enqueue", "echo", "--file", "none.json"], 2, "cannot read none.json"),
        (["enqueue", "echo", "{}"], 2, "needs the field `album`"),
        (["enqueue", "slow", "--queue", "slwo"], 3, "did you mean `slow`?"),
        (["enqueue", "slow", "--priority", "101"], 2, "priority is 101"),
        (["enqueue", "slow", "--unique", String(repeating: "k", count: 513)], 2, "uniqueKey has 513 bytes"),
        (["enqueue", "slow", "--partition", "a\u{1}b"], 2, "partition contains a control character"),
        (["enqueue", "slow", "--name", "12"], 2, "is a number"),
        (["enqueue", "slow", "--in", "5x"], 2, "is invalid"),
        (["enqueue", "slow", "--count", "0"], 2, "--count takes"),
        (["show", "99"], 3, "there is no job 99"), (["cancel", "99"], 3, "did not work"),
        (["cancel", "--matching", "--yes"], 2, "needs a filter"), (["cancel"], 2, "Name jobs"),
      ] as [([String], Int32, String)] {
        let result = try await Holdfast.run(["jobs"] + arguments, in: daemon.folder)
        #expect(result.status == status && result.errors.contains(words), "\(arguments): \(result)")
      }
      #expect(try await daemon.jobs("list") == "no job matches\n")
    }

    @Test func `Q1 Q3 a duplicate is told and not stored, until the first one has ended`() async throws {
      let daemon = try await DaemonProcess(Self.file)
      _ = try await daemon.queues("pause", "default")
      #expect(try await daemon.jobs("enqueue", "echo", #"{"album": "x"}"#) == "job 1\n")
      let again = try await daemon.jobs("enqueue", "echo", #"{"album": "x"}"#)
      #expect(again == "job 1 is there already, queued: nothing was stored\n")
      _ = try await daemon.queues("resume", "default")
      _ = try await daemon.job("1", until: "completed")
      #expect(try await daemon.jobs("enqueue", "echo", #"{"album": "x"}"#) == "job 2\n")
    }

    @Test func `C4 cancelling a running job really ends its process`() async throws {
      for kind in ["sleepy", "stubborn"] {
        let daemon = try await DaemonProcess(Self.file)
        _ = try await daemon.jobs("enqueue", kind)
        let pid = try await daemon.pidFile()
        let answer = try await daemon.jobs("cancel", "1", "--reason", "no longer wanted")
        #expect(answer == "job 1 runs, and was asked to stop\n")
        let job = try await daemon.job("1", until: "cancelled")
        #expect(job.reason == "no longer wanted")
        #expect(!isAlive(pid))
        #expect(try await daemon.jobs("cancel", "1") == "job 1 is cancelled already\n")
      }
    }

    @Test func `T5 T6 failures are kept, the last one discards, and a retry runs it again`() async throws {
      let daemon = try await DaemonProcess(Self.file)
      _ = try await daemon.jobs("enqueue", "fails", "--name", "broken-1")
      let job = try await daemon.job("broken-1", until: "discarded")
      #expect(
        job.attempt == 2 && job.failures?.map(\.message) == Array(repeating: "exited with status 3: broken", count: 2))
      #expect(try await daemon.jobs("retry", "broken-1") == "job broken-1 is queued again\n")
      _ = try await daemon.job("broken-1", until: "discarded")
      #expect(try await daemon.jobs("delete", "broken-1") == "job broken-1 deleted\n")
      #expect(try await Holdfast.run(["jobs", "show", "broken-1"], in: daemon.folder).status == 3)
    }

    @Test func `D3 E5 T12 after kill -9 of the daemon its process is gone, and the job runs once more`() async throws {
      let daemon = try await DaemonProcess(Self.file)
      _ = try await daemon.jobs("enqueue", "sleepy")
      let first = try await daemon.pidFile()
      daemon.signal(SIGKILL)
      _ = await daemon.status()
      try FileManager.default.removeItem(atPath: daemon.folder.path + "/pid")
      let next = try await DaemonProcess(Self.file, in: daemon.folder)
      let second = try await next.pidFile()
      #expect(second != first && !isAlive(first))
      let job = try await next.job("1", until: "executing")
      #expect(job.attempt == 2 && job.crashes == 1)
      #expect(job.failures?.map(\.kind) == ["crash"])
      #expect(try await next.jobs("list", "--state", "executing", "--json").split(separator: "\n").count == 1)
    }

    @Test func `P12 S2 a pause survives a restart and says who made it and why`() async throws {
      let daemon = try await DaemonProcess(Self.file)
      #expect(
        try await daemon.queues("pause", "slow", "--note", "printer on fire")
          == "queue 'slow' paused; what runs goes on\n")
      daemon.signal(SIGKILL)
      _ = await daemon.status()
      let next = try await DaemonProcess(Self.file, in: daemon.folder)
      _ = try await next.jobs("enqueue", "slow")
      let list = try await next.queues("list", "slow", "--json")
      let queue = try JSONLine.decode(QueueReport.self, from: list.utf8)
      #expect(queue.pauses.first?.note == "printer on fire" && queue.pauses.first?.by == Actor.current)
      #expect(queue.jobs == ["queued": 1])
      _ = try await next.queues("resume", "slow")
      _ = try await next.job("1", until: "completed")
      let audit = try await Holdfast.run(["audit", "--json"], in: next.folder)
      #expect(audit.output.contains(#""action":"pause""#) && audit.output.contains(#""action":"resume""#))
    }

    @Test func `D1 a stop hands a long job back without using an attempt`() async throws {
      let daemon = try await DaemonProcess("drain: 100ms\n" + Self.file)
      _ = try await daemon.jobs("enqueue", "sleepy")
      let pid = try await daemon.pidFile()
      daemon.signal(SIGTERM)
      #expect(await daemon.status() == 0)
      #expect(!isAlive(pid))
      let shown = try await Holdfast.run(["jobs", "show", "1", "--json"], in: daemon.folder)
      #expect(shown.errors.contains("no daemon runs"))
      let job = try JSONLine.decode(JobDetails.self, from: shown.output.utf8)
      #expect(job.state == "available" && job.attempt == 0)
    }

    @Test func `D2 jobs are enqueued and listed while no daemon runs`() async throws {
      let daemon = try await DaemonProcess(Self.file)
      daemon.signal(SIGTERM)
      _ = await daemon.status()
      let enqueued = try await Holdfast.run(["jobs", "enqueue", "slow"], in: daemon.folder)
      #expect(enqueued.status == 0 && enqueued.output == "job 1\n" && enqueued.errors.contains("no daemon runs"))
      let refused = try await Holdfast.run(["jobs", "enqueue", "solw"], in: daemon.folder)
      #expect(refused.status == 3 && refused.errors.contains("did you mean `slow`?"))
      let next = try await DaemonProcess(Self.file, in: daemon.folder)
      _ = try await next.job("1", until: "completed")
    }

    @Test func `UX3 a change of all that match concerns what was there, and asks first`() async throws {
      let daemon = try await DaemonProcess(Self.file)
      _ = try await daemon.jobs("enqueue", "slow", "--in", "1h", "--count", "700")
      _ = try await daemon.jobs("enqueue", "sleepy", "--in", "1h")
      let asked = try await Holdfast.run(["jobs", "cancel", "--matching", "--kind", "slow"], in: daemon.folder)
      #expect(asked.status == 2 && asked.errors.contains("this would concern 700 jobs: add --yes"))
      let done = try await daemon.jobs("cancel", "--matching", "--kind", "slow", "--yes")
      #expect(done == "700 jobs cancelled\n")
      #expect(try await daemon.jobs("list", "--state", "scheduled", "--json").split(separator: "\n").count == 1)
      let none = try await Holdfast.run(["jobs", "cancel", "--matching", "--kind", "none", "--yes"], in: daemon.folder)
      #expect(none.status == 3)
    }

    @Test func `P5 P6 a reload changes queues and kinds while jobs run`() async throws {
      let daemon = try await DaemonProcess(Self.file)
      _ = try await daemon.jobs("enqueue", "sleepy")
      let pid = try await daemon.pidFile()
      let changed =
        Self.file.replacing("slow: { workers: 1 }", with: "slow: { workers: 3 }")
        + "  new: { shell: \"echo new\" }\n"
      try daemon.folder.write(changed, to: "holdfast.yml")
      let reload = try await Holdfast.run(["reload"], in: daemon.folder)
      #expect(reload.output == "now as the file says: job new, queue slow\n", "\(reload)")
      _ = try await daemon.jobs("enqueue", "new")
      #expect(try await daemon.job("2", until: "completed").output == .string("new\n"))
      #expect(isAlive(pid))
      #expect(try await daemon.queues("list", "slow", "--json").contains(#""workers":3"#))
      _ = try await daemon.jobs("cancel", "1")
      _ = try await daemon.job("1", until: "cancelled")
    }

    @Test func `P6 workers are scaled and reset, over a restart too`() async throws {
      let daemon = try await DaemonProcess(Self.file)
      #expect(try await daemon.queues("scale", "slow", "--workers", "0") == "queue 'slow' changed\n")
      _ = try await daemon.jobs("enqueue", "slow")
      daemon.signal(SIGTERM)
      _ = await daemon.status()
      let next = try await DaemonProcess(Self.file, in: daemon.folder)
      #expect(try await next.queues("list", "slow", "--json").contains(#""workers":0"#))
      #expect(try await next.job("1", until: "available").attempt == 0)
      _ = try await next.queues("reset", "slow")
      _ = try await next.job("1", until: "completed")
    }

    @Test func `a store that cannot be used keeps the daemon from starting and says why`() async throws {
      let folder = try TemporaryFolder()
      try folder.write(Self.file + "store: jobs.db\n", to: "holdfast.yml")
      try folder.write(String(repeating: "this is no database at all\n", count: 1000), to: "jobs.db")
      let result = try await Holdfast.run(["run"], in: folder)
      #expect(result.status == 1 && result.errors.contains("jobs.db"), "\(result)")
      let other = try TemporaryFolder()
      try other.write(Self.file + "store: none/jobs.db\n", to: "holdfast.yml")
      #expect(try await Holdfast.run(["run"], in: other).status == 1)
    }

    @Test func `UX8 tail tells what happens as it happens`() async throws {
      struct Enough: Error {}
      let daemon = try await DaemonProcess(Self.file)
      let client = ControlClient(path: StateFolder.socket(in: daemon.folder.path + "/.holdfast"))
      let (first, accepted) = AsyncStream.makeStream(of: Void.self)
      var request = ControlRequest(command: .tail)
      request.query = JobQuery()
      let following = Task { [request] in
        try await blocking {
          var events: [String] = []
          _ = try client.send(request) { line in
            let event = try JSONLine.decode(JobEventReport.self, from: line)
            accepted.finish()
            events.append("\(event.event) \(event.job ?? 0)")
            if event.job != 1, event.event == "completed" { throw Enough() }
          }
        }
      }
      // Who follows is told of what begins afterwards: jobs are enqueued until the first one is.
      let pacing = Task {
        while !Task.isCancelled { _ = try await daemon.jobs("enqueue", "slow") }
      }
      for await _ in first {}
      await #expect(throws: Enough.self) { try await following.value }
      pacing.cancel()
      _ = try? await pacing.value
    }
  }
}

extension DaemonProcess {
  /// What a `jobs` command that works prints.
  func jobs(_ arguments: String...) async throws -> String {
    try await command(["jobs"] + arguments)
  }

  func queues(_ arguments: String...) async throws -> String {
    try await command(["queues"] + arguments)
  }

  func command(_ arguments: [String]) async throws -> String {
    let result = try await Holdfast.run(arguments, in: folder)
    guard result.status == 0 else { throw Failure(.failed, "\(arguments): \(result)") }
    return result.output
  }

  /// A job once it is in a state; asks again and again, because nothing else tells another process.
  func job(_ name: String, until state: String) async throws -> JobDetails {
    while true {
      let job = try JSONLine.decode(JobDetails.self, from: try await jobs("show", name, "--json").utf8)
      if job.state == state { return job }
    }
  }

  /// The number that a job has written to `pid`, once it has.
  func pidFile() async throws -> Int32 {
    while true {
      let text = FileManager.default.contents(atPath: folder.path + "/pid").map { String(decoding: $0, as: UTF8.self) }
      if let text, text.hasSuffix("\n"), let pid = Int32(text.dropLast()) { return pid }
      await Task.yield()
    }
  }
}

/// Whether a process still runs; one that only waits to be collected by its parent does not.
func isAlive(_ process: Int32) -> Bool {
  guard let status = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return false }
  return !String(decoding: status, as: UTF8.self).contains(") Z ")
}
