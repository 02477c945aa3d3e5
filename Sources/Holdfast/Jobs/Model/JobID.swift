/// Names one job of one store: a number that only grows and is never given twice.
///
/// A caller who wants a name of its own gives one with the draft (``JobDraft/name``).
public struct JobID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible, LosslessStringConvertible,
  ExpressibleByIntegerLiteral
{
  /// The number, ≥ 1.
  public let number: Int64

  /// The job of a number.
  public init(_ number: Int64) {
    self.number = number
  }

  /// The job of a number.
  public init(integerLiteral number: Int64) {
    self.number = number
  }

  /// A number as people write it; nil for anything else.
  public init?(_ description: String) {
    guard let number = Int64(description), number > 0 else { return nil }
    self.number = number
  }

  /// The number.
  public var description: String { String(number) }

  /// Whether the first was enqueued before the second.
  public static func < (lhs: JobID, rhs: JobID) -> Bool { lhs.number < rhs.number }

  /// A plain number in JSON.
  public init(from decoder: any Decoder) throws {
    number = try decoder.singleValueContainer().decode(Int64.self)
  }

  /// A plain number in JSON.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(number)
  }
}

/// One run of one job: the job and the fencing token of its lease.
///
/// A job's token grows by one each time a node takes it. Whatever is written about a run carries the reference, and is
/// refused when the token is no longer the newest.
public struct RunReference: Hashable, Sendable, Codable {
  /// The job.
  public let job: JobID
  /// The token, ≥ 1.
  public let token: Int64

  /// A run of a job.
  public init(job: JobID, token: Int64) {
    self.job = job
    self.token = token
  }
}
