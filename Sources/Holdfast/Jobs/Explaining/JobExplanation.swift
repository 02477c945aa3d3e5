/// Why a job is not running, or what it does: a chain of causes, the nearest first.
public struct JobExplanation: Sendable, Hashable, Codable, CustomStringConvertible {
  /// One link: a job, and what holds it.
  public struct Link: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The job that this link is about.
    public let job: JobID
    /// What holds it, most decisive first; never empty.
    public let causes: [JobCause]

    /// A clause for each cause.
    public var description: String {
      "job \(job) " + causes.map(\.description).joined(separator: "; it ")
    }
  }

  /// Jobs that are counted before one that waits for an execution key: 1,000.
  public static let lineLimit = 1000

  /// The job itself, then each job that the one before waits behind.
  public let links: [Link]

  /// The whole chain in words, such as: `job 14 waits behind job 12 of key 'a', which has been running for 3 s`.
  public var description: String {
    guard let first = links.first else { return "" }
    return links.dropFirst().reduce(first.description) { text, link in
      text + ", which " + link.causes.map(\.description).joined(separator: " and ")
    }
  }
}

/// What is known when a job is explained; collected first, judged by ``JobExplanation/init(_:)`` as a value.
struct JobFacts: Sendable {
  var job: JobRecord
  var now: WallTime
  var pauses: [QueuePause] = []
  var queues: [QueueStatus] = []
  var nodes: [NodeStatus] = []
  var lastFailure: JobFailure?
  /// Runners of this process.
  var runners: [JobRunnerSnapshot] = []
  /// Jobs that hold the execution key, or will hold it before this one, first things first.
  var ahead: [JobRecord] = []
  /// How many of its queue wait for the key before it, as far as that matters.
  var line = 0
}

extension JobExplanation {
  /// Explains a job and those before it; `chain` begins with the job itself.
  init(_ chain: [JobFacts]) {
    links = chain.map { facts in Link(job: facts.job.id, causes: facts.causes) }
  }
}

extension JobFacts {
  /// What holds the job, most decisive first.
  var causes: [JobCause] {
    switch job.state {
    case .executing: running
    case .completed, .cancelled, .discarded: [.finished(job.state, reason: job.reason ?? lastFailure?.message)]
    case .parked: [.parked(job.parking, reason: job.reason)]
    case .waiting: (keyed.isEmpty ? turn : keyed) + paused
    case .queued where job.due > now: [delayed] + paused
    case .queued: due
    }
  }

  private var running: [JobCause] {
    let since = max(.zero, (job.started ?? now).duration(to: now))
    let name = nodes.first { $0.identity.id == job.node }?.identity.name ?? job.node
    let stop = job.isCancelRequested ? [JobCause.stopping(reason: job.reason)] : []
    return [.running(node: name, since: since)] + stop
  }

  private var delayed: JobCause {
    let wait = now.duration(to: job.due)
    guard job.attempt > 0 else { return .scheduled(until: job.due, in: wait) }
    return .retrying(
      at: job.due, in: wait, attempt: job.attempt + 1,
      of: Int(saturatingSum(Int64(job.maxAttempts), Int64(job.crashes))),
      because: lastFailure?.message)
  }

  /// Who holds the key, or comes first.
  private var keyed: [JobCause] {
    guard let key = job.executionKey else { return [] }
    return ahead.prefix(1).map { first in
      let others = max(0, first.state == .waiting ? line - 1 : line)
      return .behind(first.id, key: key, others: min(others, JobExplanation.lineLimit + 1))
    }
  }

  private var turn: [JobCause] { job.executionKey.map { [.turn(key: $0)] } ?? [] }

  private var paused: [JobCause] {
    pauses.filter { $0.scope.contains(partition: job.partition, queue: job.queue) }.map(JobCause.paused)
  }

  /// Due and not taken: the first obstacle, and every other.
  private var due: [JobCause] {
    let holdsKey = ahead.count >= job.executionLimit ? keyed : []
    let causes = paused + holdsKey + limits + handlers + workers
    return causes.isEmpty ? [.next] : causes
  }

  /// Limits of this queue, its tenant, or everything that are reached.
  private var limits: [JobCause] {
    queues.compactMap(\.settings).filter { $0.scope.contains(partition: job.partition, queue: job.queue) }
      .flatMap { settings -> [JobCause] in
        let running = executing(in: settings.scope)
        let full = settings.running.flatMap { $0 <= running ? JobCause.runningLimit(settings.scope, limit: $0) : nil }
        return [full, settings.rate.map { .rateLimit(settings.scope, $0) }].compactMap { $0 }
      }
  }

  private func executing(in scope: QueueScope) -> Int {
    queues.filter { scope.contains(partition: $0.partition, queue: $0.queue) }
      .reduce(0) { $0 + ($1.counts[.executing] ?? 0) }
  }

  private var handlers: [JobCause] {
    guard !nodes.isEmpty, !nodes.contains(where: { $0.identity.handles[job.kind] != nil }) else { return [] }
    return [.noHandler(kind: job.kind)]
  }

  /// What the runners here do about its queue; nothing is said of it when none is known.
  private var workers: [JobCause] {
    guard !runners.isEmpty else { return [] }
    let pools = runners.flatMap { runner in runner.pools.filter(serves).map { (runner, $0) } }
    if pools.isEmpty { return [.unserved(queue: job.queue)] }
    let causes = pools.compactMap { obstacle(in: $0.1, of: $0.0) }
    return causes.count == pools.count ? Array(causes.prefix(1)) : []
  }

  private func serves(_ pool: JobRunnerSnapshot.Pool) -> Bool {
    pool.queue == job.queue && (pool.partition ?? job.partition) == job.partition
  }

  private func obstacle(in pool: JobRunnerSnapshot.Pool, of runner: JobRunnerSnapshot) -> JobCause? {
    if pool.workers == 0 { return .idlePool(queue: pool.queue, abandoned: 0) }
    if pool.abandoned >= pool.abandonedLimit { return .idlePool(queue: pool.queue, abandoned: pool.abandoned) }
    guard pool.running >= pool.workers else { return nil }
    let longest = runner.runs.first { $0.queue == pool.queue && !$0.isAbandoned }
    return .busyPool(queue: pool.queue, workers: pool.workers, longest: longest?.job, since: longest?.runningFor)
  }
}
