/// Why an attempt did not end well; kept beside the job, newest ten (B3).
public struct JobFailure: Sendable, Hashable, Codable {
  /// What kind of end it was.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// The handler threw.
    case error
    /// The attempt took longer than it may (T8).
    case timeout
    /// The process that ran it ended (T9).
    case crash
    /// Somebody cancelled it (C4).
    case cancelled
    /// The payload could not be decoded, or nobody handles the kind.
    case unrunnable
    /// The handler asked for another try, or to give up.
    case asked
  }

  /// What kind of end it was.
  public var kind: Kind
  /// The error in words; at most 4 KiB are kept. Of a crash that is how the process ended and its report, with the stack
  /// where Swift's runtime prints one (`SWIFT_BACKTRACE=enable=yes`).
  public var message: String
  /// What a thrown error says to those who look for its cause: its type, and all that is in it, errors behind it
  /// included; nil for every other end. At most 4 KiB are kept (T7). Swift's errors carry no stack.
  public var detail: String?
  /// The attempt, 1 for the first.
  public var attempt: Int
  /// When it was noticed; the store fills it in.
  public var at: WallTime

  /// A failure of an attempt.
  public init(
    _ kind: Kind, _ message: String, detail: String? = nil, attempt: Int, at: WallTime = .distantPast
  ) {
    self.kind = kind
    self.message = message.cut(toBytes: JobLimits.words)
    self.detail = detail?.cut(toBytes: JobLimits.words)
    self.attempt = attempt
    self.at = at
  }
}
