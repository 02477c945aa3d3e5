/// What a store could not do, and what to do about it.
///
/// Nothing that a store has acknowledged is lost by any of these; what was not acknowledged may or may not have been
/// written when the code is ``Code/unavailable``, and was certainly not written with every other code.
public struct StoreError: Error, Sendable {
  /// Which kind of failure; new ones may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The code's name, such as `diskFull`.
    public let description: String

    /// The store was closed, or not opened yet.
    public static let closed = Code(description: "closed")
    /// The store cannot be reached just now; trying again makes sense.
    public static let unavailable = Code(description: "unavailable")
    /// There is no room left.
    public static let diskFull = Code(description: "diskFull")
    /// The store cannot be written.
    public static let readOnly = Code(description: "readOnly")
    /// Another process owns the file, or another service of the same kind runs on the store.
    public static let locked = Code(description: "locked")
    /// The file is damaged or is no store at all.
    public static let corrupt = Code(description: "corrupt")
    /// The file was written by a newer version of Holdfast.
    public static let newerVersion = Code(description: "newerVersion")
    /// An argument was refused, before any effect.
    public static let invalid = Code(description: "invalid")
    /// What was named does not exist.
    public static let notFound = Code(description: "notFound")
  }

  /// Which kind of failure.
  public let code: Code
  /// The store concerned: a path, or `memory`.
  public let store: String
  /// What happened and what to do about it.
  public let reason: String
  /// The error that caused this one.
  public let underlying: (any Error)?

  /// A failure of a store.
  public init(_ code: Code, store: String, _ reason: String, underlying: (any Error)? = nil) {
    self.code = code
    self.store = store
    self.reason = reason
    self.underlying = underlying
  }

  /// Whether the same request may succeed later without anybody changing it.
  public var isTransient: Bool {
    [.unavailable, .diskFull, .readOnly, .locked].contains(code)
  }
}

extension StoreError: CustomStringConvertible {
  /// The store, what happened and why, on one line.
  public var description: String {
    "store \(store): \(reason)" + (underlying.map { " (\($0))" } ?? "")
  }
}
