import Holdfast

/// What the file says of one kind of job: which command runs it, and how.
struct JobConfiguration: Equatable, Sendable {
  /// What is executed for each run, once.
  var process: ProgramConfiguration
  /// Default `default`.
  var queue = "default"
  /// −100…100. Default 0.
  var priority = 0
  /// How long one run may take. Default the queue's, else no limit.
  var timeout: Duration?
  /// Runs until it is discarded, ≥ 1. Default as many as ``retry`` has, else 1.
  var attempts: Int?
  /// When a failed run is repeated. Default never; with `attempts` from 1 s doubling to an hour.
  var retry: RetryConfiguration?
  /// Deaths of the daemon during a run until the job is parked, ≥ 1. Default 3.
  var crashes = 3
  var uniqueKey: KeyTemplate?
  /// Default ``UniqueUntil/finished``.
  var uniqueUntil = UniqueUntil.finished
  var executionKey: KeyTemplate?
  /// Running jobs that may share an execution key, ≥ 1. Default 1.
  var executionLimit = 1
  /// What exit codes mean; those that are left out are failures. Default 0 completes and 75 (EX_TEMPFAIL) retries.
  var exits: [Int32: ExitMeaning] = Self.standardExits
  /// Bytes of standard output that are kept. Default 64 KiB.
  var output = 64 << 10

  static let standardExits: [Int32: ExitMeaning] = [0: .complete, 75: .retry(after: nil)]

  var kind: String { process.name }

  var policy: JobPolicy {
    JobPolicy(
      queue: queue, priority: priority, maxAttempts: attempts, retry: retry?.library, timeout: timeout,
      grace: process.longestStop, maxCrashes: crashes, executionLimit: executionLimit, uniqueUntil: uniqueUntil)
  }
}

/// What an exit code makes of a job.
enum ExitMeaning: Equatable, Sendable {
  case complete
  /// A failure, treated as the kind's `retry` and `attempts` say.
  case fail
  /// A failure that is tried again while there are attempts; after the kind's delay when it names none.
  case retry(after: Duration?)
  case snooze(Duration)
  case cancel
  case discard
}

/// When failed runs are repeated; can be compared.
enum RetryConfiguration: Equatable, Sendable {
  case none
  /// One wait after each failure.
  case levels([Duration])
  /// Roger's twelve.
  case standardLevels
  case backoff(BackoffConfiguration)

  var library: JobRetry {
    switch self {
    case .none: .none
    case .levels(let delays): .levels(delays)
    case .standardLevels: .levels
    case .backoff(let backoff): .backoff(backoff.policy)
    }
  }
}
