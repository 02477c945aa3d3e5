/// What a runner is doing, at one moment; one JSON shape for the console, the command line and tests.
public struct JobRunnerSnapshot: Sendable, Hashable, Codable {
  /// Whether it takes work.
  public enum Mode: String, Sendable, Hashable, Codable {
    /// It does not run.
    case stopped
    /// It cannot reach its store; ``JobRunnerSnapshot/trouble`` says why.
    case waiting
    /// It takes work.
    case working
    /// It takes nothing more and waits for what runs.
    case draining
  }

  /// The node, a fresh UUID for each run; nil when stopped.
  public var node: String?
  /// What people call it.
  public var name: String
  /// Whether it takes work.
  public var mode: Mode
  /// Why the store could not be reached the last time, until it can.
  public var trouble: String?
  /// The kinds that it has handlers for, with the newest version each knows.
  public var handles: [String: Int]
  /// Every pool of workers.
  public var pools: [Pool] = []
  /// Every run that has a task, oldest first.
  public var runs: [Run] = []
  /// Ends that the store has not acknowledged yet.
  public var unsettled = 0
  /// What waited when it started and cannot be decoded by its handlers; see ``JobRunner/Options/checked``.
  public var unreadable: [UnreadablePayloads] = []

  /// The workers of one queue.
  public struct Pool: Sendable, Hashable, Codable {
    /// The queue.
    public var queue: String
    /// The tenant; nil for every one without a pool of its own.
    public var partition: String?
    /// Workers in force.
    public var workers: Int
    /// Workers by configuration; differs from ``workers`` when a durable setting overrides it.
    public var configured: Int
    /// Workers that are busy.
    public var running: Int
    /// Jobs that are here and due, and wait for a worker.
    public var ready: Int
    /// Jobs that are here before their time.
    public var coming: Int
    /// Tasks that did not stop and lost their workers.
    public var abandoned: Int
    /// The number of those at which the pool takes no more work.
    public var abandonedLimit: Int
    /// Whether the pool, its queue, its tenant or everything is paused.
    public var isPaused: Bool
  }

  /// One run.
  public struct Run: Sendable, Hashable, Codable {
    /// The job.
    public var job: JobID
    /// Its kind.
    public var kind: String
    /// Its tenant.
    public var partition: String
    /// Its queue.
    public var queue: String
    /// The attempt.
    public var attempt: Int
    /// How long it has been running.
    public var runningFor: Duration
    /// What it said of itself last.
    public var progress: JobProgress?
    /// Why it was asked to stop, if it was.
    public var stopping: String?
    /// Whether it lost its worker because it did not stop.
    public var isAbandoned: Bool
  }
}

extension RunnerMachine {
  /// What a person may know of it.
  func snapshot(_ identity: NodeIdentity, at now: Instant) -> JobRunnerSnapshot {
    JobRunnerSnapshot(
      node: identity.id, name: identity.name,
      mode: mode == .working ? (lastFailure == nil ? .working : .waiting) : .draining,
      trouble: lastFailure.map { "\($0)" }, handles: identity.handles,
      pools: pools.filter { $0.isConfigured || $0.busy + $0.abandoned > 0 }.map(describe),
      runs: runs(at: now), unsettled: owed.count + writing.count)
  }

  private func describe(_ pool: WorkerPool) -> JobRunnerSnapshot.Pool {
    JobRunnerSnapshot.Pool(
      queue: pool.queue, partition: pool.partition, workers: pool.workers, configured: pool.configured,
      running: pool.busy, ready: pool.readyCount, coming: pool.coming, abandoned: pool.abandoned,
      abandonedLimit: pool.abandonedLimit, isPaused: isPaused(pool))
  }

  private func isPaused(_ pool: WorkerPool) -> Bool {
    paused.contains { scope in
      (scope.queue ?? pool.queue) == pool.queue && (scope.partition == nil || scope.partition == pool.partition)
    }
  }

  private func runs(at now: Instant) -> [JobRunnerSnapshot.Run] {
    window.keys.compactMap { window[$0] }.sorted { $0.since < $1.since }.compactMap { entry in
      switch entry.phase {
      case .running: describe(entry, nil, false, now)
      case .stopping(let cause): describe(entry, cause, false, now)
      case .abandoned(let cause): describe(entry, cause, true, now)
      case .coming, .ready, .ended: nil
      }
    }
  }

  private func describe(
    _ entry: ReservationWindow.Entry, _ cause: StopCause?, _ isAbandoned: Bool, _ now: Instant
  ) -> JobRunnerSnapshot.Run {
    let job = entry.reservation.job
    return JobRunnerSnapshot.Run(
      job: job.id, kind: job.kind, partition: job.partition, queue: job.queue, attempt: job.attempt,
      runningFor: entry.since.duration(to: now), progress: entry.progress, stopping: cause?.reason,
      isAbandoned: isAbandoned)
  }
}
