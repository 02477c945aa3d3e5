import Holdfast
import HoldfastPrograms

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

/// The side that has workers.
enum Parent {
  /// Has one worker wait and one hang, and says which processes they are.
  static func hold() async throws {
    let workers = try WorkerProcesses()
    try await workers.start()
    await withDiscardingTaskGroup { group in
      for kind in ["wait", "hang"] {
        group.addTask {
          _ = try? await workers.run(request(kind) { say("worker \($0.note ?? "")") })
        }
      }
    }
  }

  private static func say(_ line: String) {
    print(line)
    fflush(nil)
  }

  /// Runs so many jobs that do nothing, one after the other on one warm worker, and says how long they took.
  static func measure(_ count: Int) async throws {
    let workers = try WorkerProcesses()
    let clock = ContinuousClock()
    let cold = try await clock.measure { try await workers.start() }
    print("first worker ready after \(cold)")
    var times: [Duration] = []
    for _ in 0..<count {
      times.append(try await clock.measure { _ = try await workers.run(request("noop")) })
    }
    times.sort()
    print("p50 \(times[count / 2]), p99 \(times[count * 99 / 100]), max \(times[count - 1])")
    await workers.stop()
  }

  private static func request(
    _ kind: String, progress: @escaping @Sendable (JobProgress) -> Void = { _ in }
  ) -> JobProcessRequest {
    let draft = JobDraft(kind: kind, payload: Data("{}".utf8))
    return JobProcessRequest(
      job: JobRecord(id: 1, draft: draft, due: .distantPast, enqueued: .distantPast), timeout: nil,
      grace: .seconds(5), lateness: .zero, heartbeat: {}, progress: progress, cancellation: { nil })
  }
}
