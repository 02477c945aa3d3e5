import Holdfast
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The jobs of the daemon: their store, what the file says of them now, and the runner that does them.
final class JobService: Sendable {
  private struct State {
    var configuration: Configuration
    var runner: JobRunner?
    /// Hears of each runner that takes the place of another.
    var observers: [Int: AsyncStream<JobRunner>.Continuation] = [:]
    var lastObserver = 0
  }

  let store: any JobStore
  let alarms: AlarmService
  private let file: StoreFile
  private let socket: String
  private let limits: LimitRecord
  private let state: Mutex<State>

  /// Opens the store as its owner, before anything is started.
  ///
  /// - Throws: A ``Failure`` that says why the file cannot be used.
  init(_ configuration: Configuration, socket: String) async throws(Failure) {
    file = try await StoreFile.open(configuration.store)
    store = file.store
    self.socket = socket
    alarms = try AlarmService(configuration, file.records, file.store, socket: socket)
    limits = LimitRecord(store: configuration.store, isNew: file.isNew)
    state = Mutex(State(configuration: configuration))
    try await limits.apply(configuration, to: store)
    try await sync(configuration)
  }

  /// Where the schedules are: in the jobs' own file, so that firing one is one transaction.
  var schedulesStore: any RecordStore { file.records }

  var configuration: Configuration { state.withLock { $0.configuration } }

  /// The runner that takes work; nil before the first.
  var runner: JobRunner? { state.withLock { $0.runner } }

  /// What answers the requests of somebody.
  func desk(for actor: String) -> JobDesk {
    JobDesk(store: store, configuration: configuration, actor: actor)
  }

  func queueReports() async throws -> [QueueReport] {
    try await desk(for: "").queues()
  }

  /// Closes the file, when nothing uses it any more.
  func close() async {
    await file.close()
  }
}

extension JobService {
  /// The child of the root that runs the jobs.
  ///
  /// It is the last one in start order and waits for nobody, so a stop drains it first, while the programs that its jobs
  /// may need still run.
  func child() -> Child {
    let drain = configuration.drain
    let shutdown = ShutdownPolicy(grace: drain + .seconds(10), cancellation: .seconds(10))
    var child = Child(Configuration.jobsChild, shutdown: shutdown, startMayFail: true) { [self] in
      JobFleet(service: self)
    }
    child.options.gate = .after([])
    return child
  }

  /// A runner for what the file says now.
  func makeRunner() throws(JobRefused) -> JobRunner {
    let configuration = configuration
    var options = JobRunner.Options()
    options.name = "\(configuration.name)-\(ProcessInfo.processInfo.processIdentifier)"
    options.drain = configuration.drain
    let runner = try JobRunner(
      store, handlers: configuration.jobs.map(handler) + alarms.handlers, queues: configuration.pools, options: options)
    let observers = state.withLock { state in
      state.runner = runner
      return Array(state.observers.values)
    }
    for observer in observers { observer.yield(runner) }
    return runner
  }

  private func handler(_ job: JobConfiguration) -> JobHandler {
    let run = CommandRun(job: job, socket: socket)
    return JobHandler(kind: job.kind, policy: job.policy) { payload, context in try await run.run(payload, context) }
  }

  /// The runner there is, and each that takes its place.
  func runners() -> AsyncStream<JobRunner> {
    let (stream, source) = AsyncStream.makeStream(of: JobRunner.self)
    let (number, current) = state.withLock { state in
      state.lastObserver += 1
      state.observers[state.lastObserver] = source
      return (state.lastObserver, state.runner)
    }
    source.onTermination = { [weak self] _ in self?.state.withLock { $0.observers[number] = nil } }
    if let current { source.yield(current) }
    return stream
  }

  /// Runs what another version of the file says: queues at once, kinds in a new runner beside the old one, which takes
  /// nothing more and ends when its jobs have.
  func adopt(_ new: Configuration) async throws {
    let (old, runner) = state.withLock { state in
      defer { state.configuration = new }
      return (state.configuration, state.runner)
    }
    try await limits.apply(new, to: store)
    try await sync(new)
    try await alarms.adopt(new)
    if old.jobs != new.jobs, runner != nil {
      _ = try makeRunner()
    } else if old.pools != new.pools {
      try runner?.reconfigure(new.pools)
    }
  }
}
