import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One job, as operators and scripts see it.
struct JobDetails: Codable, Equatable, Sendable {
  var id: JobID
  var name: String?
  var kind: String
  /// `scheduled`, `available`, `retrying`, `waiting`, `executing`, `completed`, `cancelled`, `discarded` or `parked`.
  var state: String
  var partition: String
  var queue: String
  var priority: Int
  var due: Date
  var enqueued: Date
  var started: Date?
  var finished: Date?
  /// Attempts begun.
  var attempt: Int
  var maxAttempts: Int
  var crashes: Int
  var node: String?
  /// Seconds.
  var timeout: Double?
  var uniqueKey: String?
  var executionKey: String?
  var payload: JSONValue
  var output: JSONValue?
  var progress: Progress?
  /// Why it is parked, cancelled or discarded.
  var reason: String?
  /// Whether a running attempt was asked to stop.
  var cancelling: Bool?
  var metadata: [String: String]?
  var correlation: String?
  var causation: String?
  /// Newest first; only when one job was asked for.
  var failures: [Failure]?

  struct Progress: Codable, Equatable, Sendable {
    var fraction: Double?
    var note: String?
    var at: Date
  }

  struct Failure: Codable, Equatable, Sendable {
    var attempt: Int
    /// `error`, `timeout`, `crash`, `cancelled`, `unrunnable` or `asked`.
    var kind: String
    var message: String
    /// Of an error that a handler threw: its type and all that is in it.
    var detail: String?
    var at: Date
  }
}

extension JobDetails {
  init(_ job: JobRecord, at now: WallTime, failures: [JobFailure]? = nil) {
    (id, name, kind, state) = (job.id, job.name, job.kind, job.view(at: now).rawValue)
    (partition, queue, priority) = (job.partition, job.queue, job.priority)
    (due, enqueued, started, finished) = (job.due.date, job.enqueued.date, job.started?.date, job.finished?.date)
    (attempt, maxAttempts, crashes, node) = (job.attempt, job.maxAttempts, job.crashes, job.node)
    timeout = job.timeout.map(\.inSeconds)
    (uniqueKey, executionKey) = (job.uniqueKey, job.executionKey)
    (payload, output) = (JSONValue(anyBytes: job.payload), job.output.map(JSONValue.init(anyBytes:)))
    progress = job.progress.map { Progress(fraction: $0.fraction, note: $0.note, at: $0.at.date) }
    reason = job.reason
    cancelling = job.isCancelRequested && job.state == .executing ? true : nil
    metadata = job.envelope.metadata.isEmpty ? nil : job.envelope.metadata
    (correlation, causation) = (job.envelope.correlation, job.envelope.causation)
    self.failures = failures?.map {
      Failure(
        attempt: $0.attempt, kind: $0.kind.rawValue, message: $0.message, detail: $0.detail, at: $0.at.date)
    }
  }
}

/// One page of jobs ends with this when there is more.
struct JobPageEnd: Codable, Equatable, Sendable {
  /// Where to go on: `--after`.
  var next: JobID
  /// Whether the search was ended by its limit rather than by the number of jobs.
  var partial: Bool
}

extension JSONValue {
  /// JSON as it is; text as a string; anything else as a string of base64.
  init(anyBytes data: Data) {
    if let value = JSONValue(data) {
      self = value
    } else {
      self = .string(String(validating: data, as: UTF8.self) ?? data.base64EncodedString())
    }
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
