public import Holdfast
public import Logging
import Synchronization

/// The pool of worker processes in which handlers of the policy `isolation: .process` run.
///
/// ```swift
/// await JobWorker.serveIfAsked(handlers)                      // first in main: in a worker it serves, then exits
/// let runner = try JobRunner(store, handlers: handlers, isolation: WorkerProcesses())
/// ```
///
/// Each process is this executable once more, runs one job at a time and many in a row. A trap, an abort, an
/// out-of-memory kill or a hang costs one job. None outlives the process that started it, however that dies. What a
/// handler prints is logged line by line; what it kept in memory stays for the next job of its process.
public final class WorkerProcesses: JobProcessPool {
  /// Nil when the worker was lost just then.
  private typealias Grant = Result<WorkerProcess?, any Error>

  private struct State {
    var pool: WorkerPool
    var workers: [WorkerPool.Worker: WorkerProcess] = [:]
    var waiting: [WorkerPool.Request: OneShot<Grant>] = [:]
    var lastRequest = 0
    var onEmpty: [OneShot<Void>] = []
  }

  /// How long a job waits for its next try when no worker could be started: 5 s.
  public static let retryDelay = Duration.seconds(5)
  /// Processes that a run is given to, one after the other, while each is gone before it has taken it: 5.
  static let tries = 5

  private let plan: WorkerPlan
  private let logger: Logger
  private let state: Mutex<State>

  /// A pool without a process yet.
  ///
  /// - Parameters:
  ///   - options: See ``Options``.
  ///   - logger: Takes what the workers write, with worker, process, job, kind, attempt and stream as metadata.
  ///   - timeline: Measures idle times, start deadlines and grace. Default real time.
  /// - Throws: ``ProgramError`` with the code ``ProgramError/Code/invalid``.
  public init(
    _ options: Options = Options(), logger: Logger = Logger(label: "holdfast.workers"),
    timeline: any Timeline = .system
  ) throws(ProgramError) {
    plan = try WorkerPlan(options, logger, timeline)
    self.logger = logger
    state = Mutex(State(pool: WorkerPool(limit: options.processes, idleTime: options.idleTime)))
  }

  /// Processes that exist now, those that are starting or ending included.
  public var count: Int { state.withLock { $0.pool.count } }

  /// Starts one process, so that a worker that cannot run is found at once.
  ///
  /// - Throws: ``ProgramError``.
  public func start() async throws {
    state.withLock { $0.pool.open() }
    becameIdle(try await take())
  }

  /// Kills every process, whatever it does, and waits for that. Runs that wait or go on end with an error.
  public func stop() async {
    let empty = OneShot<Void>()
    let (effects, workers) = state.withLock { state in
      let effects = state.pool.close()
      if state.pool.count > 0 { state.onEmpty.append(empty) } else { empty.fulfil(()) }
      return (effects, Array(state.workers.values))
    }
    perform(effects)
    for worker in workers { worker.kill() }
    await empty.value
  }

  /// See `JobProcessPool`. A job whose worker cannot be started is snoozed for ``retryDelay``, because that is no fault of
  /// its own: it keeps its attempt, and the reason is logged. One whose workers are ready and then gone, five in a row, has
  /// crashed. Throws ``ProgramError`` as well, when the pool does not run.
  public func run(_ request: JobProcessRequest) async throws -> JobOutcome {
    var lastWords = ""
    for _ in 1...Self.tries {
      let worker: WorkerProcess
      do { worker = try await take() } catch let error as ProgramError where error != .workersStopped {
        return postpone(request.job, because: error)
      }
      switch await worker.run(request) {
      case .answered(let answer): return try answer.outcome
      case .lost(let exit, let cause): throw explain(exit, cause, worker, request.job)
      case .notBegun: lastWords = worker.output.lastWords
      }
    }
    throw JobProcessCrash(
      status: "nothing done: \(Self.tries) in a row were ready, and gone before they took the job", output: lastWords)
  }

  private func postpone(_ job: JobRecord, because error: ProgramError) -> JobOutcome {
    logger.error(
      "no worker could be started; the job keeps its attempt and waits",
      metadata: ["job": "\(job.id)", "kind": "\(job.kind)", "error": "\(error)", "delay": "\(Self.retryDelay)"])
    return .snooze(for: Self.retryDelay)
  }

  private func explain(
    _ exit: ProgramExit, _ cause: WorkerEnd.Cause?, _ worker: WorkerProcess, _ job: JobRecord
  ) -> any Error {
    guard case .stuck(let reason, let grace) = cause else {
      return JobProcessCrash(status: exit.words(cause), output: worker.output.lastWords)
    }
    logger.warning("killed a worker: job \(job.id) had not stopped \(grace) after it was asked to: \(reason)")
    return CancellationError()
  }
}

extension WorkerProcesses {
  private func take() async throws -> WorkerProcess {
    while true {
      if let worker = try await next() { return worker }
    }
  }

  private func next() async throws -> WorkerProcess? {
    let grant = OneShot<Grant>()
    let (request, effects) = state.withLock { state in
      state.lastRequest += 1
      state.waiting[state.lastRequest] = grant
      return (state.lastRequest, state.pool.request(state.lastRequest))
    }
    perform(effects)
    return try await withTaskCancellationHandler {
      try await grant.value.get()
    } onCancel: {
      perform(state.withLock { $0.pool.withdraw(request) }, because: CancellationError())
    }
  }

  private func becameIdle(_ worker: WorkerProcess) {
    perform(state.withLock { $0.pool.becameIdle(worker.number, at: plan.timeline.now) })
  }

  private func make(_ number: WorkerPool.Worker) async {
    let hooks = WorkerProcess.Hooks(
      started: { self.started($0) }, becameIdle: { self.becameIdle($0) },
      ended: { worker, failure in
        self.ended(worker.number, because: .workerFailed(failure, worker.output.lastWords))
      })
    do throws(ProgramError) {
      try await WorkerProcess.start(plan, number: number, hooks: hooks)
    } catch {
      ended(number, because: error)
    }
  }

  private func started(_ worker: WorkerProcess) {
    let isWanted = state.withLock { state in
      state.workers[worker.number] = worker
      return state.pool.isOpen
    }
    if !isWanted { worker.kill() }
  }

  private func ended(_ number: WorkerPool.Worker, because error: ProgramError) {
    let effects = state.withLock { state in
      state.workers[number] = nil
      return state.pool.ended(number)
    }
    perform(effects, because: error)
  }

  /// The error is for those who are refused.
  private func perform(_ effects: [WorkerPool.Effect], because error: any Error = ProgramError.workersStopped) {
    for effect in effects {
      switch effect {
      case .grant(let request, let worker): grant(request, worker)
      case .refuse(let request): state.withLock { $0.waiting.removeValue(forKey: request) }?.fulfil(.failure(error))
      case .make(let worker): Task { await make(worker) }
      case .stop(let worker): state.withLock { $0.workers[worker] }?.leave()
      case .wake(let instant): schedule(at: instant)
      case .becomeEmpty: becomeEmpty()
      }
    }
  }

  private func becomeEmpty() {
    let waiting = state.withLock { state in
      defer { state.onEmpty = [] }
      return state.onEmpty
    }
    for stop in waiting { stop.fulfil(()) }
  }

  private func grant(_ request: WorkerPool.Request, _ number: WorkerPool.Worker) {
    let (waiting, worker) = state.withLock { ($0.waiting.removeValue(forKey: request), $0.workers[number]) }
    waiting?.fulfil(.success(worker))
  }

  private func schedule(at instant: Instant) {
    plan.timeline.schedule(at: instant) { [weak self] in
      guard let self else { return }
      perform(state.withLock { $0.pool.wake(at: self.plan.timeline.now) })
    }
  }
}
