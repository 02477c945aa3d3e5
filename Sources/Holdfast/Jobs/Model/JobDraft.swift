#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// A job that is about to be enqueued: everything the store will keep of it, checked and free of types.
public struct JobDraft: Sendable, Hashable {
  /// Which handler runs it; 1 to 128 bytes.
  public var kind: String
  /// The version of the payload's shape. Default 1.
  public var version = 1
  /// The payload, JSON by convention; at most ``JobLimits/payload`` bytes.
  public var payload: Data
  /// The tenant. Default `default`.
  public var partition = "default"
  /// The queue. Default `default`.
  public var queue = "default"
  /// −100…100; higher runs sooner. Default 0.
  public var priority = 0
  /// When it may run. Default now.
  public var start = JobStart.now
  /// Failures until it is discarded, ≥ 1. Default 1.
  public var maxAttempts = 1
  /// Deaths of its process until it is parked, ≥ 1. Default 3.
  public var maxCrashes = 3
  /// How long one attempt may take; nil for no limit.
  public var timeout: Duration?
  /// The caller's name for it; at most one retained job of a partition bears it (SC4). Not a number.
  public var name: String?
  /// At most one live job of the partition holds it (Q1).
  public var uniqueKey: String?
  /// When the unique key is given back. Default when the job reaches its final state.
  public var uniqueUntil = UniqueUntil.finished
  /// At most ``executionLimit`` running jobs of the partition hold it; others wait in order (E1).
  public var executionKey: String?
  /// How many may hold the execution key at once, ≥ 1. Default 1.
  public var executionLimit = 1
  /// What else travels with the job. Empty by default.
  public var envelope = JobEnvelope()

  /// A draft with every option at its default.
  public init(kind: String, payload: Data) {
    self.kind = kind
    self.payload = payload
  }
}

/// Drafts as JSON, for what stores them to be enqueued later. What is not there has its default, so that drafts of older
/// versions can be read.
extension JobDraft: Codable {
  /// Reads a draft.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys, _ standard: Value) throws -> Value {
      try values.decodeIfPresent(Value.self, forKey: key) ?? standard
    }
    self.init(
      kind: try values.decode(String.self, forKey: .kind), payload: try values.decode(Data.self, forKey: .payload))
    version = try value(.version, version)
    partition = try value(.partition, partition)
    queue = try value(.queue, queue)
    priority = try value(.priority, priority)
    start = try value(.start, start)
    maxAttempts = try value(.maxAttempts, maxAttempts)
    maxCrashes = try value(.maxCrashes, maxCrashes)
    timeout = try values.decodeIfPresent(Duration.self, forKey: .timeout)
    name = try values.decodeIfPresent(String.self, forKey: .name)
    uniqueKey = try values.decodeIfPresent(String.self, forKey: .uniqueKey)
    uniqueUntil = try value(.uniqueUntil, uniqueUntil)
    executionKey = try values.decodeIfPresent(String.self, forKey: .executionKey)
    executionLimit = try value(.executionLimit, executionLimit)
    envelope = try value(.envelope, envelope)
  }

  private enum CodingKeys: String, CodingKey {
    case kind, version, payload, partition, queue, priority, start, maxAttempts, maxCrashes, timeout, name, uniqueKey
    case uniqueUntil, executionKey, executionLimit, envelope
  }
}

/// When a job may run first.
public enum JobStart: Sendable, Hashable, Codable {
  /// At once.
  case now
  /// So long after it was stored, by the store's clock; ≥ 0.
  case after(Duration)
  /// At a time; one that has passed means at once, and late.
  case at(WallTime)
}

/// When a unique key is given back.
public enum UniqueUntil: String, Sendable, Hashable, Codable {
  /// When the job reaches a final state, retries and waits included. The default.
  case finished
  /// When its first run starts.
  case started
}

/// What travels with a job beside its payload.
public struct JobEnvelope: Sendable, Hashable, Codable {
  /// The caller's own words: assigns, trace context, tenant details. Empty by default; bounded with the payload.
  public var metadata: [String: String] = [:]
  /// What this job belongs to; the first job's own id when nobody gave one (MS1).
  public var correlation: String?
  /// What caused this job (MS1).
  public var causation: String?

  /// Nothing.
  public init(metadata: [String: String] = [:], correlation: String? = nil, causation: String? = nil) {
    self.metadata = metadata
    self.correlation = correlation
    self.causation = causation
  }

  /// Whether there is nothing to keep.
  public var isEmpty: Bool { metadata.isEmpty && correlation == nil && causation == nil }
}

/// What became of a draft.
public enum JobReceipt: Sendable, Hashable {
  /// It was stored.
  case enqueued(JobID)
  /// A live job holds the unique key (Q1), or a retained one bears the name (SC4); nothing was stored.
  case duplicate(JobID, JobState)

  /// The new job, or the one that was there.
  public var id: JobID {
    switch self {
    case .enqueued(let id), .duplicate(let id, _): id
    }
  }

  /// Whether nothing was stored.
  public var isDuplicate: Bool {
    if case .duplicate = self { true } else { false }
  }
}
