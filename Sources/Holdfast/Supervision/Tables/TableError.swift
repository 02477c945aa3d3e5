/// What a call to a table supervisor fails with.
public struct TableError: Error, Sendable, CustomStringConvertible {
  /// Which kind of failure; new ones may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The code's name, such as `notFound`.
    public let description: String

    /// The table supervisor is not running (G16), or the child is between two generations.
    public static let notRunning = Code(description: "notRunning")
    /// No child has this key, it is being stopped already (G23), or the table has no such row.
    public static let notFound = Code(description: "notFound")
    /// A child of this key runs, starts or stops already (G17).
    public static let exists = Code(description: "exists")
    /// The child is not up yet (G26).
    public static let starting = Code(description: "starting")
    /// The child did not become ready (G19); ``TableError/underlying`` says why.
    public static let startFailed = Code(description: "startFailed")
    /// The table could not be read (G18); ``TableError/underlying`` says why.
    public static let tableFailed = Code(description: "tableFailed")
    /// The waiting caller was cancelled.
    public static let cancelled = Code(description: "cancelled")
  }

  /// Which kind of failure.
  public let code: Code
  /// The table supervisor's path, such as `app/feeds`.
  public internal(set) var table = ""
  /// The key in words, if one is concerned.
  public let key: String?
  /// The cause, and what to do about it, in words.
  public let reason: String
  /// The error that caused this one.
  public let underlying: (any Error)?

  init(_ code: Code, _ key: Any?, _ reason: String, underlying: (any Error)? = nil) {
    self.code = code
    self.key = key.map { String(describing: $0) }
    self.reason = reason
    self.underlying = underlying
  }

  /// The table, the key, what happened and why, on one line.
  public var description: String {
    let name = [table, key ?? ""].filter { !$0.isEmpty }.joined(separator: "/")
    return (name.isEmpty ? reason : "\(name): \(reason)") + (underlying.map { ": \($0)" } ?? "")
  }
}
