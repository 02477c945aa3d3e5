/// How the jobs of one kind run.
public struct JobPolicy: Sendable {
  /// The queue. Default `default`.
  public var queue: String
  /// −100…100; higher runs sooner. Default 0.
  public var priority: Int
  /// Failures until a job is discarded, ≥ 1. Default: as many as ``retry`` has tries; 1 without retries.
  public var maxAttempts: Int
  /// When a failed attempt is repeated. Default ``JobRetry/standard`` when there is more than one attempt.
  public var retry: JobRetry
  /// How long one attempt may take. Default no limit.
  public var timeout: Duration?
  /// How long a cancelled or timed-out handler may take to stop before its slot is given to another job and the attempt
  /// is abandoned. Default 5 s.
  public var grace: Duration
  /// How long a handler may go without ``JobContext/heartbeat()`` or progress before it counts as stuck and is treated
  /// as timed out. Default no limit.
  public var heartbeat: Duration?
  /// Deaths of its process until a job is parked, ≥ 1. Default 3.
  public var maxCrashes: Int
  /// How many running jobs may share an execution key. Default 1.
  public var executionLimit: Int
  /// When a unique key is given back. Default when the job is final.
  public var uniqueUntil: UniqueUntil
  /// Where the handler runs. Default in this process.
  public var isolation: JobIsolation

  /// A policy; every option has a default.
  public init(
    queue: String = "default", priority: Int = 0, maxAttempts: Int? = nil, retry: JobRetry? = nil,
    timeout: Duration? = nil, grace: Duration = .seconds(5), heartbeat: Duration? = nil, maxCrashes: Int = 3,
    executionLimit: Int = 1, uniqueUntil: UniqueUntil = .finished, isolation: JobIsolation = .task
  ) {
    let retry = retry ?? ((maxAttempts ?? 1) > 1 ? .standard : .none)
    self.queue = queue
    self.priority = priority
    self.maxAttempts = maxAttempts ?? retry.attempts ?? 20
    self.retry = retry
    self.timeout = timeout
    self.grace = grace
    self.heartbeat = heartbeat
    self.maxCrashes = maxCrashes
    self.executionLimit = executionLimit
    self.uniqueUntil = uniqueUntil
    self.isolation = isolation
  }
}

/// Where a handler runs.
public enum JobIsolation: String, Sendable, Hashable, Codable {
  /// In a task of this process. It is asked to stop, and abandoned when it does not.
  case task
  /// In another process of the same executable, which is killed when it does not stop. A trap costs one job.
  case process
}

/// When failed attempts are repeated.
public struct JobRetry: Sendable {
  enum Rule: Sendable {
    case none
    case levels([Duration])
    case backoff(Backoff)
  }

  let rule: Rule

  /// Never (J7).
  public static let none = JobRetry(rule: .none)

  /// Roger's twelve levels: 1, 3, 5, 10, 20, 35, 60, 100, 200, 400, 1,000 and 1,800 seconds, so thirteen runs (T1).
  public static let levels = levels(
    [1, 3, 5, 10, 20, 35, 60, 100, 200, 400, 1000, 1800].map { Duration.seconds($0) })

  /// These delays, one after each failure; one run more than there are delays (T2).
  public static func levels(_ delays: [Duration]) -> JobRetry { JobRetry(rule: .levels(delays)) }

  /// As a backoff says. "First at once" (``Backoff/immediateFirst``) holds here too.
  public static func backoff(_ backoff: Backoff) -> JobRetry { JobRetry(rule: .backoff(backoff)) }

  /// 1 s doubling to an hour, with equal jitter, the first one delayed too.
  public static let standard = backoff(
    .exponential(from: .seconds(1), to: .seconds(3600), jitter: .equal).delayingFirst())

  /// The runs that the rule itself allows; nil when it sets no end.
  public var attempts: Int? {
    switch rule {
    case .none: 1
    case .levels(let delays): delays.count + 1
    case .backoff: nil
    }
  }

  /// The wait after a failure.
  ///
  /// A job remembers no more than how often it failed, so a backoff is replayed from its beginning: what a custom
  /// function or decorrelated jitter would carry from one delay to the next is made anew each time.
  ///
  /// - Parameter failures: 1 after the first failure.
  /// - Returns: nil when there is no further try.
  func delay(afterFailure failures: Int, using generator: inout some RandomNumberGenerator) -> Duration? {
    switch rule {
    case .none: return nil
    case .levels(let delays): return failures <= delays.count ? delays[failures - 1] : nil
    case .backoff(let backoff):
      var state = Backoff.State()
      state.attempt = UInt32(clamping: failures - 1)
      return backoff.delay(after: .zero, state: &state, using: &generator).delay
    }
  }
}
