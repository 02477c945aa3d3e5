import DequeModule
import Holdfast

/// Jobs that were cancelled while nobody ran them, until a node that handles their kind is told: the newest, in number
/// and in bytes, because nobody may ever ask.
struct CancelledJobs {
  static let limit = 10_000
  /// Of payloads: 64 MiB.
  static let byteLimit = 64 << 20

  private var jobs = Deque<JobRecord>()
  private var kinds: [String: Int] = [:]
  private(set) var bytes = 0

  mutating func add(_ job: JobRecord) {
    jobs.append(job)
    kinds[job.kind, default: 0] += 1
    bytes += job.payload.count
    while jobs.count > Self.limit || bytes > Self.byteLimit, let oldest = jobs.popFirst() { forget(oldest) }
  }

  mutating func add(_ others: CancelledJobs) {
    for job in others.jobs { add(job) }
  }

  /// Takes out those of some kinds; costs next to nothing when there are none.
  mutating func take(_ isWanted: (String) -> Bool) -> [JobRecord] {
    guard kinds.keys.contains(where: isWanted) else { return [] }
    let taken: [JobRecord] = jobs.filter { isWanted($0.kind) }
    jobs.removeAll { isWanted($0.kind) }
    for job in taken { forget(job) }
    return taken
  }

  private mutating func forget(_ job: JobRecord) {
    bytes -= job.payload.count
    kinds[job.kind, default: 0] -= 1
    if kinds[job.kind] == 0 { kinds[job.kind] = nil }
  }
}
