#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Names one record: the key within a collection.
public struct RecordReference: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The kind of record: `schedules`, `alarms` … 1 to 128 bytes without control characters.
  public var collection: String
  /// 1 to 512 bytes without control characters.
  public var key: String

  /// A reference.
  public init(_ collection: String, _ key: String) {
    self.collection = collection
    self.key = key
  }

  /// `schedules/nightly-report`.
  public var description: String { "\(collection)/\(key)" }
}

/// A record as it is stored.
public struct StoredRecord: Sendable, Hashable {
  /// Its name.
  public var reference: RecordReference
  /// Grows with every write of it, deletions in between included; ≥ 1.
  public var revision: Int64
  /// JSON; at most ``JobLimits/payload`` bytes.
  public var body: Data

  /// A record as a store gives it.
  public init(_ reference: RecordReference, revision: Int64, body: Data) {
    self.reference = reference
    self.revision = revision
    self.body = body
  }
}

/// One transaction on records and jobs: all of it, or, when one record is not as expected, nothing.
public struct RecordChange: Sendable {
  /// Records to replace or to delete. One record comes once.
  public var puts: [RecordPut] = []
  /// Cancelled before the jobs are stored, so that they free their keys; names without a live job are passed over.
  public var cancellations: [NamedCancellation] = []
  /// Jobs to store. A duplicate is an answer, and no reason for refusing the rest.
  public var jobs: [JobDraft] = []
  /// What goes into the journals.
  public var entries: [RecordEntry] = []

  /// Nothing.
  public init() {}
}

/// What becomes of one record.
public struct RecordPut: Sendable, Hashable {
  /// What must be stored for the change to happen.
  public enum Expectation: Sendable, Hashable {
    /// Whatever there is.
    case anything
    /// No such record.
    case nothing
    /// Exactly this revision.
    case revision(Int64)
  }

  /// Which.
  public var reference: RecordReference
  /// What must be stored now.
  public var expecting: Expectation
  /// What it becomes; nil deletes it.
  public var body: Data?

  /// A write of a record.
  public init(_ reference: RecordReference, expecting: Expectation, body: Data?) {
    self.reference = reference
    self.expecting = expecting
    self.body = body
  }
}

/// The cancellation of a job by its name.
public struct NamedCancellation: Sendable, Hashable {
  /// The tenant.
  public var partition: String
  /// The job's ``JobDraft/name``.
  public var name: String
  /// Why, in words.
  public var reason: String
  /// Whether a run has no grace period (see ``JobCommand/cancel(reason:atOnce:)``).
  public var isAtOnce: Bool

  /// A cancellation.
  public init(partition: String, name: String, reason: String, isAtOnce: Bool = false) {
    self.partition = partition
    self.name = name
    self.reason = reason
    self.isAtOnce = isAtOnce
  }
}

/// Something that happened to a record, for its journal.
public struct RecordEntry: Sendable, Hashable {
  /// To which.
  public var reference: RecordReference
  /// When.
  public var at: WallTime
  /// JSON; at most ``JobLimits/payload`` bytes.
  public var body: Data
  /// The index within ``RecordChange/jobs`` of the job that it tells of; the journal keeps what became of it.
  public var job: Int?
  /// Entries that the record's journal keeps at least, ≥ 1; older ones may go. Default 1,000.
  public var keeping: Int

  /// An entry.
  public init(_ reference: RecordReference, at time: WallTime, body: Data, job: Int? = nil, keeping: Int = 1000) {
    self.reference = reference
    self.at = time
    self.body = body
    self.job = job
    self.keeping = keeping
  }
}

/// An entry as it is stored.
public struct StoredEntry: Sendable, Hashable {
  /// Its place in all journals of the store; only grows.
  public var number: Int64
  /// Of which record.
  public var reference: RecordReference
  /// When it happened.
  public var at: WallTime
  /// JSON.
  public var body: Data
  /// The job it tells of: the one that was stored, or the one that stood in its way.
  public var job: JobID?
  /// Whether that job stood in the way of the one that was to be stored.
  public var isDuplicate: Bool

  /// An entry as a store gives it.
  public init(
    number: Int64, _ reference: RecordReference, at time: WallTime, body: Data, job: JobID?, isDuplicate: Bool
  ) {
    self.number = number
    self.reference = reference
    self.at = time
    self.body = body
    self.job = job
    self.isDuplicate = isDuplicate
  }
}

/// What became of a change.
public enum RecordChangeResult: Sendable, Hashable {
  /// It holds: the new revision of each put, 0 for a deletion, and a receipt for each job, in order.
  case written(revisions: [Int64], jobs: [JobReceipt])
  /// This record was not as expected: nothing was written. What is stored instead, nil for nothing.
  case conflict(RecordReference, StoredRecord?)
}
