/// The sizes that a job must respect.
public enum JobLimits {
  /// Bytes of a payload, of an output, and of an envelope. 1 MiB.
  public static let payload = 1 << 20
  /// Bytes of a unique key, an execution key, or a caller's name. 512.
  public static let key = 512
  /// Bytes of a kind, a queue or a partition. 128.
  public static let name = 128
  /// Bytes that are kept of an error or a reason. 4 KiB.
  public static let words = 4096
  /// Workers of one pool.
  public static let workers = 0...1_000_000
  /// Priorities.
  public static let priorities = -100...100
  /// Jobs in one call of enqueue; longer sequences are sent in slices.
  public static let batch = 10_000
}

/// A draft, a name or a setting that was refused before any effect.
public struct JobRefused: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was wrong: `payload`, `uniqueKey`, `start` …
  public let field: String
  /// What was wrong with it, and what to do.
  public let reason: String

  package init(_ field: String, _ reason: String) {
    self.field = field
    self.reason = reason
  }

  /// The field and the reason.
  public var description: String { "job refused: \(field) \(reason)" }
}

extension JobDraft {
  /// Checks every field against ``JobLimits``.
  ///
  /// - Throws: ``JobRefused`` for the first field that does not fit.
  public func validate() throws(JobRefused) {
    try JobRefused.check(name: kind, as: "kind")
    try JobRefused.check(name: queue, as: "queue")
    try JobRefused.check(name: partition, as: "partition")
    try JobRefused.check(key: uniqueKey, as: "uniqueKey")
    try JobRefused.check(key: executionKey, as: "executionKey")
    try JobRefused.check(key: name, as: "name")
    if let name, JobID(name) != nil {
      throw JobRefused("name", "'\(name)' is a number, and numbers are the store's own ids; add a letter")
    }
    try JobRefused.check(size: payload.count, of: "payload")
    try JobRefused.check(size: envelope.size, of: "metadata")
    try validateNumbers()
  }

  private func validateNumbers() throws(JobRefused) {
    guard JobLimits.priorities.contains(priority) else {
      throw JobRefused("priority", "is \(priority), outside -100…100")
    }
    guard maxAttempts >= 1 else { throw JobRefused("maxAttempts", "is \(maxAttempts); at least 1 is needed") }
    guard maxCrashes >= 1 else { throw JobRefused("maxCrashes", "is \(maxCrashes); at least 1 is needed") }
    guard executionLimit >= 1 else { throw JobRefused("executionLimit", "is \(executionLimit); at least 1 is needed") }
    guard version >= 1 else { throw JobRefused("version", "is \(version); versions begin at 1") }
    if let timeout, timeout <= .zero { throw JobRefused("timeout", "is \(timeout); leave it out for none") }
    if case .after(let delay) = start, delay < .zero {
      throw JobRefused("start", "is \(delay) from now; a delay cannot be negative")
    }
  }
}

extension JobRefused {
  /// A kind, queue or partition: 1 to 128 bytes without control characters.
  package static func check(name: String, as field: String) throws(JobRefused) {
    guard !name.isEmpty else { throw JobRefused(field, "is empty; give it a name") }
    try check(text: name, as: field, limit: JobLimits.name)
  }

  /// A key, which may be absent but not empty: 1 to 512 bytes without control characters.
  package static func check(key: String?, as field: String) throws(JobRefused) {
    guard let key else { return }
    guard !key.isEmpty else { throw JobRefused(field, "is empty; leave it out for none") }
    try check(text: key, as: field, limit: JobLimits.key)
  }

  package static func check(size: Int, of field: String) throws(JobRefused) {
    guard size <= JobLimits.payload else {
      throw JobRefused(field, "has \(size) bytes, over \(JobLimits.payload); store it elsewhere and pass a reference")
    }
  }

  private static func check(text: String, as field: String, limit: Int) throws(JobRefused) {
    guard text.utf8.count <= limit else {
      throw JobRefused(field, "has \(text.utf8.count) bytes, over \(limit); shorten it or use a hash")
    }
    guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
      throw JobRefused(field, "contains a control character")
    }
  }
}

extension JobEnvelope {
  /// Bytes of text in it.
  var size: Int {
    metadata.reduce((correlation?.utf8.count ?? 0) + (causation?.utf8.count ?? 0)) { sum, pair in
      sum + pair.key.utf8.count + pair.value.utf8.count
    }
  }
}
