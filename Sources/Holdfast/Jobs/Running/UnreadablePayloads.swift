/// Waiting jobs of one kind and version that a node could not run: their payloads do not decode.
public struct UnreadablePayloads: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The kind.
  public var kind: String
  /// The version with which they were stored.
  public var version: Int
  /// How many of those that were looked at.
  public var count: Int
  /// One of them.
  public var example: JobID
  /// Why that one cannot be run.
  public var reason: String

  /// One line.
  public var description: String {
    "\(count) waiting \(count == 1 ? "job" : "jobs") of '\(kind)' version \(version) cannot be run, such as \(example): "
      + reason
  }
}

extension JobQueue {
  /// Looks whether handlers can decode what waits, older versions by their migrations, without running anything: ask
  /// this of the next release before it is deployed. A ``JobRunner`` asks it of itself when it starts.
  ///
  /// Kinds without a handler here, those that take payloads as they are, and those that run in processes of their own
  /// (whose decoding may trap) are passed over.
  ///
  /// - Parameters:
  ///   - handlers: The handlers.
  ///   - limit: Waiting jobs that are looked at, of all partitions, half of them the oldest and half the newest; ≥ 0.
  ///     Default 1,000. Where more than 10,000 wait, it goes no further than 10,000 jobs from each end,
  ///     finished ones included.
  /// - Returns: One for each kind and version of which some do not decode, by kind and version.
  public func unreadable(
    by handlers: [JobHandler], limit: Int = 1000
  ) async throws(StoreError) -> [UnreadablePayloads] {
    try await PayloadCheck(handlers: handlers).run(on: store, limit: limit)
  }
}

/// Decodes what waits.
struct PayloadCheck {
  private let handlers: [String: JobHandler]
  private var found: [Shape: UnreadablePayloads] = [:]
  private var seen: Set<JobID> = []

  private struct Shape: Hashable {
    let kind: String
    let version: Int
  }

  init(handlers: some Sequence<JobHandler>) {
    let here = handlers.filter { $0.decodes && $0.policy.isolation != .process }
    self.handlers = Dictionary(here.map { ($0.kind, $0) }) { first, _ in first }
  }

  consuming func run(on store: any JobStore, limit: Int) async throws(StoreError) -> [UnreadablePayloads] {
    guard !handlers.isEmpty, limit > 0 else { return [] }
    for newestFirst in [false, true] {
      var (left, query) = ((limit + 1) / 2, JobQuery.waiting(newestFirst: newestFirst))
      while left > 0, !Task.isCancelled {
        query.limit = min(left, Self.page)
        let page = try await store.jobs(query)
        for job in page.jobs where seen.insert(job.id).inserted { look(at: job) }
        left -= page.jobs.count
        query.after = page.next
        if page.next == nil || page.isPartial { break }
      }
    }
    return found.values.sorted { ($0.kind, $0.version) < ($1.kind, $1.version) }
  }

  /// Jobs in memory at once: payloads may be large.
  private static let page = 50

  private mutating func look(at job: JobRecord) {
    guard let handler = handlers[job.kind], let reason = handler.refusal(of: job) else { return }
    found[
      Shape(kind: job.kind, version: job.version),
      default: UnreadablePayloads(kind: job.kind, version: job.version, count: 0, example: job.id, reason: reason)
    ].count += 1
  }
}

extension JobHandler {
  /// Why it cannot run a job; nil when it can.
  func refusal(of job: JobRecord) -> String? {
    guard job.version <= version else { return "it knows version \(version) at most; deploy the newer one" }
    do {
      _ = try body(job.payload, job.version)
      return nil
    } catch {
      return "\(error)".cut(toBytes: JobLimits.words)
    }
  }
}

extension JobQuery {
  fileprivate static func waiting(newestFirst: Bool) -> JobQuery {
    var query = JobQuery()
    query.views = [.scheduled, .available, .retrying, .waiting]
    query.newestFirst = newestFirst
    query.scanLimit = 10_000
    return query
  }
}
