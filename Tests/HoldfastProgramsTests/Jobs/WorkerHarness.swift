import FoundationEssentials
import Holdfast
import Logging
import Synchronization
import Testing

@testable import HoldfastPrograms

/// A pool whose workers are the job host; see `Tests/Support/JobHost`.
final class WorkerHarness: Sendable {
  let workers: WorkerProcesses
  let lines = LoggedLines()

  init(_ arguments: [String] = [], _ change: (inout WorkerProcesses.Options) -> Void = { _ in }) throws {
    var options = WorkerProcesses.Options()
    options.command = [try Self.host()] + arguments
    // A report of a crash takes seconds.
    options.environment.set["SWIFT_BACKTRACE"] = "enable=no"
    options.limits.core = .most(0)
    change(&options)
    workers = try WorkerProcesses(options, logger: lines.logger)
  }

  /// The path of the host.
  static func host() throws -> String {
    let path = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe").split(separator: "/")
    return "/" + path.dropLast().joined(separator: "/") + "/JobHost"
  }

  /// Runs `body` on a pool that was started, and stops it.
  static func with(
    _ change: (inout WorkerProcesses.Options) -> Void = { _ in }, _ body: (WorkerHarness) async throws -> Void
  ) async throws {
    let harness = try WorkerHarness([], change)
    try await harness.workers.start()
    do { try await body(harness) } catch {
      await harness.workers.stop()
      throw error
    }
    await harness.workers.stop()
    #expect(harness.workers.count == 0)
  }

  func run(
    _ kind: String, _ payload: String = "{}", version: Int = 1, grace: Duration = .seconds(30),
    cancellation: String? = nil, progress: @escaping @Sendable (JobProgress) -> Void = { _ in },
    whenAtOnce: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void = { _ in }
  ) async throws -> JobOutcome {
    var draft = JobDraft(kind: kind, payload: Data(payload.utf8))
    draft.version = version
    var job = JobRecord(id: 42, draft: draft, due: .distantPast, enqueued: .distantPast)
    job.attempt = 1
    return try await workers.run(
      JobProcessRequest(
        job: job, timeout: .seconds(60), grace: grace, lateness: .zero, heartbeat: { progress(JobProgress()) },
        progress: progress, cancellation: { cancellation }, whenAtOnce: whenAtOnce))
  }

  /// Runs a job until its first note, then cancels it; the note and how it ended.
  func cancelOnceBegun(
    _ kind: String, grace: Duration, reason: String = "enough",
    whenAtOnce: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void = { _ in }
  ) async -> (note: String, end: Result<JobOutcome, any Error>) {
    let begun = Signal()
    let note = Mutex("")
    let task = Task {
      try await run(
        kind, grace: grace, cancellation: reason,
        progress: { progress in
          note.withLock { $0 = progress.note ?? "" }
          begun.set()
        }, whenAtOnce: whenAtOnce)
    }
    await begun.wait()
    task.cancel()
    return (note.withLock { $0 }, await task.result)
  }

  /// The number of the process in which a job runs.
  func process(_ kind: String = "process") async throws -> Int {
    let output = try #require(try await run(kind).output)
    return try JSONDecoder().decode([String: Int].self, from: output)["number"] ?? 0
  }

  func crash(_ kind: String) async throws -> JobProcessCrash {
    try #require(await #expect(throws: JobProcessCrash.self) { try await run(kind) })
  }
}

extension JobOutcome {
  var output: Data? {
    if case .complete(let output) = choice { output } else { nil }
  }
}

/// What was logged.
final class LoggedLines: Sendable {
  private struct Handler: LogHandler {
    let lines: LoggedLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let all = metadata.merging(event.metadata ?? [:]) { $1 }
      let job = all["job"].map { "\($0) " } ?? ""
      let stream = all["stream"].map { "\($0) " } ?? ""
      lines.add("\(job)\(stream)\(event.message)")
    }
  }

  private struct State {
    var lines: [String] = []
    var watches: [(holds: @Sendable (String) -> Bool, found: OneShot<String>)] = []
  }

  private let state = Mutex(State())

  /// `job stream message`.
  var all: [String] { state.withLock { $0.lines } }

  /// The first line, now or later, that a condition holds for.
  func first(where holds: @escaping @Sendable (String) -> Bool) async -> String {
    let found = OneShot<String>()
    state.withLock { state in
      if let line = state.lines.first(where: holds) { return found.fulfil(line) }
      state.watches.append((holds, found))
    }
    return await found.value
  }

  private func add(_ line: String) {
    state.withLock { state in
      state.lines.append(line)
      for watch in state.watches where watch.holds(line) { watch.found.fulfil(line) }
    }
  }

  var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }
}
