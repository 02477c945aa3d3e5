/// The rows that say what should run: for each key one child, made from the row's value.
///
/// ```swift
/// struct FeedTable: ChildTable {
///   func rows() -> some AsyncSequence<TableEntry<String, Feed>, any Error> { … }
///   func row(for name: String) async throws -> TableRow<String, Feed>? { … }
/// }
/// ```
///
/// Whatever it throws fails that pass or that row only; nothing that runs is stopped because a table cannot be read.
public protocol ChildTable<Key, Value>: Sendable {
  /// Names a row; its description is the child's id, and must be unique, not empty and without control characters.
  associatedtype Key: Hashable & Sendable
  /// What a child is made from.
  associatedtype Value: Sendable
  /// The sequence of ``rows()``.
  associatedtype Rows: AsyncSequence where Rows.Element == TableEntry<Key, Value>

  /// All rows, once; no snapshot is asked for. Orphans are stopped only after it ended without an error.
  func rows() -> Rows

  /// The row of one key; nil when there is none.
  func row(for key: Key) async throws -> TableRow<Key, Value>?

  /// Tells of changes as they happen; nil (default) when the table cannot. Subscribed to before a pass reads, so that
  /// nothing is missed in between, and again when it ended.
  func changes() -> (any AsyncSequence<TableChange<Key>, any Error>)?
}

extension ChildTable {
  /// No change feed.
  public func changes() -> (any AsyncSequence<TableChange<Key>, any Error>)? { nil }
}

/// One row that should run.
public struct TableRow<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  /// Names the child.
  public let key: Key
  /// Changes whenever the child must be replaced: a version, a time stamp, a hash.
  public let revision: String
  /// What the child is made from.
  public let value: Value

  /// A row.
  public init(_ key: Key, revision: String, _ value: Value) {
    self.key = key
    self.revision = revision
    self.value = value
  }
}

/// What a table reads in one place.
public enum TableEntry<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  /// A row that should run.
  case row(TableRow<Key, Value>)
  /// A row that could not be read. It fails alone (G13): a child of that key runs on; without a key, no child counts
  /// as an orphan in this pass.
  case failure(Key?, any Error)
}

/// What a change feed tells.
public enum TableChange<Key: Hashable & Sendable>: Sendable, Hashable {
  /// This row was added, changed or removed.
  case key(Key)
  /// Anything may have changed.
  case all
}
