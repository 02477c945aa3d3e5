import Holdfast
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// One handler for each way in which a job can go well or wrong.
enum Handlers {
  struct Refusal: Error {}
  struct Numbered: Codable { let number: Int }
  struct Count: Job {
    static let kind = "count"
    static let version = 2
    var number: Int
  }

  struct Reminder: Job {
    static let kind = "reminder"
  }

  static let all: [JobHandler] =
    ends + deaths + waits + [
      .on(Count.self) { job, context in try .complete(Numbered(number: job.number + 1)) },
      .delivering(Reminder.self) { _, _ in
        _ = try await forever()
      } responded: { response, _ in
        if case .timedOut(let duration) = response { .fail("nobody answered for \(duration)") } else { .done }
      },
    ]

  private static let ends: [JobHandler] = [
    handler("noop") { _, _ in .complete },
    handler("echo") { payload, _ in JobOutcome(.complete(output: payload)) },
    handler("process") { _, _ in try .complete(Numbered(number: Int(getpid()))) },
    handler("snooze") { _, _ in .snooze(for: .seconds(7)) },
    handler("throw") { _, _ in throw Refusal() },
    handler("main") { _, _ in
      await MainActor.run { MainActor.preconditionIsolated() }
      return .complete
    },
    handler("progress") { _, context in
      context.heartbeat()
      for step in 1...4 { context.progress(Double(step) / 4, "step \(step) of \(JobContext.current?.id ?? 0)") }
      return .complete
    },
    handler("print") { payload, _ in
      let count = Int(String(decoding: payload, as: UTF8.self)) ?? 1
      for line in 1...count { print("line \(line)") }
      print("unfinished", terminator: "")
      return .complete
    },
    handler("late") { _, context in
      Task.detached { for _ in 1...100 { context.progress(0.5, "too late") } }
      return .complete
    },
    handler("oversized") { _, _ in JobOutcome(.complete(output: Data(repeating: 1, count: 7 << 20))) },
    handler("grow") { _, _ in
      kept.withLock { $0.append([UInt8](repeating: 1, count: 64 << 20)) }
      return try .complete(Numbered(number: Int(getpid())))
    },
  ]

  private static let deaths: [JobHandler] = [
    handler("trap") { _, _ in fatalError("a trap of job \(JobContext.current?.id ?? 0)") },
    handler("overflow") { payload, _ in
      let count = payload.count
      return .discard("\(Int.max - 1 + count)")
    },
    handler("abort") { _, _ in abort() },
    handler("exit") { _, _ in exit(3) },
    handler("memory") { _, _ in
      for _ in 0..<1000 { kept.withLock { $0.append([UInt8](repeating: 1, count: 64 << 20)) } }
      return .complete
    },
    handler("orphan") { _, context in
      _ = start("/usr/bin/setsid", ["setsid", "/bin/sh", "-c", "echo orphan $$ >&2; exec sleep 600"])
      context.progress(nil, "started")
      while true { sleep(600) }
    },
  ]

  private static let waits: [JobHandler] = [
    handler("wait") { _, context in
      context.progress(nil, "\(getpid())")
      return try await forever()
    },
    handler("polite") { _, context in
      context.progress(nil, "begun")
      _ = try? await forever()
      return .cancel(context.cancellation ?? "no reason")
    },
    handler("hang") { _, context in
      context.progress(nil, "\(getpid())")
      while true { sleep(600) }
    },
    handler("spin") { _, context in
      context.progress(nil, "\(getpid())")
      var number = 0
      while true { number &+= 1 }
    },
    handler("halt") { _, context in
      context.progress(nil, "\(getpid())")
      raise(SIGSTOP)
      return .complete
    },
  ]

  /// What a leaking handler keeps.
  private static let kept = Mutex<[[UInt8]]>([])

  private static func forever() async throws -> JobOutcome {
    try await Task.sleep(for: .seconds(600))
    return .complete
  }

  private static func handler(
    _ kind: String, _ body: @escaping @Sendable (Data, JobContext) async throws -> JobOutcome
  ) -> JobHandler {
    JobHandler(kind: kind, body)
  }

  private static func start(_ path: String, _ arguments: [String]) -> pid_t {
    var process: pid_t = 0
    var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) } + [nil]
    unsafe posix_spawn(&process, path, nil, nil, &words, environ)
    return process
  }
}
